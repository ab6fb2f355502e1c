#include "policy/digest/digest.h"

#include <gtest/gtest.h>

#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

TEST(ParametersDigest, OfNoParameters_IsTheWellKnownOne) {
  EXPECT_EQ(parameters_digest({}), "f2317cad3d54cec5d7d7aa7d0bf35cf8");
}

TEST(ParametersDigest, DistinguishesWhatNeedsEscapes) {
  AttributeTable quoted;
  quoted.add("a", "x\"y");
  AttributeTable escaped;
  escaped.add("a", "x&quot;y");
  EXPECT_NE(parameters_digest(quoted), parameters_digest(escaped));
}

Planned with_parameter(const std::string& operation, const std::string& inner = "") {
  Cluster cluster;
  cluster.resources = primitive("web", "<instance_attributes id='i'>" + nvpair("port", "1") +
                                           "</instance_attributes>" + inner);
  cluster.history_a = history("web", operation);
  cluster.history_b = history("web", done("web", "monitor", 1, 7, 7));
  return plan_for(cluster);
}

TEST(ChangedParameters, RestartTheResource) {
  const Planned planned = with_parameter(done("web", "start", 1));
  EXPECT_TRUE(planned.does("web_stop_0", "a"));
  EXPECT_TRUE(planned.does("web_start_0", "a"));
}

TEST(ChangedParameters, ThatNeedNoRestart_AreReloaded) {
  std::string start = done("web", "start", 1);
  const std::string extra =
      " op-force-restart=' other ' op-restart-digest='f2317cad3d54cec5d7d7aa7d0bf35cf8'/>";
  start.replace(start.size() - 2, 2, extra);
  const Planned planned = with_parameter(start);
  EXPECT_TRUE(planned.does("web_reload-agent_0", "a"));
  EXPECT_FALSE(planned.does("web_stop_0", "a"));
}

TEST(ChangedTimeouts, OfAMonitor_ScheduleItAnew) {
  Cluster cluster;
  cluster.resources = primitive(
      "web", "<operations><op id='m' name='monitor' interval='10s' timeout='7s'/></operations>");
  cluster.history_a =
      history("web", done("web", "start", 1) + done("web", "monitor", 2, 0, 0, 10000));
  cluster.history_b = history("web", done("web", "monitor", 1, 7, 7));
  const Planned planned = plan_for(cluster);
  EXPECT_TRUE(planned.does("web_monitor_10000", "a"));
  EXPECT_FALSE(planned.does("web_stop_0", "a"));
}

}  // namespace
}  // namespace systole::policy
