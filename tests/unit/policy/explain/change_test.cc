#include "policy/explain/change.h"

#include <gtest/gtest.h>

#include "policy/explain/trial.h"
#include "tests/unit/policy/explain/explained.h"

namespace systole::policy::explain {
namespace {

TEST(Change, AsksForOnePointMoreThanTheMargin) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints =
      "<rsc_location id='l' rsc='web' node='b' score='100'/>"
      "<rsc_location id='m' rsc='web' node='a' score='40'/>";
  const Explained web(cluster, "web");
  EXPECT_EQ(web.on("a").change.missing, base::Score(61));
  const auto trial = try_change(web.plan, web.explanation, web.on("a"));
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->chosen);
}

TEST(Change, OfABannedNode_NamesTheOneFact) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints =
      "<rsc_location id='like' rsc='web' node='b' score='50'/>"
      "<rsc_location id='ban' rsc='web' node='b' score='-INFINITY'/>";
  const Explained web(cluster, "web");
  const NodeVerdict& b = web.on("b");
  ASSERT_EQ(b.change.bans.size(), 1u);
  EXPECT_EQ(b.contributions[b.change.bans.front()].entry.why.detail, "ban");
  EXPECT_EQ(b.change.missing, base::Score(0));
  const auto trial = try_change(web.plan, web.explanation, b);
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->chosen);
}

TEST(Change, AgainstInfinity_TakesTheInfinityAway) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints = "<rsc_location id='cli-prefer-web' rsc='web' node='b' score='INFINITY'/>";
  const Explained web(cluster, "web");
  ASSERT_EQ(web.on("a").change.rivals.size(), 1u);
  const auto trial = try_change(web.plan, web.explanation, web.on("a"));
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->chosen);
}

TEST(Change, OfAStoppedResource_CountsTheNodesThatItFrees) {
  // Without its target-role both nodes are possible, and b is not the first of them.
  Cluster cluster;
  cluster.resources = primitive("web", meta("target-role", "Stopped"));
  const Explained web(cluster, "web");
  EXPECT_EQ(web.on("b").change.missing, base::Score(1));
  const auto trial = try_change(web.plan, web.explanation, web.on("b"));
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->chosen);
}

TEST(Change, OfAFailedNode_IsACleanup) {
  Cluster cluster;
  cluster.resources = primitive("web", meta("migration-threshold", "1"));
  cluster.attributes_a = nvpair("fail-count-web#monitor_10000", "1");
  cluster.constraints = "<rsc_location id='l' rsc='web' node='a' score='10'/>";
  const Explained web(cluster, "web");
  EXPECT_EQ(web.on("a").change.bans.size(), 1u);
  const auto trial = try_change(web.plan, web.explanation, web.on("a"));
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->chosen);
}

TEST(Change, OfANodeInStandby_NeedsTheNode) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.attributes_a = nvpair("standby", "on");
  cluster.constraints = "<rsc_location id='l' rsc='web' node='a' score='10'/>";
  const Explained web(cluster, "web");
  EXPECT_TRUE(web.on("a").change.node_must_be_ready);
  const auto trial = try_change(web.plan, web.explanation, web.on("a"));
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->chosen);
}

TEST(Trial, TellsWhatElseWouldMove) {
  Cluster cluster;
  cluster.resources = primitive("db") + primitive("web");
  cluster.constraints =
      "<rsc_colocation id='c' rsc='web' with-rsc='db' score='INFINITY'/>"
      "<rsc_location id='l' rsc='db' node='a' score='20'/>";
  const Explained db(cluster, "db");
  const auto trial = try_change(db.plan, db.explanation, db.on("b"));
  ASSERT_TRUE(trial);
  EXPECT_TRUE(trial->chosen);
  ASSERT_EQ(trial->others.size(), 1u);
  EXPECT_EQ(trial->others.front().resource, "web");
  EXPECT_EQ(trial->others.front().from, "a");
  EXPECT_EQ(trial->others.front().to, "b");
}

TEST(Trial, IsNotMadeOfWhatOnlyTheClusterCanShow) {
  Cluster cluster;
  cluster.resources = primitive("web") + primitive("db", meta("target-role", "Stopped"));
  cluster.constraints = "<rsc_colocation id='c' rsc='web' with-rsc='db' score='INFINITY'/>";
  const Explained web(cluster, "web");
  EXPECT_FALSE(try_change(web.plan, web.explanation, web.on("a")));
}

}  // namespace
}  // namespace systole::policy::explain
