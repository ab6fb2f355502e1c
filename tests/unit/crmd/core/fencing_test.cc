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

  static GraphAction make_start(std::uint32_t id, model::Text resource, model::Text key) {
    GraphAction start;
    start.id = id;
    start.kind = GraphActionKind::kResource;
    start.operation = "start";
    start.key = key;
    start.node = "node2";
    start.node_uuid = "2";
    start.resource = std::make_shared<model::GraphResource>(
        model::GraphResource{resource, "", "ocf", "pacemaker", "Dummy"});
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
    fence.attributes = model::make_attributes({{"CRM_meta_stonith_action", "reboot"}});
    model::TransitionGraph graph;
    graph.synapses.push_back({0, fence, {}});
    graph.synapses.push_back({0, make_start(1, "d1", "d1_start_0"), {0}});
    if (unrelated) graph.synapses.push_back({0, make_start(2, "d2", "d2_start_0"), {}});
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

TEST_F(Fencing, ByOthers_IsNotAskedForAgain_WhileTheGroupIsToldOfIt) {
  group_.pass(std::chrono::minutes(2));
  lose();
  group_.hold_messages();
  group_.handle(1, event::FenceObserved{"node3", "reboot", true, "node2"});
  const std::size_t plans = group_.effects<effect::Plan>(1).size();
  plan_recovery();
  EXPECT_TRUE(group_.effects<effect::Fence>(1).empty());
  EXPECT_EQ(group_.effects<effect::Plan>(1).size(), plans);
  group_.release_messages();
  EXPECT_EQ(expected_of_lost_node(), "down");
  EXPECT_EQ(group_.effects<effect::Plan>(1).size(), plans + 1);
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

/// A node in trouble that is still a member: what a device or a person says of it is in doubt.
class DoubtfulFencing : public Fencing {
 protected:
  DoubtfulFencing() { group_.pass(std::chrono::minutes(2)); }

  void fence(bool by_hand) {
    plan_recovery();
    const auto fences = group_.effects<effect::Fence>(1);
    ASSERT_EQ(fences.size(), 1U);
    group_.handle(1, event::FenceFinished{fences[0].token, true, "", by_hand});
  }

  std::size_t starts() { return group_.effects<effect::Execute>(2).size(); }

  std::vector<effect::After> ends_of_target() {
    std::vector<effect::After> out;
    for (const effect::Exit& exit : group_.effects<effect::Exit>(3)) out.push_back(exit.after);
    return out;
  }

  /// The time of the third node's own reset; zero: it is not armed.
  Milliseconds time_to_leave() {
    for (const effect::ArmTimer& armed : group_.effects<effect::ArmTimer>(3)) {
      if (armed.timer.kind == TimerId::Kind::kReset) return armed.delay;
    }
    return {};
  }

  void finish_shutdown() {
    GraphAction leave;
    leave.kind = GraphActionKind::kCluster;
    leave.operation = "do_shutdown";
    leave.node = "node3";
    leave.node_uuid = "3";
    model::TransitionGraph graph;
    graph.synapses.push_back({0, leave, {}});
    const auto requests = group_.effects<effect::Plan>(1);
    group_.handle(1, event::PlanReady{requests.back().id, std::move(graph)});
  }

  bool is_shutting_down() { return group_.cib(1).find("name=\"shutdown\"") != std::string::npos; }
};

TEST_F(DoubtfulFencing, OfAMemberByADevice_CountsOnceTheMemberIsGone) {
  fence(false);
  EXPECT_EQ(starts(), 0U);
  EXPECT_EQ(expected_of_lost_node(), "member");
  lose();
  EXPECT_EQ(expected_of_lost_node(), "down");
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(DoubtfulFencing, OfAMemberByADevice_CountsAfterAWhileWhateverIsSeen) {
  fence(false);
  const effect::ArmTimer patience = [&] {
    for (const effect::ArmTimer& armed : group_.effects<effect::ArmTimer>(1)) {
      if (armed.timer.kind == TimerId::Kind::kFence) return armed;
    }
    return effect::ArmTimer{};
  }();
  ASSERT_GT(patience.delay, time_to_leave()) << "the target has time to end itself before";
  group_.pass(patience.delay);
  group_.handle(1, event::TimerFired{patience.timer});
  EXPECT_EQ(expected_of_lost_node(), "down");
  EXPECT_EQ(ends_of_target(), std::vector{effect::After::kReset});
}

TEST_F(DoubtfulFencing, Target_IsShutDownAndStaysDown) {
  fence(false);
  EXPECT_TRUE(is_shutting_down());
  finish_shutdown();
  EXPECT_EQ(ends_of_target(), std::vector{effect::After::kStayDown});
}

TEST_F(DoubtfulFencing, Target_ResetsItselfWhenItCannotBeStopped) {
  fence(false);
  ASSERT_GT(time_to_leave(), Milliseconds::zero());
  group_.handle(3, event::TimerFired{{TimerId::Kind::kReset, 0}});
  EXPECT_EQ(ends_of_target(), std::vector{effect::After::kReset});
}

TEST_F(DoubtfulFencing, Target_ResetsItselfAtOnce_WhereThePropertySaysPanic) {
  group_.ask(1, Group::option("fence-reaction", "panic"));
  group_.handle(1, event::FenceObserved{"node3", "off", true, "node1", true});
  EXPECT_EQ(ends_of_target(), std::vector{effect::After::kReset});
}

TEST_F(DoubtfulFencing, ConfirmedByHand_IsShutDownBeforeAnythingOfItsStarts) {
  group_.handle(1, event::FenceObserved{"node3", "off", true, "node1", true});
  EXPECT_TRUE(is_shutting_down());
  EXPECT_EQ(expected_of_lost_node(), "member");
  finish_shutdown();
  EXPECT_EQ(ends_of_target(), std::vector{effect::After::kStayDown});
  group_.stop(3);
  group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kLeft}}, true);
  EXPECT_EQ(expected_of_lost_node(), "down");
  EXPECT_FALSE(is_shutting_down());
}

