// What happens to a plan's actions: orders, results, records, failures.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;
using model::GraphAction;
using model::GraphActionKind;

/// Text of graphs.
model::Text keep(const std::string& text) {
  static model::TextPool pool;
  return pool.keep(text);
}

GraphAction action(std::uint32_t id, model::Text task, std::uint32_t node,
                   std::vector<model::NameValue> attributes = {}) {
  GraphAction out;
  out.id = id;
  out.kind = GraphActionKind::kResource;
  out.operation = task;
  out.key = keep(base::cat("d1_", task, "_0"));
  out.node = keep(base::cat("node", node));
  out.node_uuid = keep(std::to_string(node));
  out.resource = std::make_shared<model::GraphResource>(
      model::GraphResource{"d1", "", "ocf", "pacemaker", "Dummy"});
  out.attributes = model::make_attributes(std::move(attributes));
  return out;
}

GraphAction fencing(model::Text node) {
  GraphAction out;
  out.id = 0;
  out.kind = GraphActionKind::kFence;
  out.operation = "stonith";
  out.node = node;
  out.attributes = model::make_attributes({{"CRM_meta_stonith_action", "reboot"}});
  return out;
}

/// A formed group whose coordinator waits for a plan.
class Operations : public testing::Test {
 protected:
  Operations() {
    group_.form({1, 2, 3});
    coordinator_ = group_[1].coordinator()->value();
    // The first plan has nothing to do; the next one knows what the nodes tell of themselves.
    plan({});
    group_.pass(std::chrono::seconds(1));
    group_.handle(coordinator_, event::TimerFired{{TimerId::Kind::kPlan, 0}});
  }

  /// Answers the newest request for a plan.
  void plan(const std::vector<std::pair<GraphAction, std::vector<std::uint32_t>>>& actions) {
    const auto requests = group_.effects<effect::Plan>(coordinator_);
    ASSERT_FALSE(requests.empty());
    model::TransitionGraph graph;
    for (const auto& [step, inputs] : actions) {
      graph.synapses.push_back({0, step, inputs});
    }
    group_.handle(coordinator_, event::PlanReady{requests.back().id, std::move(graph)});
  }

  /// Lets the executor of a node answer the last operation it was given.
  void finish(std::uint32_t node, int rc, OpStatus status = OpStatus::kDone) {
    const auto orders = group_.effects<effect::Execute>(node);
    ASSERT_FALSE(orders.empty());
    event::OperationFinished finished;
    finished.receipt = ++receipt_;
    finished.result.operation = orders.back().operation;
    finished.result.call_id = static_cast<int>(receipt_);
    finished.result.rc = rc;
    finished.result.status = status;
    finished.result.last_rc_change = 1795200100;
    group_.handle(node, finished);
  }

  std::string operation_text(std::uint32_t node, const std::string& id) {
    const xml::Element entry = find(group_.node_state(1, node), "lrm_rsc_op", id);
    if (!entry) return "none";
    return base::cat(entry.attribute_or("operation", "-"), " ", entry.attribute_or("rc-code", "-"),
                     " ", entry.attribute_or("op-status", "-"));
  }

  Group group_{3};
  std::uint32_t coordinator_ = 0;
  std::uint64_t receipt_ = 0;
};

