// What becomes of a transition that is overtaken while a node is lost.
#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;
using model::GraphAction;
using model::GraphActionKind;

GraphAction action(std::uint32_t id, model::Text task) {
  GraphAction out;
  out.id = id;
  out.kind = GraphActionKind::kResource;
  out.operation = task;
  out.key = task;
  out.node = "node2";
  out.node_uuid = "2";
  out.resource = std::make_shared<model::GraphResource>(
      model::GraphResource{"d1", "", "ocf", "pacemaker", "Dummy"});
  return out;
}

/// A promotion, of which other copies are to be told.
model::TransitionGraph promotion() {
  model::TransitionGraph graph;
  graph.synapses.push_back({0, action(0, "promote"), {}});
  graph.synapses.push_back({1000000, action(1, "notify"), {0}});
  return graph;
}

/// Overtakes the promotion, ends it, and says what node2's executor was asked for last.
std::string overtake(Group& group) {
  const std::uint32_t coordinator = group[1].coordinator()->value();
  group.ask(1, Group::option("cluster-name", "a"));
  group.pass(std::chrono::seconds(1));
  // Until nothing more is to be planned the answers are empty.
  for (int i = 0; i < 5; ++i) {
    const auto requests = group.effects<effect::Plan>(coordinator);
    if (requests.empty()) break;
    group.clear();
    group.handle(coordinator, event::PlanReady{requests.back().id, model::TransitionGraph{}});
  }
  group.ask(1, Group::option("cluster-name", "b"));
  const auto requests = group.effects<effect::Plan>(coordinator);
  EXPECT_FALSE(requests.empty());
  if (requests.empty()) return {};
  group.handle(coordinator, event::PlanReady{requests.back().id, promotion()});
  group.ask(1, Group::option("cluster-name", "c"));
  const auto orders = group.effects<effect::Execute>(2);
  EXPECT_FALSE(orders.empty());
  if (orders.empty()) return {};
  event::OperationFinished finished;
  finished.receipt = 1;
  finished.result.operation = orders.back().operation;
  group.handle(2, finished);
  return group.effects<effect::Execute>(2).back().operation.task;
}

TEST(WindingDown, TellsOfAPromotion_WhileANodeIsLostAndNotToBeFenced) {
  Group group(3);
  group.form({1, 2, 3});
  group.ask(1, Group::option("stonith-enabled", "false"));
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  EXPECT_EQ(overtake(group), "notify");
}

TEST(WindingDown, IsNotWaitedFor_WhileANodeHasToBeFenced) {
  Group group(3);
  group.form({1, 2, 3});
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  EXPECT_EQ(overtake(group), "promote");
}

}  // namespace
}  // namespace systole::crmd
