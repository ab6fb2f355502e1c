#include "crmd/core/membership.h"

#include <gtest/gtest.h>

#include "lib/xml/write.h"
#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;

std::string shown(Group& group, std::uint32_t seen_by, std::uint32_t node) {
  const xml::Element entry = group.node_state(seen_by, node);
  if (!entry) return "nothing";
  return base::cat(entry.attribute_or("in_ccm", "-"), " ", entry.attribute_or("crmd", "-"), " ",
                   entry.attribute_or("join", "-"), " ", entry.attribute_or("expected", "-"));
}

TEST(Membership, MembersAreShown_InTheStandardForm) {
  Group group(3);
  group.form({1, 2, 3});
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    EXPECT_EQ(shown(group, 1, node), "true online member member");
  }
  const xml::Element root = group[1].document().root();
  EXPECT_EQ(root.attribute("have-quorum"), "1");
  EXPECT_EQ(root.attribute("dc-uuid"), std::to_string(group[1].coordinator()->value()));
}

std::string shutdown_asked_for(Group& group, std::uint32_t seen_by, std::uint32_t node) {
  const xml::Element entry = group.node_state(seen_by, node);
  const std::string text = entry ? xml::to_string(entry) : std::string();
  return text.find("name=\"shutdown\"") == text.npos ? "no" : "yes";
}

void ask_for_shutdown(Group& group, std::uint32_t node) {
  event::AttributeCall call;
  call.request.name = "shutdown";
  call.request.value = "1795200031";
  call.request.node = base::cat("node", node);
  group.handle(node, call);
  group.handle(node, event::TimerFired{{TimerId::Kind::kCollected, 0}});
}

