#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

using base::cat;

std::string order(const std::string& first, const std::string& then) {
  return cat("<rsc_order id='", first, "-", then, "' first='", first, "' then='", then, "'/>");
}

const Action* find(const Planned& planned, const std::string& id, Task task) {
  const RscId rsc = planned.plan.status->by_id.at(id);
  const auto found = planned.plan.actions->find(rsc, {.task = task});
  return found ? &planned.plan.actions->action(*found) : nullptr;
}

TEST(Propagation, AlongAChainOfOrders_ReachesItsEndHoweverLongItIs) {
  constexpr int kLength = 1000;
  Cluster cluster;
  for (int i = 0; i < kLength; ++i) {
    cluster.resources += primitive(cat("r", i), i == 0 ? meta("target-role", "Stopped") : "");
    if (i > 0) cluster.constraints += order(cat("r", i - 1), cat("r", i));
  }
  const Planned planned = plan_for(cluster);
  const Action* last = find(planned, cat("r", kLength - 1), Task::kStart);
  ASSERT_NE(last, nullptr);
  EXPECT_FALSE(last->runnable);
  EXPECT_EQ(last->reason, cat("unrunnable r", kLength - 2, " start"));
}

TEST(Propagation, ThroughOrderedInstances_BlocksEveryInstance) {
  Cluster cluster;
  cluster.resources =
      cat(primitive("base", meta("target-role", "Stopped")), "<clone id='c'>",
          "<meta_attributes id='c-meta'>", nvpair("ordered", "true"),
          nvpair("globally-unique", "true"), nvpair("clone-max", "100"),
          nvpair("clone-node-max", "50"), "</meta_attributes>", primitive("p"), "</clone>");
  cluster.constraints = order("base", "c");
  const Planned planned = plan_for(cluster);
  for (const int instance : {0, 50, 99}) {
    const Action* start = find(planned, cat("p:", instance), Task::kStart);
    ASSERT_NE(start, nullptr) << instance;
    EXPECT_FALSE(start->runnable) << instance;
  }
}

TEST(Propagation, OfARestart_NamesTheNearestCause) {
  Cluster cluster;
  cluster.resources =
      cat("<group id='g'>", primitive("m1"), primitive("m2"), primitive("m3"), "</group>");
  cluster.history_a =
      history("m1", done("m1", "start", 1) + done("m1", "monitor", 4, 7, 0, 10000)) +
      history("m2", done("m2", "start", 2)) + history("m3", done("m3", "start", 3));
  const Planned planned = plan_for(cluster);
  const Action* second = find(planned, "m2", Task::kStart);
  const Action* third = find(planned, "m3", Task::kStart);
  ASSERT_NE(second, nullptr);
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(second->reason, "required m1 start");
  EXPECT_EQ(third->reason, "required m2 start");
}

}  // namespace
}  // namespace systole::policy
