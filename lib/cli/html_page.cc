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

std::string span_html(const Span& span) {
  if (span.css_class.empty()) return base::cat("<span>", escape_html(span.text), "</span>");
  return base::cat("<span class=\"", span.css_class, "\">", escape_html(span.text), "</span>");
}

std::string line_html(const std::vector<Span>& spans) {
  std::string line;
  for (const Span& span : spans) line += span_html(span);
  return line;
}

}  // namespace

void HtmlPage::begin_list(std::string_view heading) {
  const bool nested = depth_ > 0;
  const int level = nested ? 3 : 2;
  if (nested) body_ += "<li>\n";
  if (!heading.empty()) {
    body_ += base::cat("<h", level, ">", escape_html(heading), "</h", level, ">\n");
  }
  body_ += "<ul>\n";
  ++depth_;
}

void HtmlPage::end_list() {
  if (depth_ == 0) return;
  --depth_;
  body_ += depth_ > 0 ? "</ul>\n</li>\n" : "</ul>\n";
}

void HtmlPage::item(std::string_view text) {
  add_item(escape_html(text));
}

void HtmlPage::item(const std::vector<Span>& spans) {
  add_item(line_html(spans));
}

void HtmlPage::add_item(std::string_view content) {
  const std::string_view tag = depth_ > 0 ? "li" : "p";
  body_ += base::cat("<", tag, ">", content, "</", tag, ">\n");
}

void HtmlPage::preformatted(std::string_view text) {
  const std::string block = base::cat("<pre>", escape_html(text), "</pre>\n");
  body_ += depth_ > 0 ? base::cat("<li>", block, "</li>\n") : block;
}

std::string HtmlPage::to_html(const HtmlFrame& frame) const {
  std::string page = frame.cgi_header ? "Content-Type: text/html\n\n" : "";
  page += base::cat("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<title>",
                    escape_html(frame.title.empty() ? "Cluster Status" : frame.title),
                    "</title>\n<meta charset=\"utf-8\">\n");
  if (frame.refresh_seconds > 0) {
    page += base::cat("<meta http-equiv=\"refresh\" content=\"", frame.refresh_seconds, "\">\n");
  }
  page += base::cat("<style>", kStyle, "</style>\n");
  if (!frame.stylesheet.empty()) {
    page += base::cat("<link rel=\"stylesheet\" href=\"",
                      base::escaped_xml(frame.stylesheet, base::XmlEscapes::kMarkup), "\">\n");
  }
  page += base::cat("</head>\n<body>\n", body_);
  for (int open = depth_; open > 0; --open) page += open > 1 ? "</ul>\n</li>\n" : "</ul>\n";
  return page + "</body>\n</html>\n";
}

}  // namespace systole::cli