TEST(Membership, NodeLostBeforeItHadLeft_IsNotTakenForOneThatLeaves) {
  Group group(3);
  group.form({1, 2, 3});
  ask_for_shutdown(group, 3);
  ASSERT_EQ(shutdown_asked_for(group, 1, 3), "yes");
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  EXPECT_EQ(shown(group, 1, 3), "false offline member member");
  EXPECT_EQ(shutdown_asked_for(group, 1, 3), "no");
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Membership, NodeThatComesBackFromAPartition_StillWantsToLeave) {
  Group group(3);
  group.form({1, 2, 3});
  ask_for_shutdown(group, 3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  ASSERT_EQ(shutdown_asked_for(group, 1, 3), "no");
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_EQ(shutdown_asked_for(group, 1, 3), "yes");
}

TEST(Membership, CoordinatorIsTheMostSenior_AndTheNextTakesOver) {
  Group group(3);
  group.form({2});
  group.start(1);
  group.view({1, 2}, {1}, {}, true);
  group.start(3);
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_EQ(group[3].coordinator(), NodeNumber(2));
  group.stop(2);
  group.view({1, 3}, {}, {{NodeNumber(2), LeaveReason::kNodeDown}}, true);
  EXPECT_EQ(group[3].coordinator(), NodeNumber(1));
  EXPECT_EQ(group[1].document().root().attribute("dc-uuid"), "1");
}

TEST(Membership, CoordinatorStays_WhenANodeThatBootedAloneComesBack) {
  for (const std::uint32_t updates : {0U, 40U}) {
    Group group(3);
    group.form({1, 2, 3});
    const std::uint32_t old = group[1].coordinator()->value();
    const std::uint32_t lost = old % 3 + 1;
    const std::uint32_t other = 6 - old - lost;
    group.stop(lost);
    group.stop(other);
    group.view(
        {old}, {},
        {{NodeNumber(lost), LeaveReason::kNodeDown}, {NodeNumber(other), LeaveReason::kNodeDown}},
        false);
    // It has booted, and Corosync has not found the other one yet.
    group.start(lost, "second");
    group.view({lost}, {lost}, {}, false);
    for (std::uint32_t i = 0; i < updates; ++i) {
      AttributeRequest request;
      request.name = "a";
      request.value = std::to_string(i);
      group.handle(lost, event::AttributeCall{request});
    }
    group.view({old, lost}, {old, lost}, {}, true);
    EXPECT_EQ(group[old].coordinator(), NodeNumber(old)) << updates;
    EXPECT_EQ(group[lost].coordinator(), NodeNumber(old)) << updates;
    EXPECT_TRUE(group.same_everywhere());
  }
}

TEST(Membership, CoordinatorStays_WhenNodesThatBootedMeetItBeforeTheyHaveAGeneration) {
  Group group(3);
  group.form({1, 2});
  group.start(3);
  group.view({1, 2, 3}, {3}, {}, true);
  group.view({2, 3}, {}, {{NodeNumber(1), LeaveReason::kNodeDown}}, true);
  ASSERT_EQ(group[3].coordinator(), NodeNumber(2));
  group.view({3}, {}, {{NodeNumber(2), LeaveReason::kNodeDown}}, false);
  ASSERT_EQ(group[3].coordinator(), NodeNumber(3));
  // The others boot with what they had on disk, and one cannot write there.
  group.disks().erase(1);
  group.start(1, "second");
  group.start(2, "second");
  group.fail_disk(1);
  group.view({1, 2}, {1, 2}, {}, true);
  ASSERT_EQ(group[1].generation(), group[3].generation());
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_EQ(group[1].coordinator(), NodeNumber(3));
  EXPECT_EQ(group[3].coordinator(), NodeNumber(3));
}

TEST(Membership, CoordinatorIsTheFirstThatCame_OfNodesThatBootedAlone) {
  for (const std::uint32_t first : {1U, 2U, 3U}) {
    const std::uint32_t second = first % 3 + 1;
    const std::uint32_t third = 6 - first - second;
    Group group(3);
    group.form({first}, false);
    group.pass(Milliseconds(1500));
    group.form({second}, false);
    group.pass(Milliseconds(1500));
    group.view({first, second}, {first, second}, {}, true);
    EXPECT_EQ(group[second].coordinator(), NodeNumber(first));
    group.form({third}, false);
    group.view({1, 2, 3}, {third}, {}, true);
    EXPECT_EQ(group[third].coordinator(), NodeNumber(first));
  }
}

TEST(Membership, LostNode_IsExpectedAndNotThere) {
  Group group(3);
  group.form({1, 2, 3});
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  EXPECT_EQ(shown(group, 1, 3), "false offline member member");
}

TEST(Membership, RemovedNode_StaysRemovedUntilItComesBack) {
  Group group(3);
  group.form({1, 2, 3});
  group.stop(2);
  group.stop(3);
  const std::vector<event::Departure> left = {{NodeNumber(2), LeaveReason::kNodeDown},
                                              {NodeNumber(3), LeaveReason::kNodeDown}};
  group.view({1}, {}, left, true);
  for (const std::uint32_t node : {2U, 3U}) {
    CibRequest request;
    request.operation = "cib_delete";
    request.section = "nodes";
    request.input = base::cat("<node id=\"", node, "\" uname=\"node", node, "\"/>");
    group.ask(1, request);
  }
  group.start(3, "second");
  group.view({1, 3}, {3}, {}, true);
  const xml::Element nodes =
      group[1].document().root().first_child("configuration").first_child("nodes");
  EXPECT_TRUE(nodes.first_child("node", "3"));
  EXPECT_FALSE(nodes.first_child("node", "2"));
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Membership, LostNode_IsNotForgottenBeforeItIsFenced) {
  Group group(3);
  group.form({1, 2, 3});
  group.pass(std::chrono::minutes(2));
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  group.handle(1, event::RemoveNodeCall{.name = "node3", .id = "3", .user = "root", .groups = {}});
  EXPECT_EQ(shown(group, 1, 3), "false offline member member");
  group.handle(1, event::FenceObserved{"node3", "reboot", true, "somebody"});
  group.handle(2, event::FenceObserved{"node3", "reboot", true, "somebody"});
  EXPECT_EQ(shown(group, 1, 3), "false offline down down") << "it was not forgotten";
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Membership, DeadController_IsNotHeldAgainstItsNode_WithinTheGrace) {
  Group group(3);
  group.form({1, 2, 3});
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  EXPECT_EQ(shown(group, 1, 3), "true online member member");
  group.start(3);
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_EQ(shown(group, 1, 3), "true online member member");
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Membership, DeadController_MakesItsNodeUnclean_AfterTheGrace) {
  Group group(3);
  group.form({1, 2, 3});
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  const std::uint32_t coordinator = group[1].coordinator()->value();
  group.handle(coordinator, event::TimerFired{{TimerId::Kind::kGrace, 3}});
  EXPECT_EQ(shown(group, 1, 3), "true offline member member");
}

TEST(Membership, NodeThatDiesAfterItsController_IsLost) {
  Group group(3);
  group.form({1, 2, 3});
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  event::QuorumChanged quorum{true, {NodeNumber(1), NodeNumber(2)}, 3};
  group.handle(1, quorum);
  group.handle(2, quorum);
  EXPECT_EQ(shown(group, 1, 3), "false offline member member");
}

TEST(Membership, FencedNode_IsDownWithoutHistory) {
  Group group(3);
  group.form({1, 2, 3});
  group.handle(3, event::AttributeCall{[] {
                 AttributeRequest request;
                 request.name = "a";
                 request.value = "1";
                 return request;
               }()});
  EXPECT_TRUE(group.node_state(1, 3).first_child("transient_attributes"));
  group.pass(std::chrono::minutes(2));
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  group.handle(1, event::FenceObserved{"node3", "reboot", true, "somebody"});
  group.handle(2, event::FenceObserved{"node3", "reboot", true, "somebody"});
  EXPECT_EQ(shown(group, 1, 3), "false offline down down");
  EXPECT_FALSE(group.node_state(1, 3).first_child("transient_attributes"));
  EXPECT_FALSE(group.node_state(1, 3).first_child("lrm"));
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Membership, NodeWhoseResourcesOthersRun_IsReset) {
  Group group(2);
  group.form({1, 2});
  message::Fenced fenced;
  fenced.target = "node2";
  fenced.incarnation = "first";
  fenced.action = "reboot";
  fenced.succeeded = true;
  group.handle(2, event::Delivered{NodeNumber(1), encode(fenced)});
  ASSERT_EQ(group.effects<effect::Exit>(2).size(), 1U);
  EXPECT_EQ(group.effects<effect::Exit>(2)[0].after, effect::After::kReset);
}

TEST(Membership, FencingOfAnEarlierBoot_DoesNotHitTheNextOne) {
  Group group(2);
  group.form({1, 2});
  message::Fenced fenced;
  fenced.target = "node2";
  fenced.incarnation = "an earlier one";
  fenced.action = "reboot";
  fenced.succeeded = true;
  group.handle(2, event::Delivered{NodeNumber(1), encode(fenced)});
  EXPECT_TRUE(group.effects<effect::Exit>(2).empty());
  EXPECT_EQ(shown(group, 2, 2), "true online member member");
}

TEST(Membership, QuorumLostWithoutChangeOfMembers_IsShown) {
  Group group(3);
  group.form({1, 2, 3});
  const std::vector<NodeNumber> all = {NodeNumber(1), NodeNumber(2), NodeNumber(3)};
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    group.handle(node, event::QuorumChanged{false, all, 7});
  }
  EXPECT_FALSE(group[3].quorate());
  EXPECT_EQ(group[3].document().root().attribute("have-quorum"), "0");
}

