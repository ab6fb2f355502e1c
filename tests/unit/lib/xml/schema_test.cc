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

constexpr std::string_view kWithReferences = R"(
  <element name="a" xmlns="http://relaxng.org/ns/structure/1.0"
           datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
    <zeroOrMore><choice>
      <element name="b"><attribute name="id"><data type="ID"/></attribute></element>
      <element name="c"><attribute name="of"><data type="IDREF"/></attribute></element>
    </choice></zeroOrMore>
  </element>)";

TEST(Schema, NamesReferencesToNothing_WithTheirLine) {
  const auto schema = Schema::parse(kWithReferences);
  ASSERT_TRUE(schema.ok());
  auto document = Document::parse("<a>\n<b id='x'/>\n<c of='z'/>\n<c of='x'/>\n<c of='y'/></a>");
  const auto violations = schema->validate(*document);
  ASSERT_EQ(violations.size(), 2u);
  EXPECT_EQ(violations[0].line, 3);
  EXPECT_EQ(violations[0].element, "c");
  EXPECT_EQ(violations[0].message, "IDREF attribute of references an unknown ID \"z\"");
  EXPECT_TRUE(violations[0].is_reference);
  EXPECT_EQ(violations[1].line, 5);
}

TEST(Schema, ForgetsReferencesOfRemovedElements) {
  const auto schema = Schema::parse(kWithReferences);
  ASSERT_TRUE(schema.ok());
  auto document = Document::parse("<a><b id='x'/><c of='y'/></a>");
  EXPECT_EQ(schema->validate(*document).size(), 1u);
  document->root().first_child("c").remove();
  EXPECT_TRUE(schema->validate(*document).empty());
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