TEST_F(Operations, GoToTheirNodeInOrder_AndAreRecorded) {
  plan({{action(0, "start", 2), {}},
        {action(1, "monitor", 2, {{"CRM_meta_interval", "10000"}}), {0}}});
  ASSERT_EQ(group_.effects<effect::Execute>(2).size(), 1U);
  EXPECT_TRUE(group_.effects<effect::Execute>(3).empty());
  EXPECT_EQ(operation_text(2, "d1_last_0"), "start 193 -1");
  finish(2, 0);
  EXPECT_EQ(operation_text(2, "d1_last_0"), "start 0 0");
  ASSERT_EQ(group_.effects<effect::Execute>(2).size(), 2U);
  EXPECT_EQ(group_.effects<effect::Execute>(2)[1].operation.key, "d1_monitor_10000");
  EXPECT_EQ(group_.effects<effect::ReleaseResult>(2).size(), 1U);
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(Operations, ExpectedResults_NeedNoOtherPlan) {
  plan({{action(0, "start", 2), {}}});
  group_.clear();
  // Orders were cleared with the effects: answer by hand.
  event::OperationFinished finished;
  finished.receipt = 1;
  finished.result.operation.transition_key = base::cat("0:2:0:uuid-", coordinator_);
  finished.result.operation.resource = "d1";
  finished.result.operation.task = "start";
  finished.result.operation.key = "d1_start_0";
  finished.result.operation.node = "node2";
  finished.result.operation.node_id = "2";
  group_.handle(2, finished);
  EXPECT_TRUE(group_.effects<effect::Plan>(coordinator_).empty());
}

TEST_F(Operations, FailedStart_CountsAsFatalAndIsPlannedAgain) {
  plan({{action(0, "start", 2), {}}, {action(1, "start", 3), {0}}});
  group_.clear();
  event::OperationFinished finished;
  finished.receipt = 1;
  finished.result.operation.transition_key = base::cat("0:2:0:uuid-", coordinator_);
  finished.result.operation.resource = "d1";
  finished.result.operation.task = "start";
  finished.result.operation.key = "d1_start_0";
  finished.result.operation.node = "node2";
  finished.result.operation.node_id = "2";
  finished.result.rc = 1;
  finished.result.last_rc_change = 1795200100;
  group_.handle(2, finished);
  EXPECT_EQ(group_.effects<effect::Plan>(coordinator_).size(), 1U);
  EXPECT_TRUE(group_.effects<effect::Execute>(3).empty());
  EXPECT_EQ(operation_text(2, "d1_last_failure_0"), "start 1 0");
  const std::string cib = group_.cib(1);
  EXPECT_NE(cib.find("name=\"fail-count-d1#start_0\" value=\"INFINITY\""), std::string::npos);
  EXPECT_NE(cib.find("name=\"last-failure-d1#start_0\" value=\"1795200100\""), std::string::npos);
}

TEST_F(Operations, FailedNotification_HoldsNothingUpAndIsNotRecorded) {
  const std::size_t plans = group_.effects<effect::Plan>(coordinator_).size();
  plan({{action(1, "notify", 2), {}}, {action(2, "demote", 2), {1}}});
  EXPECT_EQ(group_.cib(1).find("notify"), std::string::npos);
  finish(2, 1);
  EXPECT_EQ(group_.effects<effect::Plan>(coordinator_).size(), plans);
  const auto orders = group_.effects<effect::Execute>(2);
  ASSERT_FALSE(orders.empty());
  EXPECT_EQ(orders.back().operation.task, "demote");
  EXPECT_EQ(group_.cib(1).find("notify"), std::string::npos);
  EXPECT_EQ(group_.cib(1).find("fail-count"), std::string::npos);
}

TEST_F(Operations, MonitorThatAStopEnded_StaysOnRecord) {
  plan({{action(0, "start", 2), {}},
        {action(1, "monitor", 2, {{"CRM_meta_interval", "10000"}}), {0}}});
  finish(2, 0);
  finish(2, 0);
  const Operation monitor = group_.effects<effect::Execute>(2).back().operation;
  group_.pass(std::chrono::seconds(1));
  event::AttributeCall change;
  change.request.name = "x";
  change.request.value = "1";
  group_.handle(1, change);
  group_.pass(std::chrono::seconds(1));
  group_.handle(coordinator_, event::TimerFired{{TimerId::Kind::kPlan, 0}});
  plan({{action(0, "stop", 2), {}}});
  EXPECT_EQ(operation_text(2, "d1_last_0"), "stop 193 -1");
  // The executor tells of the monitor's end in its own words, and answers the order to end it.
  event::OperationFinished ended;
  ended.receipt = ++receipt_;
  ended.result.operation = monitor;
  ended.result.status = OpStatus::kCancelled;
  group_.handle(2, ended);
  const auto cancels = group_.effects<effect::CancelOperation>(2);
  ASSERT_EQ(cancels.size(), 1U);
  ended.receipt = 0;
  ended.result.operation.transition_key = cancels[0].transition_key;
  group_.handle(2, ended);
  finish(2, 0);
  EXPECT_EQ(operation_text(2, "d1_last_0"), "stop 0 0");
  EXPECT_EQ(operation_text(2, "d1_monitor_10000"), "monitor 0 0");
  // An order of the coordinator removes it.
  ended.result.operation.transition_key = "7:9:0:uuid-1";
  group_.handle(2, ended);
  EXPECT_EQ(operation_text(2, "d1_monitor_10000"), "none");
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(Operations, SameResultTwice_IsCountedOnce) {
  plan({{action(0, "monitor", 2, {{"CRM_meta_interval", "10000"}}), {}}});
  finish(2, 0);
  event::OperationFinished failure;
  failure.receipt = 50;
  failure.result.operation = group_.effects<effect::Execute>(2).back().operation;
  failure.result.rc = 7;
  group_.handle(2, failure);
  group_.handle(2, failure);
  EXPECT_NE(group_.cib(1).find("name=\"fail-count-d1#monitor_10000\" value=\"1\""),
            std::string::npos);
}

TEST_F(Operations, UnexpectedlyActiveProbe_IsNoFailure) {
  plan({{action(0, "monitor", 2, {{"CRM_meta_op_target_rc", "7"}}), {}}});
  finish(2, 0);
  EXPECT_EQ(group_.cib(1).find("fail-count"), std::string::npos);
  EXPECT_GE(group_.effects<effect::Plan>(coordinator_).size(), 2U);
}

TEST_F(Operations, ProbeThatFindsAPromotedInstance_IsKeptAsUnexpected) {
  plan({{action(0, "monitor", 2, {{"CRM_meta_op_target_rc", "7"}}), {}}});
  finish(2, 8);
  EXPECT_EQ(operation_text(2, "d1_last_0"), "monitor 8 0");
  EXPECT_EQ(operation_text(2, "d1_last_failure_0"), "monitor 8 0");
  EXPECT_EQ(group_.cib(1).find("fail-count"), std::string::npos);
}

TEST_F(Operations, NoPlan_WhileAnOperationIsUnderWay) {
  plan({{action(0, "start", 2), {}}});
  group_.clear();
  group_.ask(1, Group::option("a", "1"));
  EXPECT_TRUE(group_.effects<effect::Plan>(coordinator_).empty());
}

TEST_F(Operations, PlanOvertakenByAChange_IsDropped) {
  const auto requests = group_.effects<effect::Plan>(coordinator_);
  ASSERT_FALSE(requests.empty());
  group_.ask(1, Group::option("a", "1"));
  group_.clear();
  model::TransitionGraph graph;
  graph.synapses.push_back({0, action(0, "start", 2), {}});
  group_.handle(coordinator_, event::PlanReady{requests.back().id, graph});
  EXPECT_TRUE(group_.effects<effect::Execute>(2).empty());
  EXPECT_EQ(group_.effects<effect::Plan>(coordinator_).size(), 1U);
}

TEST_F(Operations, ForANodeWhoseControllerIsBeingRestarted_Wait) {
  const std::uint32_t target = coordinator_ % 3 + 1;
  const std::uint32_t other = 6 - coordinator_ - target;
  const std::vector<std::uint32_t> rest = {std::min(coordinator_, other),
                                           std::max(coordinator_, other)};
  group_.stop(target);
  group_.view(rest, {}, {{NodeNumber(target), LeaveReason::kProcessDown}}, true);
  const std::size_t plans = group_.effects<effect::Plan>(coordinator_).size();
  plan({{action(0, "start", target), {}}, {action(1, "monitor", other), {}}});
  EXPECT_EQ(group_.effects<effect::Plan>(coordinator_).size(), plans) << "no other plan helps";
  EXPECT_EQ(group_.effects<effect::Execute>(other).size(), 1U) << "the rest goes on";
  group_.start(target);
  group_.view({1, 2, 3}, {target}, {}, true);
  finish(other, 0);
  EXPECT_GT(group_.effects<effect::Plan>(coordinator_).size(), plans);
}

TEST_F(Operations, OrdersOfALostCoordinator_AreTakenUpByTheNext) {
  const std::uint32_t target = coordinator_ == 3 ? 2 : 3;
  plan({{action(0, "start", target), {}}});
  const std::uint32_t old = coordinator_;
  std::vector<std::uint32_t> rest;
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    if (node != old) rest.push_back(node);
  }
  group_.stop(old);
  group_.clear();
  group_.view(rest, {}, {{NodeNumber(old), LeaveReason::kNodeDown}}, true);
  coordinator_ = group_[rest[0]].coordinator()->value();
  plan({{action(0, "start", coordinator_), {}}});
  EXPECT_TRUE(group_.effects<effect::Execute>(coordinator_).empty()) << "a start is under way";
  group_.clear();
  event::OperationFinished finished;
  finished.receipt = 1;
  finished.result.operation.transition_key = base::cat("0:2:0:uuid-", old);
  finished.result.operation.resource = "d1";
  finished.result.operation.task = "start";
  finished.result.operation.key = "d1_start_0";
  finished.result.operation.node = base::cat("node", target);
  finished.result.operation.node_id = std::to_string(target);
  group_.handle(target, finished);
  EXPECT_EQ(group_.effects<effect::Plan>(coordinator_).size(), 1U);
}

TEST_F(Operations, OperationThatNeverReachedTheExecutor_LeavesNoRecord) {
  const std::uint32_t target = coordinator_ == 3 ? 2 : 3;
  plan({{action(0, "start", target), {}}});
  std::vector<std::uint32_t> rest;
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    if (node != target) rest.push_back(node);
  }
  group_.stop(target);
  group_.view(rest, {}, {{NodeNumber(target), LeaveReason::kProcessDown}}, true);
  group_.clear();
  group_.start(target);
  group_.view({1, 2, 3}, {target}, {}, true);
  EXPECT_FALSE(find(group_.node_state(1, target), "lrm_resource", "d1"));
  EXPECT_EQ(group_.effects<effect::Plan>(coordinator_).size(), 1U);
}

