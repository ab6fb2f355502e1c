#include "lib/xml/element.h"

#include <gtest/gtest.h>

#include "lib/xml/document.h"
#include "lib/xml/write.h"

namespace systole::xml {
namespace {

Document parsed(std::string_view text) {
  auto document = Document::parse(text);
  EXPECT_TRUE(document.ok());
  return std::move(document).value();
}

TEST(Attributes, KeepTheirPlaceWhenSet) {
  const Document document = parsed("<a x='1' y='' z='3'/>");
  Element a = document.root();
  a.set_attribute("x", "10");
  a.set_attribute("y", "20");
  a.set_attribute("w", 7);
  EXPECT_EQ(document.compact(), R"(<a x="10" y="20" z="3" w="7"/>)");
  EXPECT_TRUE(a.remove_attribute("y"));
  EXPECT_FALSE(a.remove_attribute("y"));
  EXPECT_EQ(document.compact(), R"(<a x="10" z="3" w="7"/>)");
}

TEST(Attributes, AbsentAndEmptyDiffer) {
  const Document document = parsed("<a x=''/>");
  EXPECT_EQ(document.root().attribute("x"), "");
  EXPECT_EQ(document.root().attribute("xx"), std::nullopt);
  EXPECT_EQ(document.root().attribute(""), std::nullopt);
}

TEST(Attributes, MayBeSetFromTheirOwnValue) {
  const Document document = parsed("<a x='some long value of an attribute' y='v'/>");
  Element a = document.root();
  a.set_attribute("x", a.attribute("x")->substr(5));
  a.set_attribute("y", *a.attribute("y"));
  EXPECT_EQ(document.compact(), R"(<a x="long value of an attribute" y="v"/>)");
}

TEST(Attributes, TakeAnyBytesAndStayReadable) {
  Document document = Document::create("a");
  const std::string bytes = "\x01\x7f\xff\xc3\xa9 \t\n<&\"'\xed\xa0\x80";
  document.root().set_attribute("x", bytes);
  const Document again = parsed(document.compact());
  EXPECT_EQ(again.root().attribute("x"), document.root().attribute("x"));
  EXPECT_TRUE(same_content(document.root(), again.root()));
}

TEST(Attributes, KeepEveryCharacterThatXmlAllows) {
  const Document document = parsed("<a x='\x7f\xc2\x80\xef\xbf\xbd\xf0\x9f\x98\x80'/>");
  Element a = document.root();
  const std::string value(*a.attribute("x"));
  a.set_attribute("y", value);
  EXPECT_EQ(a.attribute("y"), value);
}

TEST(Attributes, OfOtherNamespacesAreKeptButNotSeen) {
  const Document document = parsed("<a xml:id='other' id='mine' xml:lang='en'/>");
  EXPECT_EQ(document.root().id(), "mine");
  document.root().remove_all_attributes();
  EXPECT_EQ(document.root().attribute("id"), std::nullopt);
  EXPECT_EQ(document.compact(), R"(<a xml:id="other" xml:lang="en"/>)");
}

TEST(Children, AreElementsAndNodesAlsoComments) {
  const Document document = parsed("<a><!--1--><b id='1'/><c/><!--2--><b id='2'/></a>");
  std::string elements;
  for (const Element child : document.root().children()) elements += child.name();
  EXPECT_EQ(elements, "bcb");
  std::string named;
  for (const Element child : document.root().children("b")) named += child.id();
  EXPECT_EQ(named, "12");
  std::string nodes;
  for (const Element child : document.root().nodes()) nodes += std::string(child.name()) + " ";
  EXPECT_EQ(nodes, "comment b c comment b ");
  EXPECT_EQ(document.root().first_child("b", "2").position(), 4u);
  EXPECT_FALSE(document.root().first_child("d"));
}

TEST(Tree, CopiesAcrossDocumentsAndMovesWithin) {
  const Document source = parsed("<x><y k='v'><z/></y></x>");
  Document target = parsed("<a><b/><c/></a>");
  Element root = target.root();
  root.insert_copy(source.root().first_child(), root.first_child("c"));
  EXPECT_EQ(target.compact(), R"(<a><b/><y k="v"><z/></y><c/></a>)");
  root.move_here(root.first_child("c"), root.first_child("b"));
  root.move_here(root.first_child("b"), Element());
  EXPECT_EQ(target.compact(), R"(<a><c/><y k="v"><z/></y><b/></a>)");
  root.first_child("y").remove();
  EXPECT_EQ(target.compact(), "<a><c/><b/></a>");
  EXPECT_EQ(source.compact(), R"(<x><y k="v"><z/></y></x>)");
  EXPECT_FALSE(root.parent());
  EXPECT_EQ(root.first_child().parent(), root);
  Detached kept = root.first_child("c").detach();
  EXPECT_EQ(target.compact(), "<a><b/></a>");
  root.attach(std::move(kept), root.first_child("b"));
  EXPECT_EQ(target.compact(), "<a><c/><b/></a>");
}

TEST(Tree, SameContentIgnoresAttributeOrderOnly) {
  const Document a = parsed("<a x='1' y='2'><b/><c/></a>");
  EXPECT_TRUE(same_content(a.root(), parsed("<a y='2' x='1'><b/><c/></a>").root()));
  EXPECT_FALSE(same_content(a.root(), parsed("<a y='2' x='1'><c/><b/></a>").root()));
  EXPECT_FALSE(same_content(a.root(), parsed("<a y='2'><b/><c/></a>").root()));
  EXPECT_FALSE(same_content(a.root(), parsed("<a x='1' y='2' z='3'><b/><c/></a>").root()));
  EXPECT_FALSE(same_content(a.root(), parsed("<a x='1' y='2'><b/><c/><d/></a>").root()));
}

TEST(Tree, LinesAreThoseOfTheText) {
  const Document document = parsed("<a>\n\n<b/></a>");
  EXPECT_EQ(document.root().first_child().line(), 3);
}

TEST(Comments, CanHoldAnyText) {
  Document document = Document::create("a");
  document.root().append_comment("--->-");
  EXPECT_TRUE(same_content(parsed(document.compact()).root(), document.root()));
}

}  // namespace
}  // namespace systole::xml
