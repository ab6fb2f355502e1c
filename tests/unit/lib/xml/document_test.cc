#include "lib/xml/document.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

namespace systole::xml {
namespace {

using base::Errc;

TEST(Parse, GivesTheTreeInOrder) {
  const auto document = Document::parse("<a x='1' y='2'><b/><!--c--><d>text</d></a>");
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->compact(), R"(<a x="1" y="2"><b/><!--c--><d/></a>)");
}

TEST(Parse, KeepsTextOnRequest) {
  const auto document = Document::parse("<a>one &amp; <![CDATA[<two>]]></a>", {}, Text::kKeep);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().text(), "one & <two>");
}

TEST(Parse, NamesTheLine_NotWellFormed) {
  const auto document = Document::parse("<a>\n<b>\n</a>");
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code, Errc::kInvalidArgument);
  EXPECT_NE(document.error().message.find("line 3"), std::string::npos) << document.error().message;
}

TEST(Parse, RefusesDoctypesAndEntities) {
  for (const char* text :
       {"<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1/x'> %p;]><a/>", "<a b='&e;'/>"}) {
    EXPECT_FALSE(Document::parse(text).ok()) << text;
  }
  const auto document = Document::parse("<!DOCTYPE a><a/>");
  EXPECT_NE(document.error().message.find("document type"), std::string::npos);
}

TEST(Parse, RefusesEmptyTruncatedAndDoubleRoots) {
  for (const std::string& text : std::vector<std::string>{
           "", "  \n", "<", "<a", "<a>", "text", "<a/><b/>", "<a b='1' b='2'/>", "<a b=1/>",
           std::string("<a\0/>", 5), "\xff\xfe<a/>", "<a b='\xc3\x28'/>"}) {
    EXPECT_FALSE(Document::parse(text).ok()) << text;
  }
}

TEST(Parse, BoundsDepthAndSize) {
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "<a>";
  const auto too_deep = Document::parse(deep);
  ASSERT_FALSE(too_deep.ok());
  EXPECT_EQ(too_deep.error().code, Errc::kTooLarge) << too_deep.error().message;
  EXPECT_EQ(Document::parse("<a><b><c/></b></a>", {.max_depth = 2}).error().code, Errc::kTooLarge);
  EXPECT_TRUE(Document::parse("<a><b><c/></b></a>", {.max_depth = 3}).ok());
  EXPECT_EQ(Document::parse("<abc/>", {.max_bytes = 5}).error().code, Errc::kTooLarge);
}

TEST(Parse, ReadsDocumentsOfManyMegabytes) {
  std::string large = "<a>";
  while (large.size() < 24'000'000) large += "<b id='some-identifier' value='some value'/>\n";
  large += "</a>";
  const auto document = Document::parse(large);
  EXPECT_TRUE(document.ok()) << (document.ok() ? "" : document.error().message);
}

TEST(Parse, PrintsNothing) {
  testing::internal::CaptureStderr();
  std::thread([] { (void)Document::parse("<a b='&x;'><c></a>"); }).join();
  (void)Document::parse("<a xmlns:p='not a uri'><q:b/></a>");
  (void)Document::parse("\x01");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Document, CloneIsIndependent) {
  auto original = Document::parse("<a x='1'><b/></a>");
  ASSERT_TRUE(original.ok());
  const Document copy = original->clone();
  original->root().set_attribute("x", "2");
  original->root().first_child().remove();
  EXPECT_EQ(copy.compact(), R"(<a x="1"><b/></a>)");
}

}  // namespace
}  // namespace systole::xml
