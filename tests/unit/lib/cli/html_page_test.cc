#include "lib/cli/html_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/cli/output.h"

#include <cstdlib>

namespace systole::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(HtmlPage, ListsAreNestedAndTextIsEscaped) {
  HtmlPage page;
  page.begin_list("Nodes & more");
  page.item("a<b");
  page.begin_list("inner");
  page.item({{.text = "x:", .css_class = "bold"}, {.text = " online", .css_class = "online"}});
  page.end_list();
  page.end_list();
  EXPECT_THAT(page.to_html({}), HasSubstr("<h2>Nodes &amp; more</h2>\n<ul>\n<li>a&lt;b</li>\n"
                                          "<li>\n<h3>inner</h3>\n<ul><li>\n"
                                          "<span class=\"bold\">x:</span>"
                                          "<span class=\"online\"> online</span>\n"
                                          "</li></ul>\n</li>\n</ul>\n</body>\n</html>\n"));
}

TEST(HtmlPage, ListsThatAreStillOpenAreClosed) {
  HtmlPage page;
  page.begin_list("outer");
  page.begin_list("inner");
  EXPECT_THAT(page.to_html({}), HasSubstr("<ul></ul>\n</li></ul>\n</body>"));
}

TEST(HtmlPage, AnItemCanHoldLists) {
  HtmlPage page;
  page.begin_list("outer");
  page.begin_item({{.text = "state"}});
  page.begin_list("inner");
  page.end_list();
  page.end_item();
  page.item("next");
  EXPECT_THAT(page.to_html({}), HasSubstr("<ul>\n<li>\n<span>state</span><li>\n<h3>inner</h3>\n"
                                          "<ul></ul>\n</li>\n</li>\n<li>next</li>\n</ul>"));
}

TEST(HtmlPage, TheFrameComesFromTheCommandLine) {
  const std::string html = HtmlPage().to_html(
      {.title = "A <b>", .stylesheet = "style.css?a&b", .cgi_header = true, .refresh_seconds = 5});
  EXPECT_TRUE(html.starts_with("Content-Type: text/html\n\n<!DOCTYPE html>\n"));
  EXPECT_THAT(html, HasSubstr("<title>A &lt;b&gt;</title>"));
  EXPECT_THAT(html, HasSubstr("<link rel=\"stylesheet\" href=\"style.css?a&amp;b\">"));
  EXPECT_THAT(html, HasSubstr("<meta http-equiv=\"refresh\" content=\"5\">"));
}

TEST(HtmlOutput, HoldsTheLinesAndListsOfText) {
  char* buffer = nullptr;
  std::size_t size = 0;
  std::FILE* stream = open_memstream(&buffer, &size);
  {
    Output output = Output::to_stream(stream, {.format = OutputFormat::kHtml});
    output.begin_list("Empty");
    output.end_list();
    output.begin_list("Things");
    output.item("one");
    output.end_list();
    output.line();
    output.line("a line");
    output.error("it is bad");
    EXPECT_EQ(output.finish(ExitCode::kNoSuchObject), 105);
  }
  std::fclose(stream);
  const std::string html(buffer, size);
  std::free(buffer);
  EXPECT_THAT(html, HasSubstr("<h2>Things</h2>\n<ul><li>one</li></ul>\n<p>a line</p>\n"));
  EXPECT_THAT(html, HasSubstr("<ul><li>it is bad</li></ul>"));
  EXPECT_THAT(html, Not(HasSubstr("Empty")));
}

}  // namespace
}  // namespace systole::cli
