#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace systole::cli {

/// A piece of a line that HTML shows in a style of its own. In text only the words remain.
struct Span {
  std::string text;
  /// A class of the page's stylesheet ("bold", "online", "rsc-failed"); empty for none.
  std::string_view css_class = {};
};

/// What the command line says about the frame of a page.
struct HtmlFrame {
  std::string title{};       ///< empty: "Cluster Status"
  std::string stylesheet{};  ///< address of a stylesheet that is linked after our own
  bool cgi_header = false;   ///< an HTTP header before the page
  int refresh_seconds = 0;   ///< browsers ask again after that time; 0: never
};

/// A page of nested lists, as HTML 5.
class HtmlPage {
 public:
  /// Opens a list; the outermost have headings of the second level, those within of the third.
  void begin_list(std::string_view heading);
  void end_list();
  /// An item of the open list, or a paragraph where none is open.
  void item(std::string_view text);
  void item(const std::vector<Span>& spans);
  /// Text whose lines are kept as they are.
  void preformatted(std::string_view text);
  /// Ends open lists.
  std::string to_html(const HtmlFrame& frame) const;

 private:
  void add_item(std::string_view content);

  std::string body_;
  int depth_ = 0;
};

}  // namespace systole::cli
