#include "crmd/core/agreement.h"

#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;

message::Summary summary(std::uint64_t generation, int base_epoch, int epoch, bool valid = true) {
  message::Summary out;
  out.valid = valid;
  out.stamp.generation = generation;
  out.stamp.base = {0, base_epoch, 0};
  out.version = {0, epoch, 0};
  out.digest = base::cat(generation, "-", base_epoch, "-", epoch);
  return out;
}

bool wins(const message::Summary& a, const message::Summary& b) {
  return better(a, NodeNumber(2), b, NodeNumber(1)) && !better(b, NodeNumber(1), a, NodeNumber(2));
}

TEST(Better, LastQuorateComponentWins_WhateverTheNumbersSay) {
  EXPECT_TRUE(wins(summary(8, 5, 5), summary(7, 5, 90)));
}

TEST(Better, CommittedConfigurationWins_OverProvisionalChanges) {
  EXPECT_TRUE(wins(summary(7, 11, 11), summary(7, 10, 90)));
}

TEST(Better, ProvisionalChangesWin_OverNoChange) {
  EXPECT_TRUE(wins(summary(7, 10, 12), summary(7, 10, 10)));
}

TEST(Better, RunningReplicaWins_OverTheSameFromDisk) {
  EXPECT_TRUE(wins(summary(7, 10, 10, true), summary(7, 10, 10, false)));
}

TEST(Agreement, AllMembersHaveOneReplica_AfterTheFirstView) {
  Group group(3);
  group.form({1, 2, 3});
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    EXPECT_TRUE(group[node].synchronized());
    EXPECT_TRUE(group[node].quorate());
    EXPECT_EQ(group[node].coordinator(), group[1].coordinator());
  }
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Agreement, JoinerTakesTheGroupsReplica_NotItsOwn) {
  Group group(3);
  group.form({1, 2});
  group.ask(1, Group::option("a", "1"));
  group.start(3);
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_TRUE(group[3].synchronized());
  EXPECT_NE(group.cib(3).find("o-a"), std::string::npos);
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Agreement, ChangesDuringTheRound_AreAppliedAfterIt) {
  Group group(3);
  group.form({1, 2});
  group.start(3);
  group.clear();
  // The view is told to one member, which is asked for a change before the round is over.
  event::ViewChanged changed;
  for (const std::uint32_t node : {1U, 2U, 3U}) changed.members.push_back(NodeNumber(node));
  changed.joined.push_back(NodeNumber(3));
  group[1].step(changed, {});
  const Effects effects = group[1].step(event::CibCall{CallToken(99), Group::option("b", "1")}, {});
  bool sent = false;
  for (const Effect& effect : effects) {
    sent = sent || std::holds_alternative<effect::Multicast>(effect);
    EXPECT_FALSE(std::holds_alternative<effect::ReplyCib>(effect));
  }
  EXPECT_TRUE(sent);
  EXPECT_EQ(group.cib(1).find("o-b"), std::string::npos);
}

TEST(Agreement, LostProvisionalChanges_AreKeptAsAConflict) {
  Group group(3);
  group.form({1, 2, 3});
  group.ask(1, Group::option("a", "1"));
  // Node 3 is alone, the others go on with quorum.
  Group* all = &group;
  all->view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  all->ask(1, Group::option("b", "1"));
  all->view({3}, {},
            {{NodeNumber(1), LeaveReason::kNodeDown}, {NodeNumber(2), LeaveReason::kNodeDown}},
            false);
  const CallToken token = all->ask(3, Group::option("c", "1"));
  const auto replies = all->effects<effect::ReplyCib>(3);
  ASSERT_FALSE(replies.empty());
  EXPECT_EQ(replies.back().token, token);
  EXPECT_FALSE(replies.back().answer.error);
  EXPECT_TRUE(replies.back().answer.provisional);
  all->view({1, 2, 3}, {1, 2, 3}, {}, true);
  EXPECT_EQ(all->effects<effect::KeepConflict>(3).size(), 1U);
  EXPECT_TRUE(all->effects<effect::KeepConflict>(1).empty());
  EXPECT_EQ(all->cib(3).find("o-c"), std::string::npos);
  EXPECT_NE(all->cib(3).find("o-b"), std::string::npos);
  EXPECT_TRUE(all->same_everywhere());
}

