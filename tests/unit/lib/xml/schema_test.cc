#include "lib/xml/schema.h"

#include <gtest/gtest.h>

namespace systole::xml {
namespace {

constexpr std::string_view kGrammar = R"(
  <element name="a" xmlns="http://relaxng.org/ns/structure/1.0"
           datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
    <zeroOrMore><element name="b">
      <attribute name="id"><data type="ID"/></attribute>
      <optional><attribute name="n"><data type="integer"/></attribute></optional>
    </element></zeroOrMore>
  </element>)";

TEST(Schema, AcceptsAndNamesWhatDoesNotFit) {
  testing::internal::CaptureStderr();
  const auto schema = Schema::parse(kGrammar);
  ASSERT_TRUE(schema.ok());
  const auto good = Document::parse("<a><b id='x' n='1'/><b id='y'/></a>");
  EXPECT_TRUE(schema->validate(*good).empty());
  const auto bad = Document::parse("<a>\n<b id='x' n='1'/>\n<b id='y' n='one'/></a>");
  const auto violations = schema->validate(*bad);
  ASSERT_FALSE(violations.empty());
  EXPECT_EQ(violations.front().line, 3);
  EXPECT_EQ(violations.front().element, "b 'y'");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Schema, ValidatesChangedDocumentsAgain) {
  const auto schema = Schema::parse(kGrammar);
  ASSERT_TRUE(schema.ok());
  const auto document = Document::parse("<a><b id='x'/><b id='y'/></a>");
  EXPECT_TRUE(schema->validate(*document).empty());
  EXPECT_TRUE(schema->validate(*document).empty());
  Element a = document->root();
  a.first_child("b", "x").set_attribute("id", "z");
  const Detached kept = a.first_child("b", "y").detach();
  a.append("b").set_attribute("id", "x");
  a.append("b").set_attribute("id", "y");
  EXPECT_TRUE(schema->validate(*document).empty());
  a.append("b").set_attribute("id", "z");
  EXPECT_FALSE(schema->validate(*document).empty());
}

TEST(Schema, NamesAFileThatIsMissingOrBroken) {
  const auto missing = Schema::load("/nonexistent/x.rng");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, base::Errc::kNoSuchFile);
  EXPECT_NE(missing.error().message.find("/nonexistent/x.rng"), std::string::npos);
  EXPECT_EQ(Schema::parse("<element/>").error().code, base::Errc::kSchema);
}

}  // namespace
}  // namespace systole::xml
