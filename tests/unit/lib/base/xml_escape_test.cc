#include "lib/base/xml_escape.h"

#include <gtest/gtest.h>

namespace systole::base {
namespace {

std::string digest_escaped(std::string_view text) {
  return escaped_xml(text, XmlEscapes::kDigest);
}

TEST(DigestEscapes, UseNamesAndBackslashes) {
  EXPECT_EQ(digest_escaped("<a&b>\"'"), "&lt;a&amp;b&gt;&quot;&apos;");
  EXPECT_EQ(digest_escaped("a\tb\nc\rd"), "a    b\\nc\\rd");
  EXPECT_EQ(digest_escaped("\x7f"), "\\177");
}

TEST(DigestEscapes, StopAtTwoHighBytes) {
  EXPECT_EQ(digest_escaped("<\xc3\xa9<b"), "&lt;\xc3\xa9<b");
}

TEST(XmlEscapes, AreNoMoreThanThePlaceNeeds) {
  const std::string_view text = "<&>\"'\t\n\xc3\xa9";
  EXPECT_EQ(escaped_xml(text, XmlEscapes::kContent), "&lt;&amp;&gt;\"'\t\n\xc3\xa9");
  EXPECT_EQ(escaped_xml(text, XmlEscapes::kMarkup), "&lt;&amp;&gt;&quot;&apos;\t\n\xc3\xa9");
  EXPECT_EQ(escaped_xml(text, XmlEscapes::kStandard), "&lt;&amp;&gt;&quot;'&#9;&#10;\xc3\xa9");
}

TEST(PlainText, IsWhatEveryEscapeLeavesAlone_WhereverTheCharacterIs) {
  for (int code = 0; code < 256; ++code) {
    for (std::size_t place = 0; place < 17; ++place) {
      std::string text(17, 'x');
      text[place] = static_cast<char>(code);
      const std::string standard = escaped_xml(text, XmlEscapes::kStandard);
      const bool changes = standard != text || digest_escaped(text) != text;
      const bool ascii = code >= 0x20 && code < 0x7f;
      // What is not plain may still be written as it is; what is plain never is not.
      EXPECT_TRUE(!is_plain_xml(text) || (ascii && !changes)) << code << " at " << place;
      EXPECT_TRUE(is_plain_xml(text) || !ascii || changes || code == '#')
          << code << " at " << place;
    }
  }
}

}  // namespace
}  // namespace systole::base
