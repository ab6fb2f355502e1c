#include "crmd/core/bootstrap.h"

#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

xml::Element configured_nodes(Group& group, std::uint32_t seen_by) {
  return group[seen_by].document().root().first_child("configuration").first_child("nodes");
}

TEST(Bootstrap, NodeAloneFromTheBeginning_KnowsTheNodesAndItsCoordinator) {
  Group group(3);
  group.form({2}, false);
  const xml::Element nodes = configured_nodes(group, 2);
  for (const char* id : {"1", "2", "3"}) EXPECT_TRUE(nodes.first_child("node", id)) << id;
  EXPECT_EQ(group[2].document().root().attribute("dc-uuid"), "2");
  EXPECT_EQ(group[2].document().root().attribute("have-quorum"), "0");
}

TEST(Bootstrap, WithoutQuorum_RemovedNodesAreNotAddedAgain) {
  Group group(3);
  group.form({1, 2, 3});
  const std::vector<event::Departure> third = {{NodeNumber(3), event::LeaveReason::kNodeDown}};
  group.stop(3);
  group.view({1, 2}, {}, third, true);
  CibRequest request;
  request.operation = "cib_delete";
  request.section = "nodes";
  request.input = "<node id=\"3\" uname=\"node3\"/>";
  group.ask(1, request);
  const std::uint32_t first = group[1].coordinator()->value();
  const std::uint32_t other = 3 - first;
  group.stop(first);
  group.view({other}, {}, {{NodeNumber(first), event::LeaveReason::kNodeDown}}, false);
  EXPECT_FALSE(configured_nodes(group, other).first_child("node", "3"));
}

TEST(Bootstrap, DescriptionThatLosesAgainstTheQuorateOnes_IsNoConflict) {
  Group group(3);
  group.form({3}, false);
  group.form({1, 2});
  group.ask(1, Group::option("a", "1"));
  group.start(3);
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_TRUE(group.effects<effect::KeepConflict>(3).empty());
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Bootstrap, OnlyDescribes_NothingOfUsers) {
  const auto describes = [](const std::string& text) {
    return only_describes(xml::Document::parse(text)->root());
  };
  const std::string head = "<configuration><crm_config>";
  const std::string tail =
      "</crm_config><nodes><node id=\"1\" uname=\"a\"/></nodes><resources/></configuration>";
  const auto option = [](const std::string& name) {
    return "<cluster_property_set id=\"cib-bootstrap-options\"><nvpair id=\"x\" name=\"" + name +
           "\" value=\"1\"/></cluster_property_set>";
  };
  EXPECT_TRUE(describes(head + tail));
  EXPECT_TRUE(describes(head + option("dc-version") + tail));
  EXPECT_FALSE(describes(head + option("no-quorum-policy") + tail));
  EXPECT_FALSE(
      describes("<configuration><resources><template id=\"t\"/></resources></configuration>"));
  EXPECT_FALSE(
      describes("<configuration><nodes><node id=\"1\" uname=\"a\"><instance_attributes "
                "id=\"s\"/></node></nodes></configuration>"));
}

}  // namespace
}  // namespace systole::crmd
