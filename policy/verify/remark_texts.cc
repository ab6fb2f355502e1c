#include "lib/base/check.h"
#include "policy/actions/action_plan.h"
#include "policy/status/queries.h"
#include "policy/verify/failure_words.h"
#include "policy/verify/plan_checks.h"
#include "policy/verify/problem.h"

namespace systole::policy {
namespace {

using Severity = Problem::Severity;

std::string_view outcome_of(MultipleActive choice) {
  switch (choice) {
    case MultipleActive::kStopStart:
      return "attempting recovery";
    case MultipleActive::kStopOnly:
      return "shutting it down";
    case MultipleActive::kBlock:
      return "waiting for an administrator";
    case MultipleActive::kStopUnexpected:
      return "stopping unexpected instances";
  }
  return {};
}

/// Puts each remark into the standard words.
class RemarkWords {
 public:
  /// `actions` may be missing where no remark is of an action.
  RemarkWords(const Status& status, const ActionPlan* actions, Problems& problems)
      : status_(status), actions_(actions), problems_(problems) {}

  void operator()(const remark::StateIgnored& ignored) {
    const model::NodeState& state = *ignored.state;
    if (state.id.empty() || (state.name.empty() && !state.remote)) {
      problems_.warning("Ignoring malformed node_state entry without ",
                        state.id.empty() ? "id" : "uname");
    } else {
      problems_.warning("Ignoring recorded node state for '", state.name,
                        "' because it is no longer in the configuration");
    }
  }
  void operator()(const remark::FencingAsked& asked) {
    const Node& node = status_.node(asked.node);
    if (node.is_guest()) {
      const auto container = container_of_node(status_, asked.node);
      if (!container) return;
      problems_.remark(Severity::kWarning, "Guest node ", node.name,
                       " will be fenced (by recovering its guest resource ",
                       status_.resource(*container).id, "): ", asked.reason);
      return;
    }
    const bool is_cluster_node = node.kind == NodeKind::kCluster;
    problems_.remark(
        Severity::kWarning, is_cluster_node ? "Cluster" : "Remote", " node ", node.name,
        can_fence(status_, asked.node) ? " will be fenced: " : " is unclean: ", asked.reason);
  }
  void operator()(const remark::NodeUnclean& unclean) {
    problems_.warning(name(unclean.node), " is unclean");
  }
  void operator()(const remark::FailureRecorded& recorded) {
    verify::describe_failure(status_, recorded, problems_);
  }
  void operator()(const remark::TimeoutIgnored& ignored) {
    const Resource& rsc = status_.resource(ignored.resource);
    problems_.warning("Ignoring failure timeout ", model::to_seconds(rsc.failure_timeout_ms),
                      " for ", rsc.id, " because it conflicts with on-fail=block");
  }
  void operator()(const remark::RemovedActive& removed) {
    problems_.warning("Detected active orphan ", id(removed.resource), " running on ",
                      name(removed.node));
  }
  void operator()(const remark::ThresholdReached& reached) {
    problems_.remark(Severity::kWarning, id(reached.resource), " cannot run on ",
                     name(reached.node),
                     " due to reaching migration threshold (clean up resource to allow again)",
                     "| failures=", reached.failures.value(),
                     " migration-threshold=", reached.threshold.value());
  }
  void operator()(const remark::MultiplyActive& active) {
    const Resource& rsc = status_.resource(active.resource);
    problems_.remark(Severity::kError, rsc.agent.standard, " resource ", rsc.id,
                     " might be active on ", active.nodes, " nodes (",
                     outcome_of(rsc.multiple_active), ")");
  }
  void operator()(const remark::NodeCannotAct& seen) {
    CHECK(actions_ != nullptr);
    const Action& action = actions_->action(seen.action);
    const bool pending = seen.state == remark::NodeCannotAct::State::kPending;
    problems_.remark(Severity::kWarning, pending ? "Action " : "",
                     key_text(id(*action.resource), action.key), " on ", name(*action.node),
                     " is unrunnable (node is ", pending ? "pending)" : "offline)");
  }
  void operator()(const remark::SameOperation& same) {
    problems_.error("Operation ", same.second->id, " is duplicate of ", same.first->id,
                    " (do not use same name and interval combination more than once per "
                    "resource)");
  }

 private:
  std::string_view name(NodeId node) const { return status_.node(node).name; }
  std::string_view id(RscId rsc) const { return status_.resource(rsc).id; }

  const Status& status_;
  const ActionPlan* actions_;
  Problems& problems_;
};

void describe(const Remarks& remarks, RemarkWords words) {
  for (const Remark& remark : remarks.list()) std::visit(words, remark);
}

}  // namespace

std::vector<Problem> find_status_problems(const Status& status) {
  Problems problems;
  describe(status.remarks, RemarkWords(status, nullptr, problems));
  return std::move(problems).take();
}

std::vector<Problem> find_plan_problems(const Plan& plan) {
  Problems problems;
  const RemarkWords words(*plan.status, plan.actions.get(), problems);
  describe(plan.placement->remarks, words);
  verify::check_fates(*plan.actions, problems);
  describe(plan.actions->remarks, words);
  return std::move(problems).take();
}

}  // namespace systole::policy
