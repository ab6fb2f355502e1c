#include "crmd/shell/group_views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace systole::crmd {
namespace {

using cluster::Member;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr NodeNumber kOne{1};
constexpr NodeNumber kTwo{2};

TEST(GroupViews, FirstViewHoldsThoseThatWereThere) {
  GroupViews views;
  const auto changes =
      views.change({.members = {{kOne, 10}, {kTwo, 20}}, .joined = {{kTwo, 20}}, .left = {}});
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_THAT(changes[0].members, ElementsAre(kOne, kTwo));
  EXPECT_THAT(changes[0].joined, ElementsAre(kTwo));
  EXPECT_THAT(changes[0].left, IsEmpty());
}

TEST(GroupViews, ProcessThatDies_LeavesWithItsReason) {
  GroupViews views;
  views.change({.members = {{kOne, 10}, {kTwo, 20}}, .joined = {{kTwo, 20}}, .left = {}});
  const auto changes = views.change(
      {.members = {{kTwo, 20}},
       .joined = {},
       .left = {{.member = {kOne, 10}, .reason = cluster::LeaveReason::kProcessDown}}});
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_THAT(changes[0].members, ElementsAre(kTwo));
  ASSERT_EQ(changes[0].left.size(), 1u);
  EXPECT_EQ(changes[0].left[0].node, kOne);
  EXPECT_EQ(changes[0].left[0].reason, event::LeaveReason::kProcessDown);
}

TEST(GroupViews, NewProcessBeforeTheOldOnesEnd_EndsTheOldOneFirst) {
  GroupViews views;
  views.change({.members = {{kOne, 10}, {kTwo, 20}}, .joined = {{kTwo, 20}}, .left = {}});
  auto changes = views.change(
      {.members = {{kOne, 10}, {kOne, 11}, {kTwo, 20}}, .joined = {{kOne, 11}}, .left = {}});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_THAT(changes[0].members, ElementsAre(kTwo));
  EXPECT_EQ(changes[0].left.at(0).reason, event::LeaveReason::kProcessDown);
  EXPECT_THAT(changes[1].members, ElementsAre(kOne, kTwo));
  EXPECT_THAT(changes[1].joined, ElementsAre(kOne));
  EXPECT_FALSE(views.is_current({kOne, 10}));
  EXPECT_TRUE(views.is_current({kOne, 11}));

  changes = views.change(
      {.members = {{kOne, 11}, {kTwo, 20}},
       .joined = {},
       .left = {{.member = {kOne, 10}, .reason = cluster::LeaveReason::kProcessDown}}});
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_THAT(changes[0].members, ElementsAre(kOne, kTwo));
  EXPECT_THAT(changes[0].left, IsEmpty());
}

TEST(GroupViews, EndAndReturnInOneView_AreToldInOrder) {
  GroupViews views;
  views.change({.members = {{kOne, 10}, {kTwo, 20}}, .joined = {{kTwo, 20}}, .left = {}});
  const auto changes =
      views.change({.members = {{kOne, 11}, {kTwo, 20}},
                    .joined = {{kOne, 11}},
                    .left = {{.member = {kOne, 10}, .reason = cluster::LeaveReason::kNodeDown}}});
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_THAT(changes[0].members, ElementsAre(kTwo));
  EXPECT_EQ(changes[0].left.at(0).reason, event::LeaveReason::kNodeDown);
  EXPECT_THAT(changes[1].joined, ElementsAre(kOne));
}

}  // namespace
}  // namespace systole::crmd
