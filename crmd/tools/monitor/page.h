#pragma once

#include <string_view>

#include "crmd/tools/monitor/view.h"
#include "lib/cli/output.h"

namespace systole::crmd::monitor {

/// The line about pacemakerd, where there is one to ask.
void print_supervisor(const View& view, cli::Output& output);

/// Text with one blank line between its sections.
class Page {
 public:
  explicit Page(cli::Output& output) : output_(output) {}

  /// Opens a section: its heading comes after a blank line, unless nothing was printed yet.
  void begin(std::string_view heading) {
    separate();
    output_.begin_list(heading);
    output_.show_heading();
  }
  void end() { output_.end_list(); }
  void separate() {
    if (printed_) output_.line();
    printed_ = true;
  }
  /// The next section follows without a blank line.
  void join_next() { printed_ = false; }
  cli::Output& output() { return output_; }

 private:
  cli::Output& output_;
  bool printed_ = false;
};

/// The whole page in text.
void print_page(const View& view, cli::Output& output);

/// The whole page as children of `root`.
void add_page_xml(const View& view, cli::Element& root);

/// One line for monitoring systems (`--simple-status`) and the exit code that goes with it.
struct SimpleStatus {
  std::string text;
  int code = 0;
};
SimpleStatus simple_status(const View& view);

}  // namespace systole::crmd::monitor