TEST_F(DoubtfulFencing, ConfirmedByHand_NeverCountsWhileTheNodeIsThere) {
  fence(true);
  group_.pass(std::chrono::hours(1));
  group_.handle(1, event::TimerFired{{TimerId::Kind::kFence, 1}});
  EXPECT_EQ(expected_of_lost_node(), "member");
  EXPECT_EQ(starts(), 0U);
  lose();
  EXPECT_EQ(expected_of_lost_node(), "down");
}

TEST_F(DoubtfulFencing, RestartedController_KnowsThatItsNodeHasToLeave) {
  fence(true);
  group_.clear();
  group_.stop(3);
  group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  EXPECT_EQ(expected_of_lost_node(), "member") << "its services still run";
  join("first");
  EXPECT_GT(time_to_leave(), Milliseconds::zero());
}

TEST_F(DoubtfulFencing, OfTheBootBefore_DoesNotHitTheNext) {
  lose();
  plan_recovery();
  const auto fences = group_.effects<effect::Fence>(1);
  ASSERT_EQ(fences.size(), 1U);
  join("second");
  group_.handle(1, event::FenceFinished{fences[0].token, true, ""});
  EXPECT_EQ(time_to_leave(), Milliseconds::zero());
  EXPECT_FALSE(is_shutting_down());
  EXPECT_EQ(expected_of_lost_node(), "member");
}

