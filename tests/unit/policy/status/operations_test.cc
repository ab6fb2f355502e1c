#include <gtest/gtest.h>

#include "policy/status/fail_counts.h"
#include "policy/status/operation_meta.h"
#include "policy/status/queries.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

Planned with_history(const std::string& operations, const std::string& inner = "") {
  Cluster cluster;
  cluster.resources = primitive("web", inner);
  cluster.history_a = history("web", operations);
  return plan_for(cluster);
}

std::string monitored(const std::string& attributes = "") {
  return "<operations><op id='m' name='monitor' interval='10s' " + attributes + "/></operations>";
}

TEST(Role, FollowsTheLastOperation) {
  EXPECT_EQ(with_history(done("web", "start", 1)).resource("web").role, Role::kStarted);
  EXPECT_EQ(with_history(done("web", "start", 1) + done("web", "stop", 2)).resource("web").role,
            Role::kStopped);
}

TEST(Role, OfAProbe_IsWhatItFound) {
  EXPECT_EQ(with_history(done("web", "monitor", 1, 0, 7)).resource("web").role, Role::kStarted);
  EXPECT_EQ(with_history(done("web", "monitor", 1, 7, 7)).resource("web").role, Role::kStopped);
  EXPECT_EQ(with_history(done("web", "monitor", 1, 8, 7)).resource("web").role, Role::kPromoted);
}

TEST(Role, AfterAFailedStop_IsStillRunning) {
  EXPECT_EQ(with_history(done("web", "stop", 1, 1, 0)).resource("web").role, Role::kStarted);
}

TEST(Failure, IsForgottenAfterALaterStart) {
  const Planned planned = with_history(
      done("web", "monitor", 2, 1, 0, 10000) + done("web", "stop", 3) + done("web", "start", 4),
      monitored());
  EXPECT_FALSE(planned.resource("web").failed);
}

TEST(Failure, ThatBansTheNode_OutlivesALaterSuccess) {
  const Planned planned = with_history(
      done("web", "monitor", 2, 1, 0, 10000) + done("web", "stop", 3) + done("web", "start", 4),
      monitored("on-fail='migrate'"));
  EXPECT_EQ(planned.placed("web").node, planned.plan.status->node_by_name.at("b"));
}

TEST(Failure, ThatIsIgnored_IsRecordedForPeople) {
  const Planned planned =
      with_history(done("web", "start", 1) + done("web", "monitor", 2, 1, 0, 10000),
                   monitored("on-fail='ignore'"));
  EXPECT_FALSE(planned.resource("web").failed);
  EXPECT_TRUE(planned.resource("web").failure_ignored);
  EXPECT_EQ(planned.plan.status->failures.size(), 1u);
}

TEST(Failure, OfAFatalKind_BansEveryNode) {
  const Planned planned = with_history(done("web", "start", 1, 6, 0));
  EXPECT_FALSE(planned.placed("web").node);
}

TEST(Degraded, CountsAsRunning_AndIsShown) {
  const Planned planned =
      with_history(done("web", "start", 1) + done("web", "monitor", 2, 190, 0, 10000), monitored());
  EXPECT_FALSE(planned.resource("web").failed);
  EXPECT_EQ(planned.plan.status->failures.size(), 1u);
}

TEST(OnFail, HasDefaultsByOperation) {
  const Planned planned = with_history(done("web", "start", 1));
  const Status& status = *planned.plan.status;
  const RscId web = *find_resource(status, "web");
  EXPECT_EQ(on_fail_of(status, web, "monitor", 10000), OnFail::kRestart);
  EXPECT_EQ(on_fail_of(status, web, "stop", 0), OnFail::kBlock);
}

TEST(OnFail, ThatMakesNoSense_IsTheDefault) {
  const Planned planned =
      with_history(done("web", "start", 1),
                   "<operations><op id='s' name='stop' interval='0' on-fail='standby'/>"
                   "<op id='m' name='monitor' interval='10s' on-fail='demote'/>"
                   "<op id='n' name='monitor' interval='20s' on-fail='fence'/></operations>");
  const Status& status = *planned.plan.status;
  const RscId web = *find_resource(status, "web");
  EXPECT_EQ(on_fail_of(status, web, "stop", 0), OnFail::kBlock);
  EXPECT_EQ(on_fail_of(status, web, "monitor", 10000), OnFail::kRestart);
  EXPECT_EQ(on_fail_of(status, web, "monitor", 20000), OnFail::kStop);  // fencing is off
}

FailCount count_with(const std::string& attributes, const std::string& inner, Expiry expiry) {
  Cluster cluster;
  cluster.resources = primitive("web", inner);
  cluster.attributes_a = attributes;
  const Planned planned = plan_for(cluster);
  return fail_count(*planned.plan.status, *find_resource(*planned.plan.status, "web"),
                    planned.plan.status->node_by_name.at("a"), expiry);
}

TEST(FailCount, AddsUpOperations_OfThisResourceAlone) {
  const std::string attributes =
      nvpair("fail-count-web#monitor_10000", "2") + nvpair("fail-count-web#start_0", "3") +
      nvpair("fail-count-website#start_0", "100") + nvpair("fail-count-web", "100");
  EXPECT_EQ(count_with(attributes, "", Expiry::kApplied).count, base::Score(5));
}

TEST(FailCount, ExpiresAfterItsTimeout) {
  const std::string attributes = nvpair("fail-count-web#monitor_10000", "2") +
                                 nvpair("last-failure-web#monitor_10000", "1699999900");
  EXPECT_EQ(count_with(attributes, meta("failure-timeout", "99s"), Expiry::kApplied).count,
            base::Score(0));
  EXPECT_EQ(count_with(attributes, meta("failure-timeout", "100s"), Expiry::kApplied).count,
            base::Score(2));
  EXPECT_EQ(count_with(attributes, meta("failure-timeout", "99s"), Expiry::kIgnored).count,
            base::Score(2));
}

TEST(Clone, AnInstanceIsTakenForWhatEachNodeReports) {
  Cluster cluster;
  cluster.resources = "<clone id='c'>" + primitive("fs") + "</clone>";
  cluster.history_a = history("fs", done("fs", "start", 1));
  cluster.history_b = history("fs", done("fs", "start", 1));
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(planned.resource("fs:0").active_on.size(), 1u);
  EXPECT_EQ(planned.resource("fs:1").active_on.size(), 1u);
  EXPECT_EQ(planned.real_actions(), 0u);
}

TEST(Clone, BeyondItsMaximum_InstancesAreStopped) {
  Cluster cluster;
  cluster.resources = "<clone id='c'>" + meta("clone-max", "1") + primitive("fs") + "</clone>";
  cluster.history_a = history("fs", done("fs", "start", 1));
  cluster.history_b = history("fs", done("fs", "start", 1));
  const Planned planned = plan_for(cluster);
  EXPECT_FALSE(planned.does("fs_stop_0", "a"));
  EXPECT_TRUE(planned.does("fs_stop_0", "b"));
}

}  // namespace
}  // namespace systole::policy