TEST_F(Operations, OverdueResult_DoesNotOverwriteTheOneThatCame) {
  plan({{action(0, "stop", 2), {}}});
  const auto timers = group_.effects<effect::ArmTimer>(coordinator_);
  ASSERT_EQ(timers.back().timer.kind, TimerId::Kind::kAction);
  group_.hold_messages();
  finish(2, 0);
  group_.handle(coordinator_, event::TimerFired{timers.back().timer});
  group_.release_messages();
  EXPECT_EQ(operation_text(2, "d1_last_0"), "stop 0 0");
  EXPECT_EQ(group_.cib(1).find("fail-count"), std::string::npos);
}

TEST_F(Operations, RebootedNode_HasNoHistory) {
  const std::uint32_t target = coordinator_ == 3 ? 2 : 3;
  plan({{action(0, "start", target), {}}});
  finish(target, 0);
  std::vector<std::uint32_t> rest;
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    if (node != target) rest.push_back(node);
  }
  group_.stop(target);
  group_.view(rest, {}, {{NodeNumber(target), LeaveReason::kNodeDown}}, true);
  EXPECT_TRUE(find(group_.node_state(1, target), "lrm_resource", "d1"));
  group_.start(target, "second");
  group_.view({1, 2, 3}, {target}, {}, true);
  EXPECT_FALSE(find(group_.node_state(1, target), "lrm_resource", "d1"));
}

