#include "crmd/core/durability.h"

#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;

TEST(Durability, AcknowledgesAChange_WhenAMajorityHasIt) {
  Group group(3);
  group.form({1, 2, 3});
  group.hold_disk(3);
  group.clear();
  group.ask(1, Group::option("a", "1"));
  ASSERT_EQ(group.effects<effect::ReplyCib>(1).size(), 1U);
  const CibAnswer answer = group.effects<effect::ReplyCib>(1)[0].answer;
  EXPECT_FALSE(answer.error);
  EXPECT_FALSE(answer.provisional);
}

TEST(Durability, WaitsWithTheAnswer_WhileAMinorityHasIt) {
  Group group(3);
  group.form({1, 2, 3});
  group.hold_disk(2);
  group.hold_disk(3);
  group.clear();
  group.ask(1, Group::option("a", "1"));
  EXPECT_TRUE(group.effects<effect::ReplyCib>(1).empty());
  EXPECT_NE(group.cib(2).find("o-a"), std::string::npos) << "applied, though not acknowledged";
  group.release_disk(3);
  EXPECT_EQ(group.effects<effect::ReplyCib>(1).size(), 1U);
}

TEST(Durability, SaysSo_WhenTooManyDisksAreFull) {
  Group group(3);
  group.form({1, 2, 3});
  group.fail_disk(1);
  group.fail_disk(2);
  group.clear();
  group.ask(1, Group::option("a", "1"));
  ASSERT_EQ(group.effects<effect::ReplyCib>(1).size(), 1U);
  const CibAnswer answer = group.effects<effect::ReplyCib>(1)[0].answer;
  ASSERT_TRUE(answer.error);
  EXPECT_EQ(answer.error->code, base::Errc::kNoSpace);
}

TEST(Durability, OneFullDiskOfThree_DoesNotMatter) {
  Group group(3);
  group.form({1, 2, 3});
  group.fail_disk(1);
  group.clear();
  group.ask(1, Group::option("a", "1"));
  ASSERT_EQ(group.effects<effect::ReplyCib>(1).size(), 1U);
  EXPECT_FALSE(group.effects<effect::ReplyCib>(1)[0].answer.error);
}

TEST(Durability, WritesAgain_AfterTheDiskWasFull) {
  Group group(1);
  group.form({1});
  group.fail_disk(1);
  group.ask(1, Group::option("a", "1"));
  EXPECT_EQ(group.disks()[1].text.find("o-a"), std::string::npos);
  group.fail_disk(1, false);
  group.handle(1, event::TimerFired{{TimerId::Kind::kPersist, 0}});
  EXPECT_NE(group.disks()[1].text.find("o-a"), std::string::npos);
}

TEST(Durability, StatusChanges_AreNeitherWrittenNorDelayed) {
  Group group(3);
  group.form({1, 2, 3});
  group.clear();
  CibRequest request;
  request.operation = "cib_modify";
  request.section = "status";
  request.options = 0x8;
  request.input = "<node_state id=\"9\" uname=\"other\"/>";
  group.ask(2, request);
  EXPECT_EQ(group.effects<effect::ReplyCib>(2).size(), 1U);
  EXPECT_TRUE(group.effects<effect::Persist>(1).empty());
  EXPECT_TRUE(group.effects<effect::Persist>(2).empty());
}

TEST(Durability, WhatIsOnDisk_HasNoStatus) {
  Group group(1);
  group.form({1});
  EXPECT_EQ(group.disks()[1].text.find("node_state"), std::string::npos);
  EXPECT_NE(group.disks()[1].text.find("<configuration"), std::string::npos);
}

TEST(Durability, AcknowledgedChangeSurvives_TheMinorityThatStaysDark) {
  Group group(3);
  group.form({1, 2, 3});
  group.hold_disk(3);
  group.ask(1, Group::option("a", "1"));
  for (const std::uint32_t node : {1U, 2U, 3U}) group.stop(node);
  // Node 1 does not come back, node 3 never wrote the change.
  group.form({2, 3});
  EXPECT_NE(group.cib(3).find("o-a"), std::string::npos);
}

