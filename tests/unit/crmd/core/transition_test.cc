#include "crmd/core/transition.h"

#include <gtest/gtest.h>

namespace systole::crmd {
namespace {

model::TransitionGraph graph_of(const std::vector<std::vector<std::uint32_t>>& inputs) {
  model::TransitionGraph graph;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    model::Synapse synapse;
    synapse.action.id = static_cast<std::uint32_t>(10 + i);
    synapse.action.kind = model::GraphActionKind::kResource;
    synapse.action.node = "node1";
    synapse.inputs = inputs[i];
    graph.synapses.push_back(synapse);
  }
  return graph;
}

std::vector<std::uint32_t> take_all(Transition& transition) {
  std::vector<std::uint32_t> ids;
  while (const model::GraphAction* action = transition.take_ready()) ids.push_back(action->id);
  return ids;
}

TEST(Transition, TakesInGraphOrder_ActionsWithoutInputs) {
  Transition transition(graph_of({{}, {10}, {}}), 1);
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{10, 12}));
  EXPECT_EQ(transition.outstanding(), 2U);
}

TEST(Transition, WaitsForAllInputs_BeforeAnActionIsReady) {
  Transition transition(graph_of({{}, {}, {10, 11}}), 1);
  take_all(transition);
  transition.confirm(10);
  EXPECT_TRUE(take_all(transition).empty());
  transition.confirm(11);
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{12}));
}

TEST(Transition, CountsAConfirmationOnce_WhenItIsRepeated) {
  Transition transition(graph_of({{}, {}, {10, 11}}), 1);
  take_all(transition);
  transition.confirm(10);
  transition.confirm(10);
  EXPECT_TRUE(take_all(transition).empty());
}

TEST(Transition, IgnoresConfirmations_OfActionsNotTaken) {
  Transition transition(graph_of({{}, {10}}), 1);
  transition.confirm(11);
  transition.confirm(99);
  EXPECT_FALSE(transition.finished());
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{10}));
}

TEST(Transition, IsFinished_WhenEverythingIsConfirmed) {
  Transition transition(graph_of({{}, {10}}), 1);
  take_all(transition);
  transition.confirm(10);
  take_all(transition);
  EXPECT_FALSE(transition.finished());
  transition.confirm(11);
  EXPECT_TRUE(transition.finished());
  EXPECT_EQ(transition.unstarted(), 0U);
}

TEST(Transition, EndsWithUnstartedActions_WhenTheyWaitForEachOther) {
  Transition transition(graph_of({{}, {12}, {11}}), 1);
  take_all(transition);
  transition.confirm(10);
  EXPECT_TRUE(transition.finished());
  EXPECT_EQ(transition.unstarted(), 2U);
}

TEST(Transition, NeverStarts_WhatHasAMissingInput) {
  Transition transition(graph_of({{77}}), 1);
  EXPECT_TRUE(take_all(transition).empty());
  EXPECT_EQ(transition.unstarted(), 1U);
}

TEST(Transition, OffersAgain_WhatWasPutBack) {
  Transition transition(graph_of({{}}), 1);
  const model::GraphAction* action = transition.take_ready();
  ASSERT_NE(action, nullptr);
  transition.put_back(action->id);
  EXPECT_EQ(transition.outstanding(), 0U);
  EXPECT_FALSE(transition.finished());
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{10}));
}

TEST(Transition, KnowsWhatIsLeft_OnANode) {
  Transition transition(graph_of({{}}), 1);
  EXPECT_TRUE(transition.has_operations_left("node1"));
  EXPECT_FALSE(transition.has_operations_left("node2"));
  take_all(transition);
  transition.confirm(10);
  EXPECT_FALSE(transition.has_operations_left("node1"));
}

/// Like a promotion: what is told to others (13, 14) follows what is done (10) through a point in
/// the order (12), and something else (11) could start too.
model::TransitionGraph graph_with_duties() {
  model::TransitionGraph graph = graph_of({{}, {10}, {10}, {12}, {13}});
  for (std::size_t place = 2; place < graph.synapses.size(); ++place) {
    graph.synapses[place].priority = 1000000;
  }
  return graph;
}

TEST(Transition, DoesItsDuties_WhenItWindsDown) {
  Transition transition(graph_with_duties(), 1);
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{10}));
  transition.wind_down();
  EXPECT_TRUE(transition.has_duties_left()) << "the end of 10 lets 12 start";
  transition.confirm(10);
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{12})) << "11 is no duty";
  transition.confirm(12);
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{13}));
  transition.confirm(13);
  EXPECT_EQ(take_all(transition), (std::vector<std::uint32_t>{14}));
  EXPECT_FALSE(transition.has_duties_left());
  transition.confirm(14);
  EXPECT_TRUE(transition.finished());
}

TEST(Transition, HasNoDuties_WhenWhatTheyAreAboutWasNotBegunOrFailed) {
  Transition untouched(graph_with_duties(), 1);
  untouched.wind_down();
  EXPECT_FALSE(untouched.has_duties_left());
  EXPECT_TRUE(take_all(untouched).empty());
  Transition failed(graph_with_duties(), 1);
  take_all(failed);
  failed.leave_out(10);
  failed.wind_down();
  EXPECT_FALSE(failed.has_duties_left());
  EXPECT_TRUE(failed.finished());
}

TEST(Transition, DoesNotWaitForFencing_WhenItWindsDown) {
  model::TransitionGraph graph = graph_with_duties();
  graph.synapses[0].action.kind = model::GraphActionKind::kFence;
  Transition transition(std::move(graph), 1);
  take_all(transition);
  transition.wind_down();
  EXPECT_FALSE(transition.has_duties_left());
}

}  // namespace
}  // namespace systole::crmd
