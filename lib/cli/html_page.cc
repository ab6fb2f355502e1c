#include "lib/cli/html_page.h"

#include "lib/base/strings.h"
#include "lib/base/xml_escape.h"
#include "lib/cli/element.h"

namespace systole::cli {
namespace {

std::string escape_html(std::string_view text) {
  return base::escaped_xml(text, base::XmlEscapes::kContent);
}

/// The names of the classes are those that stylesheets of existing pages know.
constexpr std::string_view kStyle = R"(.bold { font-weight: bold }
.online { color: green }
.offline { color: red }
.maint { color: blue }
.standby { color: blue }
.health_red { color: red }
.health_yellow { color: GoldenRod }
.rsc-failed { color: red }
.rsc-failure-ignored { color: DarkGreen }
.rsc-managed { color: blue }
.rsc-multiple { color: orange }
.rsc-ok { color: green }
.warning { color: red; font-weight: bold })";

HtmlNode text_node(std::string_view text) {
  return {.text = std::string(text)};
}

std::vector<HtmlNode> span_nodes(const std::vector<Span>& spans) {
  std::vector<HtmlNode> nodes;
  for (const Span& span : spans) {
    HtmlNode node{.name = "span"};
    if (!span.css_class.empty()) node.attributes = {{"class", std::string(span.css_class)}};
    node.children.push_back(text_node(span.text));
    nodes.push_back(std::move(node));
  }
  return nodes;
}

bool is_void(const HtmlNode& node) {
  return node.name == "meta" || node.name == "link";
}

/// Whether the layout breaks lines around the content of an element.
bool breaks_lines(const HtmlNode& node) {
  return !node.name.empty() && node.name != "span";
}

/// Paragraphs keep what is in them on their line.
bool keeps_line(const HtmlNode& node) {
  return node.name.starts_with('p');
}

void write_node(const HtmlNode& node, std::string& out);

/// A line ends after an element, unless text goes on.
void write_children(const HtmlNode& parent, std::string& out) {
  const std::vector<HtmlNode>& children = parent.children;
  for (std::size_t i = 0; i < children.size(); ++i) {
    write_node(children[i], out);
    const bool goes_on = i + 1 == children.size() || children[i + 1].name.empty();
    if (breaks_lines(children[i]) && !goes_on && !keeps_line(parent)) out += '\n';
  }
}

void write_node(const HtmlNode& node, std::string& out) {
  if (node.name.empty()) {
    out += escape_html(node.text);
    return;
  }
  out += base::cat("<", node.name);
  for (const auto& [name, value] : node.attributes) {
    out += base::cat(" ", name, "=\"", base::escaped_xml(value, base::XmlEscapes::kMarkup), "\"");
  }
  out += '>';
  if (is_void(node)) return;
  const bool several = node.children.size() > 1 && breaks_lines(node) && !keeps_line(node);
  if (several && !node.children.front().name.empty()) out += '\n';
  write_children(node, out);
  if (several && !node.children.back().name.empty()) out += '\n';
  out += base::cat("</", node.name, ">");
}

HtmlNode head_of(const HtmlFrame& frame) {
  HtmlNode head{.name = "head"};
  const std::string title = frame.title.empty() ? "Cluster Status" : frame.title;
  head.children.push_back({.name = "title", .children = {text_node(title)}});
  head.children.push_back({.name = "meta", .attributes = {{"charset", "utf-8"}}});
  if (frame.refresh_seconds > 0) {
    head.children.push_back({.name = "meta",
                             .attributes = {{"http-equiv", "refresh"},
                                            {"content", std::to_string(frame.refresh_seconds)}}});
  }
  head.children.push_back({.name = "style", .children = {text_node(kStyle)}});
  if (!frame.stylesheet.empty()) {
    head.children.push_back(
        {.name = "link", .attributes = {{"rel", "stylesheet"}, {"href", frame.stylesheet}}});
  }
  return head;
}

}  // namespace

HtmlPage::HtmlPage() : body_{.name = "body"} {}

HtmlNode& HtmlPage::open_element() {
  HtmlNode* open = &body_;
  for (const std::size_t child : path_) open = &open->children[child];
  return *open;
}

void HtmlPage::add(HtmlNode node) {
  open_element().children.push_back(std::move(node));
}

void HtmlPage::enter() {
  path_.push_back(open_element().children.size() - 1);
}

void HtmlPage::begin_list(std::string_view heading) {
  const bool nested = lists_++ > 0;
  if (nested) {
    add({.name = "li"});
    enter();
  }
  if (!heading.empty()) add({.name = nested ? "h3" : "h2", .children = {text_node(heading)}});
  add({.name = "ul"});
  enter();
}

void HtmlPage::end_list() {
  if (lists_ == 0) return;
  path_.pop_back();
  if (--lists_ > 0) path_.pop_back();
}

void HtmlPage::item(std::string_view text) {
  add_item({text_node(text)});
}

void HtmlPage::item(const std::vector<Span>& spans) {
  add_item(span_nodes(spans));
}

void HtmlPage::begin_item(const std::vector<Span>& spans) {
  item(spans);
  enter();
}

void HtmlPage::end_item() {
  path_.pop_back();
}

void HtmlPage::add_item(std::vector<HtmlNode> content) {
  add({.name = lists_ > 0 ? "li" : "p", .children = std::move(content)});
}

void HtmlPage::preformatted(std::string_view text) {
  HtmlNode block{.name = "pre", .children = {text_node(text)}};
  if (lists_ > 0) {
    add_item({std::move(block)});
  } else {
    add(std::move(block));
  }
}

std::string HtmlPage::to_html(const HtmlFrame& frame) const {
  std::string page = frame.cgi_header ? "Content-Type: text/html\n\n" : "";
  page += "<!DOCTYPE html>\n";
  const HtmlNode html{
      .name = "html", .attributes = {{"lang", "en"}}, .children = {head_of(frame), body_}};
  write_node(html, page);
  return page + "\n";
}

}  // namespace systole::cli