TEST_F(Operations, BatchLimit_HoldsOrdersBack) {
  const auto requests = group_.effects<effect::Plan>(coordinator_);
  model::TransitionGraph graph;
  graph.batch_limit = "1";
  graph.synapses.push_back({0, action(0, "start", 2), {}});
  graph.synapses.push_back({0, action(1, "start", 3), {}});
  group_.handle(coordinator_, event::PlanReady{requests.back().id, graph});
  EXPECT_EQ(group_.effects<effect::Execute>(2).size(), 1U);
  EXPECT_TRUE(group_.effects<effect::Execute>(3).empty());
  finish(2, 0);
  EXPECT_EQ(group_.effects<effect::Execute>(3).size(), 1U);
}

TEST_F(Operations, FencingIsAskedForOnce_AndItsDependentsWait) {
  plan({{fencing("node9"), {}}, {action(1, "start", 2), {0}}});
  const auto fences = group_.effects<effect::Fence>(coordinator_);
  ASSERT_EQ(fences.size(), 1U);
  EXPECT_EQ(fences[0].action, "reboot");
  EXPECT_TRUE(group_.effects<effect::Execute>(2).empty());
  group_.handle(coordinator_, event::FenceFinished{fences[0].token, true, ""});
  EXPECT_EQ(group_.effects<effect::Execute>(2).size(), 1U);
}

TEST_F(Operations, FailedFencing_StartsNothingAndIsTriedAgainLater) {
  plan({{fencing("node9"), {}}, {action(1, "start", 2), {0}}});
  const auto fences = group_.effects<effect::Fence>(coordinator_);
  ASSERT_EQ(fences.size(), 1U);
  group_.clear();
  group_.handle(coordinator_, event::FenceFinished{fences[0].token, false, "no power"});
  EXPECT_TRUE(group_.effects<effect::Execute>(2).empty());
  plan({{fencing("node9"), {}}, {action(1, "start", 2), {0}}});
  EXPECT_TRUE(group_.effects<effect::Fence>(coordinator_).empty());
  EXPECT_TRUE(group_.effects<effect::Execute>(2).empty());
}

