#include "policy/tool/transition.h"

#include <gtest/gtest.h>

#include "policy/tool/cluster_copy.h"

namespace systole::policy::tool {
namespace {

model::Synapse synapse(std::uint32_t id, std::vector<std::uint32_t> inputs, int priority = 0) {
  model::Synapse out;
  out.action.id = id;
  out.action.kind = model::GraphActionKind::kResource;
  out.inputs = std::move(inputs);
  out.priority = priority;
  return out;
}

TEST(Transition, RunsActionsAfterTheirInputs) {
  model::TransitionGraph graph;
  graph.synapses = {synapse(3, {2}), synapse(2, {1}), synapse(1, {})};
  std::vector<std::uint32_t> order;
  const auto end = execute(graph, [&](const model::GraphAction& action) {
    order.push_back(action.id);
    return true;
  });
  EXPECT_EQ(end, TransitionEnd::kComplete);
  EXPECT_EQ(order, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST(Transition, WithALoop_IsTerminated) {
  model::TransitionGraph graph;
  graph.synapses = {synapse(1, {2}), synapse(2, {1})};
  EXPECT_EQ(execute(graph, [](const model::GraphAction&) { return true; }),
            TransitionEnd::kTerminated);
}

TEST(Transition, AfterAFailure_OnlyUrgentActionsGoOn) {
  model::TransitionGraph graph;
  graph.synapses = {synapse(1, {}), synapse(2, {1}), synapse(3, {1}, 1000000)};
  std::vector<std::uint32_t> order;
  const auto end = execute(graph, [&](const model::GraphAction& action) {
    order.push_back(action.id);
    return action.id != 1;
  });
  EXPECT_EQ(end, TransitionEnd::kComplete);
  EXPECT_EQ(order, (std::vector<std::uint32_t>{1, 3}));
}

TEST(OperationSpec, IsTakenApartFromTheEnd) {
  const auto spec = parse_operation_spec("my_web_monitor_10000@node_1=7");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->resource, "my_web");
  EXPECT_EQ(spec->task, "monitor");
  EXPECT_EQ(spec->interval_ms, 10000);
  EXPECT_EQ(spec->node, "node_1");
  EXPECT_EQ(spec->rc, 7);
  EXPECT_EQ(parse_operation_spec("vm_migrate_to_0@a=1")->task, "migrate_to");
  for (const char* text : {"", "web", "web@a=1", "web_start_0@a", "web_start_0=1",
                           "web_start_x@a=1", "web_start_0@a=x"}) {
    EXPECT_FALSE(parse_operation_spec(text)) << text;
  }
}

}  // namespace
}  // namespace systole::policy::tool
