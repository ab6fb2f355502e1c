#include "policy/status/options.h"

#include <gtest/gtest.h>

#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

ClusterOptions options_of(const std::string& properties, bool quorate = true) {
  Cluster cluster;
  cluster.properties = properties;
  cluster.quorate = quorate;
  return plan_for(cluster).plan.status->options;
}

TEST(ClusterOptions, TakeTheDefaultForAnInvalidValue) {
  const ClusterOptions options =
      options_of(nvpair("symmetric-cluster", "perhaps") + nvpair("no-quorum-policy", "panic"));
  EXPECT_TRUE(options.symmetric);
  EXPECT_EQ(options.no_quorum_policy, NoQuorumPolicy::kStop);
}

TEST(ClusterOptions, KnowTheirOlderNames) {
  EXPECT_FALSE(options_of(nvpair("stop-orphan-resources", "false")).stop_removed_resources);
  EXPECT_FALSE(options_of(nvpair("symmetric_cluster", "no")).symmetric);
}

TEST(ClusterOptions, StartupFencingNeedsFencing) {
  EXPECT_FALSE(options_of("").startup_fencing);
}

TEST(ClusterOptions, FencingOnLostQuorum_NeedsFencing) {
  EXPECT_EQ(options_of(nvpair("no-quorum-policy", "suicide")).no_quorum_policy,
            NoQuorumPolicy::kStop);
}

TEST(ClusterOptions, HealthScoresFollowTheStrategy) {
  EXPECT_EQ(options_of("").health.red, base::Score(0));
  const ClusterOptions strict = options_of(nvpair("node-health-strategy", "only-green"));
  EXPECT_EQ(strict.health.yellow, base::Score::minus_infinity());
  const ClusterOptions custom =
      options_of(nvpair("node-health-strategy", "custom") + nvpair("node-health-red", "-7"));
  EXPECT_EQ(custom.health.red, base::Score(-7));
}

}  // namespace
}  // namespace systole::policy
