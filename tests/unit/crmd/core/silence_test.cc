#include "crmd/core/silence.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;

constexpr TimerId kSilence{TimerId::Kind::kSilence, 0};

bool agree(Group& group, std::initializer_list<std::uint32_t> nodes) {
  for (const std::uint32_t node : nodes) {
    if (!group[node].synchronized() || group.cib(node) != group.cib(*nodes.begin())) return false;
  }
  return true;
}

void lose(Group& group, std::uint32_t node, const std::vector<std::uint32_t>& rest) {
  group.view(rest, {}, {{NodeNumber(node), LeaveReason::kNodeDown}}, true);
}

/// A third controller joins two others: all but the last summary are delivered. With that one the
/// winner sends its replica.
void join_until_last_summary(Group& group) {
  group.form({1, 2});
  group.start(3);
  group.hold_messages();
  group.view({1, 2, 3}, {3}, {}, true);
  constexpr std::size_t kQuestion = 1;
  constexpr std::size_t kSummaries = 2;
  group.deliver_some(kQuestion + kSummaries);
}

TEST(Silence, OfAMember_IsNotWaitedForInARound) {
  Group group(4);
  group.form({1, 2, 3, 4});
  group.hang(3);
  lose(group, 4, {1, 2, 3});
  ASSERT_FALSE(group[1].synchronized());
  group.handle(1, event::TimerFired{kSilence});
  EXPECT_TRUE(agree(group, {1, 2}));
  const CallToken token = group.ask(2, Group::option("maintenance-mode", "true"));
  EXPECT_TRUE(agree(group, {1, 2}));
  const auto replies = group.effects<effect::ReplyCib>(2);
  ASSERT_FALSE(replies.empty());
  EXPECT_EQ(replies.back().token, token);
}

TEST(Silence, OfAMember_IsThatOfANodeWithoutController) {
  Group group(3);
  group.form({1, 2, 3});
  group.hang(3);
  group.view({1, 2, 3}, {}, {}, true);
  group.handle(1, event::TimerFired{kSilence});
  EXPECT_EQ(group.node_state(2, 3).attribute_or("crmd", ""), "online");
  const std::uint32_t coordinator = group[1].coordinator()->value();
  group.handle(coordinator, event::TimerFired{{TimerId::Kind::kGrace, 3}});
  EXPECT_EQ(group.node_state(2, 3).attribute_or("crmd", ""), "offline");
  EXPECT_EQ(group.node_state(2, 3).attribute_or("in_ccm", ""), "true");
  EXPECT_TRUE(agree(group, {1, 2}));
  // Its end at last changes nothing.
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  EXPECT_EQ(group.node_state(2, 3).attribute_or("crmd", ""), "offline");
}

TEST(Silence, OfTheLeader_IsNotWaitedFor) {
  Group group(3);
  group.form({1, 2, 3});
  group.hang(1);
  group.view({1, 2, 3}, {}, {}, true);
  ASSERT_FALSE(group[2].synchronized());
  group.handle(2, event::TimerFired{kSilence});
  EXPECT_TRUE(agree(group, {2, 3}));
  EXPECT_NE(group[2].coordinator(), NodeNumber(1));
}

TEST(Silence, OfSeveral_IsNotWaitedForByTheLast) {
  Group group(4);
  group.form({1, 2, 3, 4});
  group.hang(1);
  group.hang(2);
  group.view({1, 2, 3, 4}, {}, {}, true);
  group.handle(3, event::TimerFired{kSilence});
  EXPECT_TRUE(agree(group, {3, 4}));
}

TEST(Silence, OfTheWinner_LeavesTheReplicaOfAnother) {
  Group group(3);
  join_until_last_summary(group);
  group.hang(1);
  group.release_messages();
  ASSERT_FALSE(group[2].synchronized());
  group.handle(2, event::TimerFired{kSilence});
  EXPECT_TRUE(agree(group, {2, 3}));
}

TEST(Silence, OfAMemberThatOwesItsReport_HoldsNoPlanUp) {
  Group group(3);
  join_until_last_summary(group);
  group.deliver_some(1);
  group.hang(3);
  group.release_messages();
  ASSERT_TRUE(group[1].synchronized());
  const std::uint32_t coordinator = group[1].coordinator()->value();
  group.clear();
  group.handle(1, event::TimerFired{kSilence});
  EXPECT_FALSE(group.effects<effect::Plan>(coordinator).empty());
  EXPECT_TRUE(agree(group, {1, 2}));
}

TEST(Silence, EndsWithANewStart_WhenTheControllerReadsThatItWasLeftOut) {
  Group group(3);
  group.form({1, 2, 3});
  group.hang(3);
  group.view({1, 2, 3}, {}, {}, true);
  group.handle(1, event::TimerFired{kSilence});
  group.clear();
  group.wake(3);
  const auto exits = group.effects<effect::Exit>(3);
  ASSERT_EQ(exits.size(), 1u);
  EXPECT_EQ(exits[0].after, effect::After::kRestart);
  EXPECT_TRUE(agree(group, {1, 2}));
  group.stop(3);
  group.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kLeft}}, true);
  group.start(3);
  group.view({1, 2, 3}, {3}, {}, true);
  EXPECT_TRUE(agree(group, {1, 2, 3}));
  EXPECT_EQ(group.node_state(1, 3).attribute_or("join", ""), "member");
}

TEST(Silence, IsNone_WhereNobodyIsWaitedFor) {
  Group group(3);
  group.form({1, 2, 3});
  for (const std::uint32_t node : {1U, 2U, 3U}) group.handle(node, event::TimerFired{kSilence});
  EXPECT_TRUE(agree(group, {1, 2, 3}));
}

TEST(Silence, OfAllOthers_IsNoticedByNobody_WhereNothingComesBack) {
  Group group(3);
  group.form({1, 2, 3});
  group.hold_messages();
  group.view({1, 2, 3}, {}, {}, true);
  group.deliver_some(1);
  group.clear();
  group.handle(2, event::TimerFired{kSilence});
  EXPECT_TRUE(group.effects<effect::Multicast>(2).empty());
  group.release_messages();
  EXPECT_TRUE(agree(group, {1, 2, 3}));
}

}  // namespace
}  // namespace systole::crmd