TEST(Membership, ShutdownRequest_BecomesTheAttributeThatEmptiesTheNode) {
  Group group(2);
  group.form({1, 2});
  group.handle(2, event::ShutdownRequested{});
  EXPECT_NE(group.cib(1).find("id=\"status-2-shutdown\""), std::string::npos);
}

TEST(Membership, Nodes_TellControllersFromMembersOfCorosync) {
  Group group(3);
  group.form({1, 2, 3});
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  const std::vector<NodeView> nodes = group[1].nodes();
  ASSERT_EQ(nodes.size(), 3U);
  EXPECT_TRUE(nodes[1].controller);
  EXPECT_FALSE(nodes[2].controller);
  EXPECT_TRUE(nodes[2].in_cluster);
}

TEST(Membership, ShutdownRequestedWhileANodeThatBootedJoins_IsNotForgotten) {
  Group group(3);
  group.form({1, 2, 3});
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  group.start(3, "second");
  group.hold_messages();
  group.view({1, 2, 3}, {3}, {}, true);
  group.handle(3, event::ShutdownRequested{});
  group.release_messages();
  EXPECT_NE(group.cib(1).find("id=\"status-3-shutdown\""), std::string::npos);
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Membership, NodeThatDiesAfterItsController_IsLost_WhenTheMembersChangeMeanwhile) {
  Group group(4);
  group.form({1, 2, 3, 4});
  group.stop(4);
  group.view({1, 2, 3}, {}, {{NodeNumber(4), LeaveReason::kProcessDown}}, true);
  group.hold_messages();
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  const event::QuorumChanged quorum{true, {NodeNumber(1), NodeNumber(2), NodeNumber(3)}, 4};
  group.handle(1, quorum);
  group.handle(2, quorum);
  group.release_messages();
  EXPECT_EQ(shown(group, 1, 4), "false offline member member");
}

