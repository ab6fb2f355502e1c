#include "policy/status/queries.h"
#include "policy/verify/problem.h"

namespace systole::policy {
namespace {

class StateChecker {
 public:
  explicit StateChecker(const Plan& plan) : plan_(plan), status_(*plan.status) {}

  std::vector<Problem> run() && {
    check_recorded_nodes();
    check_removed_resources();
    for (const NodeId id : status_.node_order) check_node(id);
    check_fencing();
    return std::move(problems_).take();
  }

 private:
  void check_recorded_nodes() {
    for (const model::NodeState& state : status_.snapshot->states) {
      if (state.name.empty() && !state.remote) {
        problems_.warning("Ignoring malformed node_state entry without uname");
      } else if (!status_.node_by_name.contains(state.name)) {
        problems_.warning("Ignoring recorded node state for '", state.name,
                          "' because it is no longer in the configuration");
      }
    }
  }

  void check_removed_resources() {
    for (const Resource& rsc : status_.resources) {
      if (!rsc.removed || !rsc.is_primitive()) continue;
      for (const NodeId node : rsc.active_on) {
        problems_.warning("Detected active orphan ", rsc.id, " running on ",
                          status_.node(node).name);
      }
    }
  }

  void check_node(NodeId id) {
    const Node& node = status_.node(id);
    // Of a node that nobody ever saw there is nothing to tell but that it will be fenced.
    if (!node.unclean || node.unseen || node.kind != NodeKind::kCluster) return;
    problems_.warning(node.name, " is unclean");
    if (!can_fence(status_, id)) {
      problems_.warning("Node ", node.name, " is unclean but cannot be fenced");
    }
  }

  void check_fencing() {
    for (std::size_t i = 0; i < plan_.actions->size(); ++i) {
      const Action& action = plan_.actions->action(ActionId(static_cast<std::uint32_t>(i)));
      const bool fences = action.task == Task::kFence && !action.optional && action.runnable &&
                          action.fence_operation != "on";
      if (!fences || !action.node) continue;
      const Node& node = status_.node(*action.node);
      // A guest is fenced with the resource that it is in, which is the recovery of that.
      if (node.kind == NodeKind::kGuest || node.kind == NodeKind::kBundle) continue;
      if (!action.reason.empty() && action.reason != "node is unclean") {
        problems_.warning(node.kind == NodeKind::kCluster ? "Cluster" : "Remote", " node ",
                          node.name, " will be fenced: ", action.reason);
      }
      problems_.warning("Scheduling node ", node.name, " for fencing");
    }
  }

  const Plan& plan_;
  const Status& status_;
  Problems problems_;
};

}  // namespace

std::vector<Problem> find_state_problems(const Plan& plan) {
  return StateChecker(plan).run();
}

}  // namespace systole::policy