TEST(Durability, ChangeOfAnOlderView_LosesAgainstAnAcknowledgedOne) {
  Group group(3);
  group.form({1, 2, 3});
  group.view({3}, {},
             {{NodeNumber(1), LeaveReason::kNodeDown}, {NodeNumber(2), LeaveReason::kNodeDown}},
             false);
  for (int i = 0; i < 5; ++i) group.ask(3, Group::option(base::cat("p", i), "1"));
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  group.ask(1, Group::option("a", "1"));
  group.stop(1);
  group.stop(2);
  group.form({2, 3});
  EXPECT_NE(group.cib(3).find("o-a"), std::string::npos);
  EXPECT_EQ(group.cib(3).find("o-p0"), std::string::npos);
}

TEST(Durability, ControllersThatAreNoMajority_AcknowledgeProvisionally) {
  Group group(3);
  group.form({1, 2, 3});
  group.view(
      {1}, {},
      {{NodeNumber(2), LeaveReason::kProcessDown}, {NodeNumber(3), LeaveReason::kProcessDown}},
      true);
  group.clear();
  group.ask(1, Group::option("a", "1"));
  ASSERT_EQ(group.effects<effect::ReplyCib>(1).size(), 1U);
  EXPECT_TRUE(group.effects<effect::ReplyCib>(1)[0].answer.provisional);
}

TEST(Durability, QuorumThatComesLater_FindsMembersThatPromisedDifferently) {
  Group group(3);
  group.form({1});
  event::StoredCib stored = group.disks()[1];
  stored.stamp.promised += 7;
  Group later(3);
  later.disks()[1] = stored;
  later.form({1, 2}, false);
  for (const std::uint32_t node : {1U, 2U}) {
    later.handle(node, event::QuorumChanged{true, {NodeNumber(1), NodeNumber(2)}, 3});
  }
  const CallToken token = later.ask(1, Group::option("a", "1"));
  const auto replies = later.effects<effect::ReplyCib>(1);
  ASSERT_FALSE(replies.empty());
  EXPECT_EQ(replies.back().token, token);
  EXPECT_FALSE(replies.back().answer.provisional);
}

TEST(Durability, LoweredVersion_DoesNotMakeLaterChangesSafe) {
  Group group(3);
  group.form({1, 2, 3});
  CibRequest version;
  version.operation = "cib_modify";
  version.input = "<cib admin_epoch=\"1\"/>";
  group.ask(1, version);
  group.hold_disk(3);
  version.input = "<cib admin_epoch=\"0\"/>";
  const CallToken lowered = group.ask(1, version);
  ASSERT_EQ(group.effects<effect::ReplyCib>(1).back().token, lowered);
  group.hold_disk(2);
  const CallToken waiting = group.ask(1, Group::option("a", "1"));
  EXPECT_EQ(group.effects<effect::ReplyCib>(1).back().token, lowered);
  group.release_disk(2);
  EXPECT_EQ(group.effects<effect::ReplyCib>(1).back().token, waiting);
  EXPECT_FALSE(group.effects<effect::ReplyCib>(1).back().answer.provisional);
  // Whoever missed all this does not win with its higher numbers.
  EXPECT_GT(group.disks()[1].stamp.generation, group.disks()[3].stamp.generation);
}

