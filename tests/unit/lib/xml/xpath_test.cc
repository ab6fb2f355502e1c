#include "lib/xml/xpath.h"

#include <gtest/gtest.h>

#include "lib/xml/document.h"

namespace systole::xml {
namespace {

class Xpath : public testing::Test {
 protected:
  std::string ids(std::string_view expression) {
    const auto found = xpath(document_.root(), expression);
    if (!found) return "error";
    std::string out;
    for (const Element element : *found) {
      out += std::string(element.name()) + ":" + std::string(element.id()) + " ";
    }
    return out;
  }

  Document document_ = std::move(Document::parse(R"(
      <cib><configuration><nodes><node id="1" uname="n1"/><!-- c --><node id="2" uname="N2"/></nodes>
      <resources><group id="g"><primitive id="a"/><primitive id="b"/></group></resources>
      </configuration><status/></cib>)"))
                           .value();
};

TEST_F(Xpath, SelectsInDocumentOrder) {
  EXPECT_EQ(ids("//primitive"), "primitive:a primitive:b ");
  EXPECT_EQ(ids("//primitive[@id='b'] | //node"), "node:1 node:2 primitive:b ");
  EXPECT_EQ(ids("/cib/configuration/resources//*[@id=\"b\"]"), "primitive:b ");
  EXPECT_EQ(ids("//primitive[@id='b']/preceding::*[@id]"), "node:1 node:2 primitive:a ");
  EXPECT_EQ(ids("//node[translate(@uname,'N','n')='n2']"), "node:2 ");
  EXPECT_EQ(ids("//nothing"), "");
}

TEST_F(Xpath, TakesAnAttributeForItsElement) {
  EXPECT_EQ(ids("//node/@uname"), "node:1 node:2 ");
  EXPECT_EQ(ids("//node[@id='1']/@*"), "node:1 ");
  EXPECT_EQ(ids("/"), "cib: ");
}

TEST_F(Xpath, RefusesWhatIsNoExpression) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(ids("//node["), "error");
  EXPECT_EQ(ids("count(//node)"), "error");
  EXPECT_EQ(ids("//p:node"), "error");
  EXPECT_EQ(ids("unknown()"), "error");
  EXPECT_EQ(ids(""), "error");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(Xpath, BoundsTheWorkOfAnExpression) {
  Document large = Document::create("a");
  for (int i = 0; i < 3000; ++i) large.root().append("b").set_attribute("id", i);
  const auto found = xpath(large.root(), "//*[count(//*[count(//*) > 1]) > 1]");
  ASSERT_FALSE(found.ok());
  EXPECT_TRUE(xpath(large.root(), "//b[@id='2999']").ok());
}

TEST_F(Xpath, PathNamesItsElement) {
  const auto found = xpath(document_.root(), "//primitive[@id='b']");
  ASSERT_TRUE(found.ok());
  const std::string path = path_of(found->front());
  EXPECT_EQ(path, "/cib/configuration/resources/group[@id='g']/primitive[@id='b']");
  EXPECT_EQ(at_path(document_.root(), path), found->front());
}

TEST_F(Xpath, PathsThatNameNothingFindNothing) {
  for (const char* path :
       {"", "/", "/cib/", "cib", "/other", "/cib/configuration/nodes/node[@id='3']",
        "/cib/configuration/nodes/node[@id='1", "/cib//node", "/cib/configuration[1]"}) {
    EXPECT_FALSE(at_path(document_.root(), path)) << path;
  }
}

}  // namespace
}  // namespace systole::xml
