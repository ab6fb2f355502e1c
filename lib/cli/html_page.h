#pragma once

#include <string>
#include <string_view>
#include <utility>
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

/// An element of a page, or (without a name) a piece of text.
struct HtmlNode {
  std::string_view name = {};
  std::vector<std::pair<std::string_view, std::string>> attributes = {};
  std::string text = {};
  std::vector<HtmlNode> children = {};
};

/// A page of nested lists, as HTML 5. It is laid out as libxml2 lays out HTML, since programs that
/// read pages line by line know it so: an element begins a line of its own unless it is part of a
/// line or the only thing in another.
class HtmlPage {
 public:
  HtmlPage();
  /// Opens a list; the outermost have headings of the second level, those within of the third.
  void begin_list(std::string_view heading);
  void end_list();
  /// An item of the open list, or a paragraph where none is open.
  void item(std::string_view text);
  void item(const std::vector<Span>& spans);
  /// An item in which the lists follow that are begun before it ends.
  void begin_item(const std::vector<Span>& spans);
  void end_item();
  /// Text whose lines are kept as they are.
  void preformatted(std::string_view text);
  std::string to_html(const HtmlFrame& frame) const;

 private:
  HtmlNode& open_element();
  void add(HtmlNode node);
  void add_item(std::vector<HtmlNode> content);
  /// Makes the last child of the open element the open one.
  void enter();

  HtmlNode body_;
  std::vector<std::size_t> path_;  ///< of the open element: the number of the child at each level
  int lists_ = 0;                  ///< that are open
};

}  // namespace systole::cli
