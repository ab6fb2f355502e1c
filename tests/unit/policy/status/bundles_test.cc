#include <gtest/gtest.h>

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/traits.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

TEST(Bundles, MakeNoMoreReplicasTogetherThanCanBePlannedFor_ButOneEach) {
  Cluster cluster;
  for (int i = 0; i < 4; ++i) {
    cluster.resources +=
        base::cat("<bundle id='b", i, "'><docker image='i' replicas='900'/>", "</bundle>");
  }
  const auto planned = plan_for(cluster);
  std::size_t replicas = 0;
  std::size_t fewest = kMostReplicas;
  for (const Resource& rsc : planned.plan.status->resources) {
    if (!rsc.is_bundle()) continue;
    replicas += rsc.bundle.replicas.size();
    fewest = std::min(fewest, rsc.bundle.replicas.size());
  }
  EXPECT_EQ(replicas, static_cast<std::size_t>(kMostReplicas) + 1);
  EXPECT_EQ(fewest, 1u);
}

}  // namespace
}  // namespace systole::policy
