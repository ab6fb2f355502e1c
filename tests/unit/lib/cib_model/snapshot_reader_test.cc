#include "lib/cib_model/snapshot_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "lib/xml/document.h"

namespace systole::cib_model {
namespace {

base::Result<model::Snapshot> read(const std::string& configuration, const std::string& root = "") {
  const auto document = xml::Document::parse("<cib " + root + "><configuration>" + configuration +
                                             "</configuration><status/></cib>");
  EXPECT_TRUE(document);
  return read_snapshot(document->root(), {.now = 1000});
}

std::string resources(const std::string& inner) {
  return "<resources>" + inner + "</resources>";
}

TEST(SnapshotReader, OutlivesTheDocument) {
  model::Snapshot snapshot = *read(resources("<primitive id='web' class='ocf' type='Dummy'/>"));
  ASSERT_EQ(snapshot.resources.size(), 1u);
  EXPECT_EQ(snapshot.resources[0].id, "web");
  EXPECT_EQ(snapshot.resources[0].agent.type, "Dummy");
}

TEST(SnapshotReader, RefusesWhatIsNoCib) {
  const auto document = xml::Document::parse("<status/>");
  const auto snapshot = read_snapshot(document->root(), {});
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, base::Errc::kInvalidArgument);
}

TEST(SnapshotReader, RefusesANewerFeatureSet_NamingIt) {
  const auto snapshot = read("", "crm_feature_set='99.1'");
  ASSERT_FALSE(snapshot);
  EXPECT_EQ(snapshot.error().code, base::Errc::kVersion);
  EXPECT_NE(snapshot.error().message.find("99.1"), std::string::npos);
}

TEST(SnapshotReader, FollowsTheRecordedClock_UnlessToldOtherwise) {
  EXPECT_EQ(read("", "execution-date='5000'")->now, 5000);
  EXPECT_EQ(read("")->now, 1000);
}

TEST(Template, ComesBeforeTheResourcesOwnParts) {
  const model::Snapshot snapshot = *read(resources(
      "<template id='t' class='ocf' provider='p' type='Dummy'>"
      "<instance_attributes id='a'><nvpair id='a1' name='x' "
      "value='template'/></instance_attributes>"
      "<operations><op id='o1' name='monitor' interval='10s'/>"
      "<op id='o2' name='start' interval='0' timeout='5s'/></operations></template>"
      "<primitive id='web' template='t'>"
      "<instance_attributes id='b'><nvpair id='b1' name='x' value='own'/></instance_attributes>"
      "<operations><op id='o3' name='monitor' interval='20s'/></operations></primitive>"));
  ASSERT_EQ(snapshot.resources.size(), 1u);
  const model::ResourceConfig& web = snapshot.resources[0];
  EXPECT_EQ(web.agent.provider, "p");
  ASSERT_EQ(web.parameters.size(), 2u);
  EXPECT_EQ(web.parameters[1].values[0].value, "own");
  ASSERT_EQ(web.operations.size(), 2u);
  EXPECT_EQ(web.operations[0].interval_ms, 20000);
  EXPECT_EQ(web.operations[1].name, "start");
}

TEST(Template, Unknown_DropsTheResource) {
  EXPECT_TRUE(read(resources("<primitive id='web' template='none'/>"))->resources.empty());
}

TEST(Reference, StandsForTheElementItNames) {
  const model::Snapshot snapshot = *read(resources(
      "<primitive id='a' class='ocf' type='D'><meta_attributes id='m'>"
      "<nvpair id='n' name='priority' value='5'/></meta_attributes></primitive>"
      "<primitive id='b' class='ocf' type='D'><meta_attributes id-ref='m'/></primitive>"));
  ASSERT_EQ(snapshot.resources.size(), 2u);
  EXPECT_EQ(snapshot.resources[1].meta[0].values[0].value, "5");
}

TEST(Master, IsAPromotableClone) {
  const model::Snapshot snapshot =
      *read(resources("<master id='m'><primitive id='a' class='ocf' type='D'/></master>"));
  const model::ResourceConfig& clone = snapshot.resource(snapshot.top_level.front());
  EXPECT_EQ(clone.kind, model::ResourceKind::kClone);
  EXPECT_EQ(*model::find_value(clone.meta[0].values, "promotable"), "true");
  EXPECT_EQ(clone.children.size(), 1u);
}

TEST(Clone, HoldsNoClone_NorDoesAGroupHoldAGroup) {
  const model::Snapshot snapshot =
      *read(resources("<clone id='outer'><clone id='outer'/></clone>"
                      "<clone id='all'><group id='pair'><group id='nested'/>"
                      "<primitive id='web' class='ocf' type='Dummy'/></group></clone>"));
  ASSERT_EQ(snapshot.resources.size(), 4u);
  EXPECT_TRUE(snapshot.resources[0].children.empty());
  EXPECT_EQ(snapshot.resources[2].id, "pair");
  ASSERT_EQ(snapshot.resources[2].children.size(), 1u);
  EXPECT_EQ(snapshot.resource(snapshot.resources[2].children[0]).id, "web");
}

TEST(Location, WithSeveralRules_IsSeveralConstraints) {
  const model::Snapshot snapshot = *read(
      "<constraints><rsc_location id='l' rsc='a'><rule id='1' score='1'/><rule id='2' score='2'/>"
      "</rsc_location></constraints>");
  EXPECT_EQ(snapshot.constraints.size(), 2u);
}

TEST(Location, WithALifetime_HoldsOnlyThen) {
  const model::Snapshot snapshot = *read(
      "<constraints><rsc_location id='l' rsc='a' node='n' score='5'><lifetime>"
      "<rule id='r'><date_expression id='d' operation='lt' end='2001-01-01'/></rule></lifetime>"
      "</rsc_location></constraints>");
  const auto& location = std::get<model::LocationConstraint>(snapshot.constraints.front());
  ASSERT_TRUE(location.rule);
  EXPECT_EQ(location.rule->score, "5");
  EXPECT_EQ(location.rule->conditions.size(), 2u);
}

}  // namespace
}  // namespace systole::cib_model
