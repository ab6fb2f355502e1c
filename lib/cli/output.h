#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"
#include "lib/cli/element.h"
#include "lib/cli/exit_code.h"
#include "lib/cli/html_page.h"

namespace systole::cli {

enum class OutputFormat {
  kText,
  kXml,
  kJson,
  kHtml,       ///< the lines and lists of text as one page
  kLegacyXml,  ///< the tool's own root element, without <pacemaker-result> and <status>
  kNone,
};

/// "text", "xml", "json", "html", "none"; kInvalidArgument for another word.
base::Result<OutputFormat> parse_output_format(std::string_view name);

/// True for the formats whose content is one tree.
bool is_structured(OutputFormat format);

/// Where a tool puts what it has to say. Text goes out line by line; structured formats collect one
/// tree that finish() prints, with the exit status and all errors in it.
class Output {
 public:
  struct Options {
    std::string program = {};
    std::string request = {};
    OutputFormat format = OutputFormat::kText;
    /// A file name; empty or "-" for standard output.
    std::string destination = {};
    /// The frame of an HTML page.
    HtmlFrame html = {};
  };

  /// Fails when the destination cannot be opened for writing.
  static base::Result<Output> open(Options options);
  /// Output to a stream of the caller's, which must outlive the output and is not closed by it.
  /// The destination is not used.
  static Output to_stream(std::FILE* stream, Options options);
  static Output to_stream(std::FILE* stream) { return to_stream(stream, Options()); }

  OutputFormat format() const { return options_.format; }
  /// Changes the format, for options that imply one (--as-xml). Nothing may have been said yet.
  void use_format(OutputFormat format) { options_.format = format; }
  /// Another destination than that of the command line. Nothing may have been said yet. Fails when
  /// it cannot be opened for writing.
  base::Result<void> use_destination(const std::string& destination);
  void use_cgi_header() { options_.html.cgi_header = true; }
  bool is_text() const { return options_.format == OutputFormat::kText; }
  /// True for the formats that are made of lines and lists: text and HTML.
  bool has_lines() const { return is_text() || options_.format == OutputFormat::kHtml; }
  const Options& options() const { return options_; }
  /// True for the formats whose content is the tree below root().
  bool is_structured() const { return cli::is_structured(format()); }

  /// One line of text and a newline, in HTML a paragraph; nothing in other formats.
  void line(std::string_view text = {});
  /// Text as it is, in every format (documents that the tool prints unchanged).
  void raw(std::string_view text);

  /// A list of text: the heading, then items, indented by two spaces a level with a bullet. An
  /// empty list prints nothing: the heading waits for the first item.
  void begin_list(std::string_view heading);
  void item(std::string_view text);
  /// An item of which HTML shows parts in styles of their own.
  void item(const std::vector<Span>& spans);
  /// An item of HTML in which the lists follow that are begun before it ends. Nothing in other
  /// formats.
  void begin_html_item(const std::vector<Span>& spans);
  void end_html_item();
  /// Prints the heading now, for a list that is worth showing empty.
  void show_heading();
  void end_list();
  /// Whether list `begin_list` printed anything since it was opened.
  bool list_has_items() const;

  /// Reports a failure. Text: on standard error at once, as it stands; structured: in the status.
  void error(std::string_view message);

  /// Where structured output goes.
  Element& root() { return *root_; }
  /// Replaces the root element (legacy XML, which has its own).
  void set_root(Element root) { *root_ = std::move(root); }

  /// Prints what is still to be printed and returns the number for exit(). Call it once, last.
  int finish(ExitCode code) { return finish(static_cast<int>(code)); }
  int finish(int code);

  /// Drops what was written so far and starts again at the beginning of the destination, for tools
  /// that redraw.
  void reset();

  /// Where text goes; for tools that draw themselves.
  std::FILE* stream() { return stream_.get(); }

 private:
  struct Close {
    bool owned = true;
    void operator()(std::FILE* file) const;
  };
  using Stream = std::unique_ptr<std::FILE, Close>;
  struct List {
    std::string heading;
    bool heading_printed = false;
    bool has_items = false;
  };

  static base::Result<Stream> open_stream(const std::string& name);

  Output(Options options, Stream stream);
  void print_pending_headings();
  void print_heading(const List& list, std::size_t depth);
  void begin_item();
  void text_item(std::string_view text);

  Options options_;
  Stream stream_;
  std::unique_ptr<Element> root_;
  std::vector<std::string> errors_;
  std::vector<List> lists_;
  HtmlPage page_;
};

}  // namespace systole::cli
