// Seeds that the tests run each time; `systole-sim` runs as many as one likes.
#include <gtest/gtest.h>

#include "tests/simulation/cluster.h"

namespace systole::simulation {
namespace {

void run_seeds(Options options, std::uint64_t seeds) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Verdict verdict = Cluster(options).run();
    EXPECT_FALSE(verdict.violation) << *verdict.violation;
    EXPECT_GT(verdict.plans, 0U);
    ++options.seed;
  }
}

TEST(Simulation, KeepsItsPromises_ThreeNodesWithThePolicyEngine) {
  run_seeds({.seed = 1000, .nodes = 3}, 12);
}

TEST(Simulation, KeepsItsPromises_FiveNodesWithThePolicyEngine) {
  run_seeds({.seed = 2000, .nodes = 5}, 4);
}

TEST(Simulation, KeepsItsPromises_ThreeNodesWithTheSimplePlanner) {
  run_seeds({.seed = 3000, .nodes = 3, .engine = false}, 12);
}

TEST(Simulation, RepeatsBitForBit_TheSameSeed) {
  const Options options{.seed = 7, .nodes = 3};
  const Verdict first = Cluster(options).run();
  const Verdict second = Cluster(options).run();
  EXPECT_EQ(first.fingerprint, second.fingerprint);
  const Options other{.seed = 8, .nodes = 3};
  EXPECT_NE(first.fingerprint, Cluster(other).run().fingerprint);
}

/// A quiet cluster must do something worth judging: resources run, changes are promised.
TEST(Simulation, AcknowledgesChangesAndFences_OverManySeeds) {
  std::uint64_t acknowledged = 0;
  std::uint64_t fencings = 0;
  for (std::uint64_t seed = 500; seed < 506; ++seed) {
    const Verdict verdict = Cluster({.seed = seed, .nodes = 3}).run();
    acknowledged += verdict.acknowledged;
    fencings += verdict.fencings;
  }
  EXPECT_GT(acknowledged, 10U);
  EXPECT_GT(fencings, 5U);
}

}  // namespace
}  // namespace systole::simulation
