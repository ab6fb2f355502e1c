#include "lib/cib/patchset.h"

#include <gtest/gtest.h>

#include "lib/cib/document.h"

#include "lib/cib/digest.h"
#include "lib/cib/patchset_text.h"
#include "tests/unit/lib/cib/random_cib.h"

namespace systole::cib {
namespace {

using base::Errc;
using testing_support::RandomCib;

xml::Document parsed(std::string_view text) {
  auto document = xml::Document::parse(text);
  EXPECT_TRUE(document.ok()) << text;
  return std::move(document).value();
}

constexpr std::string_view kBefore =
    R"(<cib epoch="1" num_updates="0" admin_epoch="0"><configuration><crm_config/><nodes/>)"
    R"(<resources><primitive id="a" type="x"/><primitive id="b"/><primitive id="c"/></resources>)"
    R"(</configuration><status/></cib>)";

TEST(CreatePatchset, HasTheStandardForm) {
  const auto before = parsed(kBefore);
  const auto after = parsed(
      R"(<cib epoch="2" num_updates="0" admin_epoch="0"><configuration><crm_config/><nodes/>)"
      R"(<resources><primitive id="c"/><primitive id="a" type="y" class="z"/><op id="n"/>)"
      R"(</resources></configuration><status/></cib>)");
  const auto patch = create_patchset(before.root(), after.root());
  ASSERT_TRUE(patch.has_value());
  const std::string resources = "/cib/configuration/resources";
  EXPECT_EQ(
      patch->compact(),
      R"(<diff format="2"><version><source admin_epoch="0" epoch="1" num_updates="0"/>)"
      R"(<target admin_epoch="0" epoch="2" num_updates="0"/></version>)"
      R"(<change operation="delete" path=")" +
          resources +
          R"(/primitive[@id='b']"/>)"
          R"(<change operation="modify" path="/cib"><change-list>)"
          R"(<change-attr name="epoch" operation="set" value="2"/></change-list><change-result>)"
          R"(<cib epoch="2" num_updates="0" admin_epoch="0"/></change-result></change>)"
          R"(<change operation="move" path=")" +
          resources +
          R"(/primitive[@id='c']" position="0"/>)"
          R"(<change operation="modify" path=")" +
          resources +
          R"(/primitive[@id='a']"><change-list>)"
          R"(<change-attr name="type" operation="set" value="y"/>)"
          R"(<change-attr name="class" operation="set" value="z"/></change-list>)"
          R"(<change-result><primitive id="a" type="y" class="z"/></change-result></change>)"
          R"(<change operation="create" path=")" +
          resources + R"(" position="2"><op id="n"/></change></diff>)");
}

TEST(PatchsetText, HasALineForEachThing) {
  const auto before = parsed(kBefore);
  const auto after = parsed(
      R"(<cib epoch="2" num_updates="0" admin_epoch="0"><configuration><crm_config/><nodes/>)"
      R"(<resources><primitive id="c"/><primitive id="a" class="z"/><op id="n"><p id="m"/></op>)"
      R"(</resources></configuration><status/></cib>)");
  const auto patch = create_patchset(before.root(), after.root());
  ASSERT_TRUE(patch.has_value());
  const std::string resources = "/cib/configuration/resources";
  EXPECT_EQ(
      patchset_text(patch->root()),
      (std::vector<std::string>{
          "Diff: --- 0.1.0 2", "Diff: +++ 0.2.0 (null)", "-- " + resources + "/primitive[@id='b']",
          "+  /cib:  @epoch=2", "+~ " + resources + "/primitive[@id='c'] moved to offset 0",
          "+  " + resources + "/primitive[@id='a']:  @class=z",
          "-- " + resources + "/primitive[@id='a']:  @type", "++ " + resources + ":  <op id=\"n\">",
          "++                                  <p id=\"m\"/>",
          "++                                </op>"}));
}

TEST(CreatePatchset, SaysNothing_SameContent) {
  const auto before = parsed(kBefore);
  const auto reordered = parsed(
      R"(<cib admin_epoch="0" num_updates="0" epoch="1"><configuration><crm_config/><nodes/>)"
      R"(<resources><primitive type="x" id="a"/><primitive id="b"/><primitive id="c"/></resources>)"
      R"(</configuration><status/></cib>)");
  EXPECT_FALSE(create_patchset(before.root(), reordered.root()).has_value());
}

