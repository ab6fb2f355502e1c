#include "lib/xml/repair.h"

#include <gtest/gtest.h>

#include "lib/xml/document.h"
#include "lib/xml/write.h"

namespace systole::xml {
namespace {

std::string value_read_from(std::string_view text) {
  const auto document = Document::parse(text);
  return document.ok() ? std::string(document->root().attribute_or("v", "none")) : "error";
}

TEST(Repair, EscapesWhatWasLeftOutBehindTwoHighBytes) {
  EXPECT_EQ(value_read_from("<a v=\"M\xc3\xbcller & <S\xc3\xb6hne>\" w=\"1\"/>"),
            "M\xc3\xbcller & <S\xc3\xb6hne>");
  EXPECT_EQ(value_read_from("<a v=\"\xc3\xbc &amp; <\"/>"), "\xc3\xbc &amp; <");
}

TEST(Repair, FindsTheQuoteThatEndsTheValue) {
  EXPECT_EQ(value_read_from("<a v=\"\xc3\xbc \"x\" y\" w=\"1\"><b/></a>"), "\xc3\xbc \"x\" y");
}

TEST(Repair, LeavesWellFormedTextAlone) {
  EXPECT_EQ(value_read_from("<a v=\"\xc3\xbc &amp; &lt;\"/>"), "\xc3\xbc & <");
}

TEST(Repair, DoesNotHideOtherErrors) {
  EXPECT_EQ(value_read_from("<a v=\"x & y\"/>"), "error");
  EXPECT_EQ(value_read_from("<a v=\"\xc3\xbc & y\"><b></a>"), "error");
  EXPECT_FALSE(repair_unescaped_values("<a v=\"x & y\"/>").has_value());
  EXPECT_FALSE(repair_unescaped_values("<!-- \xc3\xbc=\"\xc3\xbc & y\" -->").has_value());
}

TEST(Repair, ReadsWhatClientsWrite) {
  for (const char* value :
       {"\xc3\xbc&\xc3\xbc", "a<\xc3\xbc>\"'&amp;", "\xc3\xbc\"", "\xc3\xbc="}) {
    Document document = Document::create("a");
    document.root().set_attribute("v", value);
    document.root().set_attribute("w", "1");
    EXPECT_EQ(value_read_from(to_string(document.root(), {.escapes = Escapes::kDigest})), value);
  }
}

}  // namespace
}  // namespace systole::xml
