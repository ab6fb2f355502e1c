// Fencings that end at awkward moments: what they may and may not stand for.
#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;
using model::GraphAction;
using model::GraphActionKind;

/// Three nodes, of which the first coordinates and the third is the one in trouble.
class Fencing : public testing::Test {
 protected:
  Fencing() {
    group_.form({1});
    group_.start(2);
    group_.view({1, 2}, {2}, {}, true);
    join("first");
  }

  void join(const std::string& incarnation) {
    group_.start(3, incarnation);
    group_.view({1, 2, 3}, {3}, {}, true);
  }

  void lose() {
    group_.stop(3);
    group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  }

  static GraphAction make_start(std::uint32_t id, const std::string& resource) {
    GraphAction start;
    start.id = id;
    start.kind = GraphActionKind::kResource;
    start.operation = "start";
    start.key = resource + "_start_0";
    start.node = "node2";
    start.node_uuid = "2";
    start.resource = model::GraphResource{"primitive", resource, "", "ocf", "pacemaker", "Dummy"};
    return start;
  }

  /// A plan that fences the third node and then starts what ran there; and, beside it, another
  /// resource where `unrelated` is set.
  void plan_recovery(bool unrelated = false) {
    GraphAction fence;
    fence.id = 0;
    fence.kind = GraphActionKind::kFence;
    fence.operation = "stonith";
    fence.node = "node3";
    fence.attributes = {{"CRM_meta_stonith_action", "reboot"}};
    model::TransitionGraph graph;
    graph.synapses.push_back({0, fence, {}});
    graph.synapses.push_back({0, make_start(1, "d1"), {0}});
    if (unrelated) graph.synapses.push_back({0, make_start(2, "d2"), {}});
    const auto requests = group_.effects<effect::Plan>(1);
    ASSERT_FALSE(requests.empty());
    group_.handle(1, event::PlanReady{requests.back().id, std::move(graph)});
  }

  std::string expected_of_lost_node() {
    return std::string(group_.node_state(1, 3).attribute_or("expected", "nothing"));
  }

  Group group_{3};
};

TEST_F(Fencing, OfAnEarlierBoot_StartsNothing_AndIsAskedForAgain) {
  lose();
  plan_recovery();
  const auto first = group_.effects<effect::Fence>(1);
  ASSERT_EQ(first.size(), 1U);
  // The node boots, works and is lost again before the device answers.
  join("second");
  lose();
  plan_recovery();
  group_.handle(1, event::FenceFinished{first[0].token, true, ""});
  EXPECT_TRUE(group_.effects<effect::Execute>(2).empty());
  EXPECT_EQ(expected_of_lost_node(), "member");
  plan_recovery();
  const auto fences = group_.effects<effect::Fence>(1);
  ASSERT_EQ(fences.size(), 2U);
  group_.handle(1, event::FenceFinished{fences[1].token, true, ""});
  EXPECT_EQ(group_.effects<effect::Execute>(2).size(), 1U);
  EXPECT_EQ(expected_of_lost_node(), "down");
}

TEST_F(Fencing, ThatFailed_IsTriedAgainLater_WhileTheRestOfThePlanGoesOn) {
  lose();
  plan_recovery();
  const auto first = group_.effects<effect::Fence>(1);
  ASSERT_EQ(first.size(), 1U);
  const std::size_t plans = group_.effects<effect::Plan>(1).size();
  group_.handle(1, event::FenceFinished{first[0].token, false, "no power"});
  EXPECT_EQ(group_.effects<effect::Plan>(1).size(), plans + 1) << "planning does not wait";
  const effect::ArmTimer retry = group_.effects<effect::ArmTimer>(1).back();
  ASSERT_EQ(retry.timer.kind, TimerId::Kind::kFence);
  plan_recovery(true);
  EXPECT_EQ(group_.effects<effect::Execute>(2).size(), 1U);
  EXPECT_EQ(group_.effects<effect::Fence>(1).size(), 1U);
  group_.pass(retry.delay);
  group_.handle(1, event::TimerFired{retry.timer});
  const auto again = group_.effects<effect::Fence>(1);
  ASSERT_EQ(again.size(), 2U);
  group_.handle(1, event::FenceFinished{again[1].token, true, ""});
  EXPECT_EQ(expected_of_lost_node(), "down");
}

TEST_F(Fencing, ThatEndsWhileMembersChange_LeavesTheNextOneFree) {
  lose();
  plan_recovery();
  const auto first = group_.effects<effect::Fence>(1);
  ASSERT_EQ(first.size(), 1U);
  group_.start(3, "second");
  group_.hold_messages();
  group_.view({1, 2, 3}, {3}, {}, true);
  group_.handle(1, event::FenceFinished{first[0].token, true, ""});
  group_.release_messages();
  lose();
  plan_recovery();
  EXPECT_EQ(group_.effects<effect::Fence>(1).size(), 2U);
}

TEST_F(Fencing, OfAMemberByOthers_CountsWhenTheMemberIsLostSoon) {
  group_.pass(std::chrono::minutes(2));
  group_.handle(1, event::FenceObserved{"node3", "reboot", true, "node2"});
  group_.pass(std::chrono::seconds(3));
  lose();
  EXPECT_EQ(expected_of_lost_node(), "down");
}

TEST_F(Fencing, OfAMemberThatStayed_DoesNotCountForALaterLoss) {
  group_.pass(std::chrono::minutes(2));
  group_.handle(1, event::FenceObserved{"node3", "reboot", true, "node2"});
  group_.pass(std::chrono::hours(1));
  lose();
  EXPECT_EQ(expected_of_lost_node(), "member");
}

TEST_F(Fencing, OfAMember_IsNotShownByTheDeathOfItsController) {
  group_.pass(std::chrono::minutes(2));
  group_.handle(1, event::FenceObserved{"node3", "reboot", true, "node2"});
  group_.stop(3);
  group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  EXPECT_EQ(expected_of_lost_node(), "member");
}

TEST_F(Fencing, ToldSoonAfterANodeIsKnown_MayHaveHitTheBootBefore) {
  group_.handle(1, event::FenceObserved{"node3", "reboot", true, "node2"});
  lose();
  EXPECT_EQ(expected_of_lost_node(), "member");
}

TEST_F(Fencing, ToldAfterTheNextBoot_DoesNotCountForThatOne) {
  lose();
  join("second");
  group_.handle(1, event::FenceObserved{"node3", "reboot", true, "node2"});
  group_.pass(std::chrono::seconds(3));
  lose();
  EXPECT_EQ(expected_of_lost_node(), "member");
}

}  // namespace
}  // namespace systole::crmd