TEST(Membership, WhatANodeDidSinceItsBoot_IsKeptWhenItComesBackFromBeingAlone) {
  Group group(3);
  group.form({1, 2, 3});
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  group.start(3, "second");
  group.view({3}, {3}, {}, false);
  CibRequest done;
  done.operation = "cib_modify";
  done.section = "status";
  done.options = 0x8;
  done.input =
      "<node_state id=\"3\"><lrm id=\"3\"><lrm_resources><lrm_resource id=\"d1\"/>"
      "</lrm_resources></lrm></node_state>";
  group.ask(3, done);
  group.view({1, 2, 3}, {1, 2, 3}, {}, true);
  const xml::Element history = group.node_state(1, 3).first_child("lrm");
  ASSERT_TRUE(history);
  EXPECT_TRUE(history.first_child("lrm_resources").first_child("lrm_resource", "d1"));
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Membership, QuorumIsLostInTime_ThoughANodeThatWentDownIsBackWithoutItsController) {
  Group group(3);
  group.form({1, 2, 3});
  const std::vector<NodeNumber> all = {NodeNumber(1), NodeNumber(2), NodeNumber(3)};
  group.stop(3);
  // Corosync has it back before this process hears that it went.
  group.view_alone({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}});
  const TimerId bound{TimerId::Kind::kSync, 0};
  group.clear();
  group.handle(1, event::TimerFired{bound});
  EXPECT_TRUE(group[1].quorate());
  for (const effect::CancelTimer& cancelled : group.effects<effect::CancelTimer>(2)) {
    ASSERT_NE(cancelled.timer, bound);
  }
  group.handle(2, event::TimerFired{bound});
  for (const std::uint32_t node : {1U, 2U}) {
    group.handle(node, event::QuorumChanged{false, all, 7});
  }
  EXPECT_FALSE(group[1].quorate());
  EXPECT_FALSE(group[2].quorate());
}

TEST(Membership, AnOrderToLeave_CountsFromTheCoordinatorOnly) {
  Group group(3);
  group.form({1, 2, 3});
  message::RoundId round;
  for (const effect::Multicast& sent : group.effects<effect::Multicast>(1)) {
    const auto message = decode(sent.bytes);
    ASSERT_TRUE(message.ok());
    if (const auto* begin = std::get_if<message::SyncBegin>(&message.value())) round = begin->round;
  }
  const std::uint32_t coordinator = group[1].coordinator()->value();
  const std::uint32_t other = coordinator % 3 + 1;
  const std::string order = encode(message::Leave{round, NodeNumber(other)});
  group.clear();
  group.handle(other, event::Delivered{NodeNumber(other), order});
  EXPECT_TRUE(group.effects<effect::Exit>(other).empty());
  group.handle(other, event::Delivered{NodeNumber(coordinator), order});
  EXPECT_FALSE(group.effects<effect::Exit>(other).empty());
}

}  // namespace
}  // namespace systole::crmd