TEST_F(Operations, FencingDoesNotWait_ForASlowOperationElsewhere) {
  const std::uint32_t lost = coordinator_ == 3 ? 2 : 3;
  plan({{action(0, "start", coordinator_), {}}});
  std::vector<std::uint32_t> rest;
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    if (node != lost) rest.push_back(node);
  }
  group_.stop(lost);
  group_.clear();
  group_.view(rest, {}, {{NodeNumber(lost), LeaveReason::kNodeDown}}, true);
  plan({{fencing(keep(base::cat("node", lost))), {}}, {action(1, "start", rest[1]), {}}});
  ASSERT_EQ(group_.effects<effect::Fence>(coordinator_).size(), 1U);
  EXPECT_TRUE(group_.effects<effect::Execute>(rest[1]).empty()) << "the rest waits";
  group_.handle(coordinator_, event::FenceFinished{
                                  group_.effects<effect::Fence>(coordinator_)[0].token, true, ""});
  group_.clear();
  event::OperationFinished finished;
  finished.receipt = 1;
  finished.result.operation.transition_key = base::cat("0:2:0:uuid-", coordinator_);
  finished.result.operation.resource = "d1";
  finished.result.operation.task = "start";
  finished.result.operation.key = "d1_start_0";
  finished.result.operation.node = base::cat("node", coordinator_);
  finished.result.operation.node_id = std::to_string(coordinator_);
  group_.handle(coordinator_, finished);
  EXPECT_EQ(group_.effects<effect::Plan>(coordinator_).size(), 1U) << "now for all";
}

TEST_F(Operations, Shutdown_EndsTheTargetInGoodOrder) {
  const std::uint32_t target = coordinator_ == 3 ? 2 : 3;
  GraphAction shutdown;
  shutdown.kind = GraphActionKind::kCluster;
  shutdown.operation = "do_shutdown";
  shutdown.node = keep(base::cat("node", target));
  plan({{shutdown, {}}});
  ASSERT_EQ(group_.effects<effect::Exit>(target).size(), 1U);
  EXPECT_EQ(group_.effects<effect::Exit>(target)[0].after, effect::After::kEnd);
}

TEST_F(Operations, DampenedAttribute_IsWrittenWhenTheCoordinatorsTimerFires) {
  AttributeRequest request;
  request.task = AttributeRequest::Task::kUpdateBoth;
  request.name = "ping";
  request.value = "100";
  request.dampening = Milliseconds(5000);
  group_.clear();
  group_.handle(2, event::AttributeCall{request});
  EXPECT_EQ(group_.cib(1).find("status-2-ping"), std::string::npos);
  const auto timers = group_.effects<effect::ArmTimer>(coordinator_);
  ASSERT_EQ(timers.size(), 1U);
  group_.handle(coordinator_, event::TimerFired{timers[0].timer});
  EXPECT_NE(group_.cib(1).find("id=\"status-2-ping\" name=\"ping\" value=\"100\""),
            std::string::npos);
  EXPECT_TRUE(group_.same_everywhere());
}

/// An attribute of node 2 that waits five seconds before it is written.
AttributeRequest dampened_ping() {
  AttributeRequest request;
  request.task = AttributeRequest::Task::kUpdate;
  request.name = "ping";
  request.value = "100";
  request.dampening = Milliseconds(5000);
  return request;
}

TEST_F(Operations, DampenedAttribute_DoesNotWaitLonger_WhenItIsToldAgain) {
  AttributeRequest request = dampened_ping();
  const auto times_armed_by_telling = [&] {
    group_.clear();
    group_.handle(2, event::AttributeCall{request});
    group_.handle(2, event::TimerFired{{TimerId::Kind::kCollected, 0}});
    const auto armed = group_.effects<effect::ArmTimer>(coordinator_);
    return std::count_if(armed.begin(), armed.end(), [](const effect::ArmTimer& one) {
      return one.timer.kind == TimerId::Kind::kAttributes;
    });
  };
  EXPECT_EQ(times_armed_by_telling(), 1);
  EXPECT_EQ(times_armed_by_telling(), 0) << "the same value";
  request.value = "0";
  EXPECT_EQ(times_armed_by_telling(), 1);
}

