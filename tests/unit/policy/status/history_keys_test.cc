#include "policy/status/history_keys.h"

#include <gtest/gtest.h>

namespace systole::policy {
namespace {

model::HistoryOperation operation(model::Text task, int call, int rc = 0) {
  model::HistoryOperation op;
  op.operation = task;
  op.call_id = call;
  op.rc = rc;
  op.status = 0;
  return op;
}

TEST(TransitionKey, IsTakenApart) {
  const auto key = parse_transition_key("4:17:7:abc");
  ASSERT_TRUE(key);
  EXPECT_EQ(key->transition, 17);
  EXPECT_EQ(key->expected_rc, 7);
  EXPECT_EQ(key->engine, "abc");
  EXPECT_FALSE(parse_transition_key("4:17"));
  EXPECT_FALSE(parse_transition_key("a:b:c:d"));
}

TEST(BaseName, DropsTheNumberOfAnInstanceOnly) {
  EXPECT_EQ(base_name("web:12"), "web");
  EXPECT_EQ(base_name("web:x"), "web:x");
  EXPECT_EQ(base_name("a:b:3"), "a:b");
  EXPECT_EQ(base_name("web"), "web");
}

TEST(Age, CountsCallsOnOneNode_AndTimeAcrossNodes) {
  model::HistoryOperation early = operation("start", 9);
  model::HistoryOperation late = operation("stop", 3);
  early.last_change = 100;
  late.last_change = 200;
  EXPECT_TRUE(is_older(early, late, false));
  EXPECT_FALSE(is_older(early, late, true));
  EXPECT_TRUE(is_older(late, early, true));
}

TEST(Age, OfPendingOperations_FollowsTheTransition) {
  model::HistoryOperation done = operation("start", 5);
  model::HistoryOperation pending = operation("monitor", -1);
  done.transition_magic = "0:0;1:8:0:abc";
  pending.transition_magic = "-1:193;1:7:0:abc";
  EXPECT_TRUE(is_older(pending, done, true));
  pending.transition_magic = "-1:193;1:9:0:abc";
  EXPECT_TRUE(is_older(done, pending, true));
}

TEST(OldestFirst, SortsAndKeepsTiesReversed) {
  model::HistoryResource record;
  record.operations = {operation("stop", 4), operation("start", 2), operation("monitor", 2)};
  const auto sorted = oldest_first(record);
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(sorted[0]->operation, "monitor");
  EXPECT_EQ(sorted[1]->operation, "start");
  EXPECT_EQ(sorted[2]->operation, "stop");
}

TEST(Bounds, FollowTheLastStartAndStop) {
  model::HistoryResource record;
  record.operations = {operation("start", 1), operation("monitor", 2), operation("stop", 3)};
  EXPECT_TRUE(bounds_of(oldest_first(record)).stopped());
  record.operations.push_back(operation("start", 4));
  const HistoryBounds bounds = bounds_of(oldest_first(record));
  EXPECT_FALSE(bounds.stopped());
  EXPECT_EQ(bounds.start, 3);
}

TEST(Bounds, WithoutAStart_BeginWithWhatShowsThatItRuns) {
  model::HistoryResource record;
  record.operations = {operation("monitor", 1, 7), operation("monitor", 2, 0),
                       operation("monitor", 3, 0)};
  EXPECT_EQ(bounds_of(oldest_first(record)).start, 1);
}

}  // namespace
}  // namespace systole::policy
