#include "lib/xml/write.h"

#include <gtest/gtest.h>

#include <array>

#include "lib/xml/document.h"

namespace systole::xml {
namespace {

std::string digest_escaped(std::string_view value) {
  std::string out;
  escape(value, out, Escapes::kDigest);
  return out;
}

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

TEST(DigestEscapes, UseNamesAndBackslashes) {
  EXPECT_EQ(digest_escaped("<a&b>\"'"), "&lt;a&amp;b&gt;&quot;&apos;");
  EXPECT_EQ(digest_escaped("a\tb\nc\rd"), "a    b\\nc\\rd");
  EXPECT_EQ(digest_escaped("\x7f"), "\\177");
}

TEST(DigestEscapes, StopAtTwoHighBytes) {
  EXPECT_EQ(digest_escaped("<\xc3\xa9<b"), "&lt;\xc3\xa9<b");
}

TEST(PlainText, IsWhatEveryEscapeLeavesAlone_WhereverTheCharacterIs) {
  for (int code = 0; code < 256; ++code) {
    for (std::size_t place = 0; place < 17; ++place) {
      std::string text(17, 'x');
      text[place] = static_cast<char>(code);
      std::string standard;
      escape(text, standard, Escapes::kStandard);
      const bool changes = standard != text || digest_escaped(text) != text;
      const bool ascii = code >= 0x20 && code < 0x7f;
      // What is not plain may still be written as it is; what is plain never is not.
      EXPECT_TRUE(!is_plain(text) || (ascii && !changes)) << code << " at " << place;
      EXPECT_TRUE(is_plain(text) || !ascii || changes || code == '#') << code << " at " << place;
    }
  }
}

}  // namespace
}  // namespace systole::xml
