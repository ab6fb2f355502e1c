#include "lib/xml/write.h"

#include <gtest/gtest.h>

#include <array>

#include "lib/xml/document.h"

namespace systole::xml {
namespace {

TEST(Write, IndentsByTwo) {
  const auto document = Document::parse("<a><b x='1'><c/></b><!-- d --></a>");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->indented(), "<a>\n  <b x=\"1\">\n    <c/>\n  </b>\n  <!-- d -->\n</a>\n");
}

TEST(Write, DoesNotIndentInsideText) {
  const auto document = Document::parse("<a><b>one<i/>two</b></a>", {}, Text::kKeep);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->indented(), "<a>\n  <b>one<i/>two</b>\n</a>\n");
}

TEST(Write, ReadsBackToTheSameValue) {
  Document document = Document::create("a");
  const std::string value = "tab\t line\n return\r <&>\"' \xc3\xa9\xc3\xa9 <";
  document.root().set_attribute("v", value);
  const auto again = Document::parse(document.compact());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->root().attribute("v"), value);
}

TEST(Write, TextKeepsQuotesAndLineEnds) {
  Document document = Document::create("a");
  const std::string text = "say \"no\" & 'yes'\n\tto <b>\r";
  document.root().set_text(text);
  EXPECT_EQ(document.compact(), "<a>say \"no\" &amp; 'yes'\n\tto &lt;b&gt;&#13;</a>");
  const auto again = Document::parse(document.compact(), {}, Text::kKeep);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->root().text(), text);
}

TEST(Write, LeavesOutAttributesOnEveryElement) {
  const auto document = Document::parse("<a x='1' y='2'><b x='3'/></a>");
  ASSERT_TRUE(document.ok());
  constexpr std::array<std::string_view, 1> kLeftOut = {"x"};
  EXPECT_EQ(to_string(document->root(), {.without_attributes = kLeftOut}), R"(<a y="2"><b/></a>)");
}

TEST(Write, KeepsNamespaces) {
  const std::string text = R"(<p:a xmlns:p="urn:p" xmlns="urn:d" p:x="1"><b xml:lang="en"/></p:a>)";
  const auto document = Document::parse(text);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->compact(), text);
}

}  // namespace
}  // namespace systole::xml
