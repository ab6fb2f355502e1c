#include "crmd/core/node_names.h"

#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;

/// Corosync's configuration has no names: a node knows its own from the system.
void call_by_number(Group& group, std::uint32_t size) {
  for (std::uint32_t node = 1; node <= size; ++node) {
    for (std::uint32_t other = 1; other <= size; ++other) {
      if (node != other) group.call(node, other, base::cat("Node", other));
    }
  }
}

void set_attribute(Group& group, std::uint32_t asked, const std::string& node) {
  AttributeRequest request;
  request.name = base::cat("a", asked);
  request.value = "1";
  request.node = node;
  group.handle(asked, event::AttributeCall{request});
}

TEST(NodeNames, AreWhatNodesCallThemselves_WhereTheConfigurationHasNone) {
  Group group(3);
  call_by_number(group, 3);
  group.form({1, 2, 3});
  EXPECT_TRUE(group.same_everywhere());
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    EXPECT_EQ(group.node_state(1, node).attribute_or("uname", ""), base::cat("node", node));
    set_attribute(group, node, "");
    set_attribute(group, node, "node2");
  }
  group.ask(2, Group::option("maintenance-mode", "true"));
  EXPECT_TRUE(group.same_everywhere());
  EXPECT_EQ(group.cib(1).find("Node"), std::string::npos) << group.cib(1);
}

TEST(NodeNames, StayWhatANodeCalledItself_WhenItIsLost) {
  Group group(3);
  call_by_number(group, 3);
  group.form({1, 2, 3});
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  set_attribute(group, 1, "node3");
  EXPECT_TRUE(group.same_everywhere());
  EXPECT_NE(group.cib(2).find("status-3-a1"), std::string::npos) << group.cib(2);
}

TEST(NodeNames, AreTheCoordinators_OfNodesThatNobodyHasSeen) {
  Group group(3);
  call_by_number(group, 3);
  group.call(2, 3, "other");
  group.form({1, 2});
  const std::uint32_t coordinator = group[1].coordinator()->value();
  const std::string name = group.nodes_known_to(coordinator)[2].name;
  set_attribute(group, 1, name);
  EXPECT_TRUE(group.same_everywhere());
  EXPECT_NE(group.cib(2).find("status-3-a1"), std::string::npos) << group.cib(2);
  group.start(3);
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_TRUE(group.same_everywhere());
  EXPECT_EQ(group.node_state(1, 3).attribute_or("uname", ""), "node3");
}

TEST(NodeNames, AreTheSame_WhileANewOneIsKnownToSomeOnly) {
  Group group(3);
  group.form({1, 2});
  group.call(1, 3, "later");
  group.handle(1, event::NodesConfigured{group.nodes_known_to(1)});
  set_attribute(group, 2, "later");
  EXPECT_TRUE(group.same_everywhere());
  group.call(2, 3, "later");
  group.handle(2, event::NodesConfigured{group.nodes_known_to(2)});
  set_attribute(group, 1, "later");
  EXPECT_TRUE(group.same_everywhere());
}

}  // namespace
}  // namespace systole::crmd