TEST_F(Operations, ADampeningThatChanges_HasTheAttributeWritten) {
  AttributeRequest request = dampened_ping();
  const auto is_written_by_telling = [&] {
    group_.handle(2, event::AttributeCall{request});
    group_.handle(2, event::TimerFired{{TimerId::Kind::kCollected, 0}});
    return group_.cib(1).find("status-2-ping") != std::string::npos;
  };
  EXPECT_FALSE(is_written_by_telling());
  request.task = AttributeRequest::Task::kUpdateDelay;
  EXPECT_FALSE(is_written_by_telling()) << "the same dampening";
  request.dampening = Milliseconds(6000);
  EXPECT_TRUE(is_written_by_telling());
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(Operations, OperationOfAControllerThatWasGivenUp_LeavesNoRecordWhereItNeverRan) {
  const std::uint32_t target = coordinator_ == 3 ? 2 : 3;
  std::vector<std::uint32_t> rest;
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    if (node != target) rest.push_back(node);
  }
  plan({{action(0, "start", target), {}}});
  group_.stop(target);
  group_.view(rest, {}, {{NodeNumber(target), LeaveReason::kProcessDown}}, true);
  group_.handle(coordinator_, event::TimerFired{{TimerId::Kind::kGrace, target}});
  group_.start(target);
  group_.view({1, 2, 3}, {target}, {}, true);
  EXPECT_FALSE(find(group_.node_state(1, target), "lrm_resource", "d1"));
}

TEST_F(Operations, ForANodeThatNobodyKnows_DoesNotHoldTheTransitionUp) {
  plan({{action(0, "start", 9), {}}});
  group_.clear();
  group_.handle(coordinator_, event::PingCall{CallToken(1), ""});
  const auto answers = group_.effects<effect::ReplyPing>(coordinator_);
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].answer.state, "S_IDLE");
}

TEST_F(Operations, TimeoutBeyondAllTime_HoldsNothingUp) {
  plan({{action(0, "start", 2, {{"CRM_meta_timeout", "9223372036854775807"}}), {}}});
  ASSERT_EQ(group_.effects<effect::Execute>(2).size(), 1U);
  finish(2, 0);
  EXPECT_EQ(operation_text(2, "d1_last_0"), "start 0 0");
}

TEST_F(Operations, RuleThatEndsInThousandsOfYears_IsNotPlannedForAtOnce) {
  const auto requests = group_.effects<effect::Plan>(coordinator_);
  ASSERT_FALSE(requests.empty());
  model::TransitionGraph graph;
  graph.recheck_by = 253402300799;  // The last second of the year 9999.
  group_.handle(coordinator_, event::PlanReady{requests.back().id, std::move(graph)});
  const effect::ArmTimer timer = group_.effects<effect::ArmTimer>(coordinator_).back();
  ASSERT_EQ(timer.timer.kind, TimerId::Kind::kReplan);
  EXPECT_GT(timer.delay, std::chrono::hours(24));
  EXPECT_LE(timer.delay, std::chrono::duration_cast<Milliseconds>(std::chrono::nanoseconds::max()));
}

TEST_F(Operations, DampenedAttribute_IsWritten_WhenItsTimeComesWhileTheMembersChange) {
  group_.clear();
  group_.handle(2, event::AttributeCall{dampened_ping()});
  group_.handle(2, event::TimerFired{{TimerId::Kind::kCollected, 0}});
  const auto dampened = [&] {
    std::optional<effect::ArmTimer> last;
    for (const effect::ArmTimer& one : group_.effects<effect::ArmTimer>(coordinator_)) {
      if (one.timer.kind == TimerId::Kind::kAttributes) last = one;
    }
    return last;
  };
  const auto first = dampened();
  ASSERT_TRUE(first);
  const std::uint32_t gone = coordinator_ == 3 ? 1 : 3;
  std::vector<std::uint32_t> rest;
  for (const std::uint32_t node : {1U, 2U, 3U}) {
    if (node != gone) rest.push_back(node);
  }
  group_.hold_messages();
  group_.view(rest, {}, {{NodeNumber(gone), LeaveReason::kNodeDown}}, true);
  group_.clear();
  group_.handle(coordinator_, event::TimerFired{first->timer});
  group_.release_messages();
  const auto again = dampened();
  ASSERT_TRUE(again);
  group_.handle(coordinator_, event::TimerFired{again->timer});
  EXPECT_NE(group_.cib(coordinator_).find("status-2-ping"), std::string::npos);
}

}  // namespace
}  // namespace systole::crmd
