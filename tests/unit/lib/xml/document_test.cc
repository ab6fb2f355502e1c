#include "lib/xml/document.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
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
  EXPECT_EQ(document.error().code, Errc::kSchema);
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

/// A text that comes a few bytes at a time.
Source drops_of(std::string_view text) {
  return [text](std::span<char> buffer) mutable {
    const std::string_view piece = text.substr(0, std::min<std::size_t>(buffer.size(), 3));
    std::copy(piece.begin(), piece.end(), buffer.begin());
    text.remove_prefix(piece.size());
    return piece.size();
  };
}

TEST(Read, OfPieces_GivesWhatTheWholeTextGives) {
  const std::string text = "<a x='1 &lt; 2'><!-- c --><b y=\"\xc3\xbc\"/>\n<c/></a>";
  const auto pieces = Document::read(drops_of(text));
  const auto whole = Document::parse(text);
  ASSERT_TRUE(pieces.ok() && whole.ok());
  EXPECT_EQ(pieces->compact(), whole->compact());
  EXPECT_EQ(pieces->root().first_child("c").line(), 2);
}

TEST(Read, OfTooManyBytes_IsRefused) {
  const std::string text = "<a><b/><c/></a>";
  EXPECT_EQ(Document::read(drops_of(text), {.max_bytes = 8}).error().code, base::Errc::kTooLarge);
  EXPECT_TRUE(Document::read(drops_of(text), {.max_bytes = text.size()}).ok());
}

/// What is harvested of <wanted> in <in>, a line for each start tag.
struct Basket {
  Harvest harvest() {
    return {.tag = "wanted",
            .begin = [this] { text.clear(); },
            .wants = [](Element parent) { return parent.is("in"); },
            .take =
                [this](const StartTag& start, int depth) {
                  text += std::to_string(depth) + " " + std::string(start.name);
                  for (const auto& [name, value] : start.attributes) {
                    text += " " + std::string(name) + "=" + std::string(value);
                  }
                  text += "\n";
                }};
  }
  std::string text;
};

TEST(Harvest, SeesStartTagsWithTheirDepth_AndLeavesNothingOfThem) {
  Basket basket;
  const Harvest harvest = basket.harvest();
  const auto document = Document::parse(
      "<r><in><wanted a='1' b=''><x><y c='2'/></x><!-- gone --><z/></wanted><k/></in>"
      "<out><wanted/></out></r>",
      {}, Text::kDrop, &harvest);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(basket.text, "0 wanted a=1 b=\n1 x\n2 y c=2\n1 z\n");
  EXPECT_EQ(document->compact(), "<r><in><k/></in><out><wanted/></out></r>");
}

TEST(Harvest, SeesValuesAsTheyAreMeant) {
  Basket basket;
  const Harvest harvest = basket.harvest();
  const auto document = Document::read(
      drops_of("<in><wanted v='a &amp; b &lt;&#65;&#38;amp; &quot;' w='x\ny'/></in>"), {},
      Text::kDrop, &harvest);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(basket.text, "0 wanted v=a & b <A&amp; \" w=x y\n");
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