TEST_F(DoubtfulFencing, OfANodeThatHasNotSaidYetWhichBootItIs_IsNoReasonToEndIt) {
  lose();
  group_.start(3, "second");
  group_.hold_messages();
  group_.view({1, 2, 3}, {3}, {}, true);
  message::Fenced fenced;
  fenced.target = "node3";
  fenced.incarnation = "first";
  fenced.action = "reboot";
  fenced.succeeded = true;
  // All of the agreement but the report.
  while (!group_[3].synchronized()) group_.deliver_some(1);
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    group_.handle(node, event::Delivered{NodeNumber(1), encode(fenced)});
  }
  group_.release_messages();
  EXPECT_TRUE(ends_of_target().empty());
  EXPECT_EQ(group_.node_state(1, 3).attribute_or("join", "-"), "member");
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(Fencing, OfAGuest_ErasesWhatItRan) {
  CibRequest request;
  request.operation = "cib_modify";
  request.section = "status";
  request.options = 0x8;
  request.input =
      "<status><node_state id=\"guest\" uname=\"guest\" remote_node=\"true\" in_ccm=\"true\">"
      "<lrm id=\"guest\"><lrm_resources/></lrm><transient_attributes id=\"guest\"/></node_state>"
      "</status>";
  group_.ask(1, request);
  GraphAction fence;
  fence.kind = GraphActionKind::kPseudo;
  fence.operation = "stonith";
  fence.node = "guest";
  fence.node_uuid = "guest";
  model::TransitionGraph graph;
  graph.synapses.push_back({0, fence, {}});
  const auto answer = [&] {
    group_.handle(1, event::PlanReady{group_.effects<effect::Plan>(1).back().id, graph});
  };
  answer();
  answer();
  const xml::Element guest =
      group_[1].document().root().first_child("status").first_child("node_state", "guest");
  ASSERT_TRUE(guest);
  EXPECT_FALSE(guest.first_child("lrm"));
  EXPECT_FALSE(guest.first_child("transient_attributes"));
  EXPECT_EQ(guest.attribute_or("in_ccm", "-"), "false");
  EXPECT_FALSE(guest.attribute("node_fenced"));
}

TEST_F(Fencing, OfARemoteNode_IsRemembered) {
  CibRequest request;
  request.operation = "cib_modify";
  request.section = "resources";
  request.options = 0x8;
  request.input =
      "<resources><primitive id=\"far\" class=\"ocf\" provider=\"pacemaker\" "
      "type=\"remote\"/></resources>";
  group_.ask(1, request);
  request.section = "status";
  request.input =
      "<status><node_state id=\"far\" uname=\"far\" remote_node=\"true\"><lrm id=\"far\"/>"
      "</node_state></status>";
  group_.ask(1, request);
  group_.handle(
      1, event::PlanReady{group_.effects<effect::Plan>(1).back().id, model::TransitionGraph{}});
  group_.handle(
      1, event::PlanReady{group_.effects<effect::Plan>(1).back().id, model::TransitionGraph{}});
  group_.clear();
  group_.handle(1, event::FenceObserved{"far", "reboot", true, "node2"});
  EXPECT_EQ(group_.effects<effect::Plan>(1).size(), 1U) << "what it ran may run elsewhere now";
  const xml::Element far =
      group_[1].document().root().first_child("status").first_child("node_state", "far");
  ASSERT_TRUE(far);
  EXPECT_FALSE(far.first_child("lrm"));
  EXPECT_EQ(far.attribute_or("node_fenced", "-"), "1");
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(Fencing, ThatLetsANodeIn_RemembersWhatTheDevicesWereLike) {
  GraphAction unfence;
  unfence.kind = GraphActionKind::kFence;
  unfence.operation = "stonith";
  unfence.node = "node2";
  unfence.attributes = model::make_attributes({{"CRM_meta_digests_all", "scsi:fence_scsi:1,"},
                                               {"CRM_meta_digests_secure", "scsi:fence_scsi:2,"},
                                               {"CRM_meta_stonith_action", "on"}});
  model::TransitionGraph graph;
  graph.synapses.push_back({0, unfence, {}});
  group_.handle(1, event::PlanReady{group_.effects<effect::Plan>(1).back().id, std::move(graph)});
  const auto fences = group_.effects<effect::Fence>(1);
  ASSERT_EQ(fences.size(), 1U);
  EXPECT_EQ(fences[0].action, "on");
  group_.handle(1, event::FenceFinished{fences[0].token, true, ""});
  const std::string cib = group_.cib(3);
  EXPECT_NE(cib.find("name=\"#node-unfenced\""), std::string::npos);
  EXPECT_NE(cib.find("name=\"#digests-all\" value=\"scsi:fence_scsi:1,\""), std::string::npos);
  EXPECT_NE(cib.find("name=\"#digests-secure\" value=\"scsi:fence_scsi:2,\""), std::string::npos);
}

TEST_F(DoubtfulFencing, ToldByOthersOfAMember_DoesNotHurtIt) {
  group_.handle(1, event::FenceObserved{"node3", "reboot", true, "node2"});
  EXPECT_FALSE(is_shutting_down()) << "it may be a later boot";
}

}  // namespace
}  // namespace systole::crmd