TEST(ApplyPatchset, ChecksVersions) {
  const std::string diff =
      R"(<diff format="2"><version><source admin_epoch="0" epoch="%" num_updates="0"/>)"
      R"(<target admin_epoch="0" epoch="5" num_updates="0"/></version></diff>)";
  const auto with_source = [&](char epoch) {
    std::string text = diff;
    text[text.find('%')] = epoch;
    return parsed(text);
  };
  auto document = parsed(kBefore);
  EXPECT_EQ(apply_patchset(document, with_source('2').root()).error().code, Errc::kNeedResync);
  EXPECT_EQ(apply_patchset(document, with_source('0').root()).error().code, Errc::kOldData);
  EXPECT_TRUE(apply_patchset(document, with_source('1').root()).ok());
}

TEST(ApplyPatchset, KeepsTheDocument_PlaceMissing) {
  auto document = parsed(kBefore);
  const auto patch = parsed(
      R"(<diff format="2"><version><source admin_epoch="0" epoch="1" num_updates="0"/>)"
      R"(<target admin_epoch="0" epoch="2" num_updates="0"/></version>)"
      R"(<change operation="delete" path="/cib/configuration/resources"/>)"
      R"(<change operation="create" path="/cib/configuration/resources" position="0"><x/></change>)"
      R"(</diff>)");
  const auto applied = apply_patchset(document, patch.root());
  ASSERT_FALSE(applied.ok());
  EXPECT_EQ(applied.error().code, Errc::kPatchFailed);
  EXPECT_NE(applied.error().message.find("/cib/configuration/resources"), std::string::npos);
  EXPECT_EQ(document.compact(), kBefore);
}

TEST(ApplyPatchset, KeepsTheDocument_DigestDiffers) {
  auto document = parsed(kBefore);
  const auto patch =
      parsed(R"(<diff format="2" digest="0123"><version><source admin_epoch="0" epoch="1" )"
             R"(num_updates="0"/><target admin_epoch="0" epoch="2" num_updates="0"/></version>)"
             R"(<change operation="delete" path="/cib/configuration/nodes"/></diff>)");
  EXPECT_EQ(apply_patchset(document, patch.root()).error().code, Errc::kPatchFailed);
  EXPECT_EQ(document.compact(), kBefore);
}

TEST(ApplyPatchset, RefusesOtherFormats) {
  auto document = parsed(kBefore);
  EXPECT_EQ(apply_patchset(document, parsed("<diff/>").root()).error().code,
            Errc::kInvalidArgument);
  EXPECT_EQ(apply_patchset(document, parsed("<diff format='2'/>").root()).error().code,
            Errc::kInvalidArgument);
}

// Whatever the two documents, the patchset between them gives the second one byte for byte.
TEST(PatchsetProperty, PatchOfAToBTurnsAIntoB) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    RandomCib random(seed);
    const xml::Document before = random.document();
    xml::Document after = random.below(3) == 0 ? random.document() : random.changed(before);
    const Version version = read_version(before.root());
    write_version(after.root(), {version.admin_epoch, version.epoch + 1, 0});
    auto patch = create_patchset(before.root(), after.root());
    ASSERT_TRUE(patch.has_value()) << seed;
    add_digest(*patch, after.root());
    xml::Document copy = before.clone();
    const auto applied = apply_patchset(copy, patch->root());
    ASSERT_TRUE(applied.ok()) << seed << ": " << applied.error().message << "\n"
                              << before.indented() << after.indented() << patch->indented();
    ASSERT_EQ(copy.compact(), after.compact()) << seed;
  }
}

TEST(Request, AppliesAPatchsetWithoutVersionsToAnyVersion) {
  auto cib = xml::Document::parse(
      "<cib admin_epoch=\"0\" epoch=\"7\" num_updates=\"2\" validate-with=\"none\"><configuration>"
      "<crm_config/><nodes><node id=\"1\" uname=\"a\"/></nodes><resources/><constraints/>"
      "</configuration><status/></cib>");
  ASSERT_TRUE(cib.ok());
  auto document = Document::adopt(std::move(*cib));
  ASSERT_TRUE(document.ok());
  auto patch = xml::Document::parse(
      "<diff format=\"2\"><change operation=\"modify\" "
      "path=\"/cib/configuration/nodes/node[@id='1']\"><change-list><change-attr name=\"uname\" "
      "operation=\"set\" value=\"b\"/></change-list><change-result><node id=\"1\" uname=\"b\"/>"
      "</change-result></change></diff>");
  ASSERT_TRUE(patch.ok());
  Request request;
  request.operation = Operation::kApplyDiff;
  request.input = patch->root();
  EXPECT_TRUE(document->apply(request).verdict.ok());
  EXPECT_EQ(document->version(), (Version{0, 8, 0}));
  EXPECT_EQ(xml::find(document->root(), "node", "1").attribute("uname"), "b");
}

}  // namespace
}  // namespace systole::cib
