#include "policy/explain/waits.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/policy/explain/explained.h"

namespace systole::policy::explain {
namespace {

const ActionNote& note(const Explained& explained, Task task) {
  for (const ActionNote& each : explained.explanation.actions) {
    if (each.task == task) return each;
  }
  ADD_FAILURE() << "there is no such action";
  return explained.explanation.actions.front();
}

TEST(Waits, NameTheOrderConstraint) {
  Cluster cluster;
  cluster.resources = primitive("db") + primitive("web");
  cluster.constraints = "<rsc_order id='db-first' first='db' then='web'/>";
  const Explained web(cluster, "web");
  const std::vector<Wait>& waits = note(web, Task::kStart).waits;
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits.front().task, Task::kStart);
  EXPECT_EQ(waits.front().order, "db-first");
}

TEST(Waits, SeeThroughGroups) {
  Cluster cluster;
  cluster.resources =
      "<group id='g'>" + primitive("ip") + primitive("fs") + "</group>" + primitive("web");
  cluster.constraints = "<rsc_order id='o' first='g' then='web'/>";
  const Explained web(cluster, "web");
  std::vector<std::string> names;
  for (const Wait& wait : note(web, Task::kStart).waits) {
    names.emplace_back(web.plan.status->resource(*wait.resource).id);
    EXPECT_EQ(wait.order, "o");
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"fs", "ip"}));
}

TEST(Waits, LeaveOutProbes) {
  Cluster cluster;
  cluster.resources = primitive("web") + primitive("other");
  EXPECT_TRUE(note(Explained(cluster, "web"), Task::kStart).waits.empty());
}

}  // namespace
}  // namespace systole::policy::explain