TEST(Agreement, ProvisionalChangesStay_WhenTheQuorateOnesHaveNoConfigurationYet) {
  Group group(3);
  group.form({3}, false);
  group.ask(3, Group::option("c", "1"));
  group.form({1, 2});
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_NE(group.cib(1).find("o-c"), std::string::npos);
  EXPECT_TRUE(group.effects<effect::KeepConflict>(3).empty());
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Agreement, ConfigurationThatWasErasedWithQuorum_StaysErased) {
  Group group(3);
  group.form({1, 2});
  group.ask(1, Group::option("a", "1"));
  CibRequest erase;
  erase.operation = "cib_erase";
  group.ask(1, erase);
  group.form({3}, false);
  group.ask(3, Group::option("c", "1"));
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_EQ(group.cib(1).find("o-c"), std::string::npos);
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Agreement, ProvisionalChangesStay_WhenNobodyContradicts) {
  Group group(3);
  group.form({1, 2, 3});
  group.view({3}, {},
             {{NodeNumber(1), LeaveReason::kNodeDown}, {NodeNumber(2), LeaveReason::kNodeDown}},
             false);
  group.ask(3, Group::option("c", "1"));
  group.view({1, 2, 3}, {1, 2, 3}, {}, true);
  EXPECT_NE(group.cib(1).find("o-c"), std::string::npos);
  EXPECT_TRUE(group.effects<effect::KeepConflict>(3).empty());
}

TEST(Agreement, QuorumThatTheLeaderHadNotHeardOf_IsCorrected) {
  Group group(3);
  group.form({2, 3});
  group.start(1);
  const event::QuorumChanged quorum{true, {NodeNumber(1), NodeNumber(2), NodeNumber(3)}, 3};
  group.handle(2, quorum);
  group.handle(3, quorum);
  group.view_alone({1, 2, 3}, {1}, {});
  group.handle(1, event::TimerFired{{TimerId::Kind::kSync, 0}});
  ASSERT_TRUE(group[2].synchronized());
  EXPECT_TRUE(group[2].quorate());
  EXPECT_TRUE(group.same_everywhere());
}

TEST(Agreement, WhatANodeDidAlone_SurvivesAMergeThatIsInterrupted) {
  Group group(3);
  group.form({1, 2, 3});
  event::OperationFinished finished;
  finished.receipt = 1;
  finished.result.operation.transition_key = "1:1:0:uuid";
  finished.result.operation.resource = "d1";
  finished.result.operation.task = "start";
  finished.result.operation.key = "d1_start_0";
  finished.result.operation.node = "node3";
  finished.result.operation.node_id = "3";
  group.handle(3, finished);
  const std::vector<event::Departure> others = {{NodeNumber(1), LeaveReason::kNodeDown},
                                                {NodeNumber(2), LeaveReason::kNodeDown}};
  const event::Departure third{NodeNumber(3), LeaveReason::kNodeDown};
  group.view({1, 2}, {}, {third}, true);
  group.view({3}, {}, others, false);
  finished.receipt = 2;
  finished.result.operation.task = "stop";
  finished.result.operation.key = "d1_stop_0";
  group.handle(3, finished);
  // The network heals until the node has the others' replica, and no longer.
  group.hold_messages();
  group.view({1, 2, 3}, {1, 2, 3}, {}, true);
  for (int i = 0; i < 20 && !group[3].synchronized(); ++i) group.deliver_some(1);
  ASSERT_TRUE(group[3].synchronized());
  group.view_alone({3}, {}, others);
  group.release_messages();
  group.view({1, 2}, {}, {third}, true);
  group.view({1, 2, 3}, {1, 2, 3}, {}, true);
  ASSERT_TRUE(group.same_everywhere());
  const xml::Element entry = find(group.node_state(1, 3), "lrm_rsc_op", "d1_last_0");
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry.attribute("operation"), "stop");
}

TEST(Agreement, GarbageFromThePeer_IsLoggedAndIgnored) {
  Group group(2);
  group.form({1, 2});
  group.clear();
  const std::string before = group.cib(1);
  group.handle(1, event::Delivered{NodeNumber(2), "garbage"});
  EXPECT_EQ(group.cib(1), before);
  EXPECT_FALSE(group.effects<effect::Log>(1).empty());
}

}  // namespace
}  // namespace systole::crmd