TEST(Durability, ChangeBeforeALoweredVersion_IsAnswered_WithoutQuorum) {
  Group group(3);
  group.form({1}, false);
  CibRequest version;
  version.operation = "cib_modify";
  version.input = "<cib admin_epoch=\"1\"/>";
  group.hold_disk(1);
  // The first is being written; the second waits and is contained in what the third leaves.
  const CallToken first = group.ask(1, Group::option("a", "1"));
  const CallToken second = group.ask(1, version);
  version.input = "<cib admin_epoch=\"0\"/>";
  const CallToken third = group.ask(1, version);
  group.release_disk(1);
  group.deliver();
  std::set<CallToken> answered;
  for (const effect::ReplyCib& reply : group.effects<effect::ReplyCib>(1)) {
    answered.insert(reply.token);
  }
  EXPECT_TRUE(answered.contains(first));
  EXPECT_TRUE(answered.contains(second));
  EXPECT_TRUE(answered.contains(third));
}

TEST(Durability, LoweredVersion_IsNotSafeBeforeItIsWritten_WithoutQuorum) {
  Group group(3);
  group.form({1}, false);
  CibRequest version;
  version.operation = "cib_modify";
  version.input = "<cib admin_epoch=\"1\"/>";
  group.ask(1, version);
  group.hold_disk(1);
  group.clear();
  version.input = "<cib admin_epoch=\"0\"/>";
  group.ask(1, version);
  EXPECT_TRUE(group.effects<effect::ReplyCib>(1).empty());
  group.release_disk(1);
  EXPECT_EQ(group.effects<effect::ReplyCib>(1).size(), 1U);
}

TEST(Durability, ChangeThatAnEndingViewLeftToOneMember_IsProvisional) {
  Group group(3);
  group.form({1, 2, 3});
  group.ask(1, Group::option("a", "1"));
  group.clear();
  // Corosync delivers the change to its sender alone before it tells of the partition.
  group.hold_messages();
  const CallToken token = group.ask(3, Group::option("c", "1"));
  const std::string change = group.effects<effect::Multicast>(3).at(0).bytes;
  group.view({1, 2}, {}, {{NodeNumber(3), event::LeaveReason::kNodeDown}}, true);
  group.release_messages();
  group.ask(1, Group::option("b", "1"));
  group.hold_messages();
  group.handle(3, event::Delivered{NodeNumber(3), change});
  group.view({3}, {},
             {{NodeNumber(1), event::LeaveReason::kNodeDown},
              {NodeNumber(2), event::LeaveReason::kNodeDown}},
             false);
  group.release_messages();
  const auto replies = group.effects<effect::ReplyCib>(3);
  ASSERT_EQ(replies.size(), 1U);
  EXPECT_EQ(replies[0].token, token);
  EXPECT_FALSE(replies[0].answer.error);
  EXPECT_TRUE(replies[0].answer.provisional);
  group.view({1, 2, 3}, {1, 2, 3}, {}, true);
  EXPECT_EQ(group.cib(3).find("o-c"), std::string::npos);
  EXPECT_EQ(group.effects<effect::KeepConflict>(3).size(), 1U);
}

TEST(Durability, WhoFencedTheOther_KeepsItsChanges_WhereTwoNodesEachHaveQuorum) {
  Group group(2);
  group.form({1, 2});
  group.view({2}, {}, {{NodeNumber(1), event::LeaveReason::kNodeDown}}, true);
  group.ask(2, Group::option("b", "1"));
  group.ask(2, Group::option("c", "1"));
  group.view({1}, {}, {{NodeNumber(2), event::LeaveReason::kNodeDown}}, true);
  group.clear();
  group.ask(1, Group::option("a", "1"));
  ASSERT_EQ(group.effects<effect::ReplyCib>(1).size(), 1U);
  EXPECT_FALSE(group.effects<effect::ReplyCib>(1)[0].answer.provisional);
  group.pass(std::chrono::minutes(2));
  group.handle(1, event::FenceObserved{"node2", "reboot", true, "node1"});
  group.stop(2);
  group.start(2, "second");
  group.view({1, 2}, {2}, {}, true);
  EXPECT_NE(group.cib(1).find("o-a"), std::string::npos);
  EXPECT_NE(group.cib(2).find("o-a"), std::string::npos);
}

}  // namespace
}  // namespace systole::crmd
