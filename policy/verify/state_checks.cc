#include "policy/status/queries.h"
#include "policy/verify/problem.h"

namespace systole::policy {
namespace {

bool is_to_be_fenced(const Plan& plan, NodeId node) {
  const auto fencing = plan.actions->fencing[node.value()];
  if (!fencing) return false;
  const Action& action = plan.actions->action(*fencing);
  return !action.optional && action.runnable;
}

}  // namespace

std::vector<Problem> find_fencing_problems(const Plan& plan) {
  Problems problems;
  const Status& status = *plan.status;
  bool is_lost = false;
  for (const NodeId id : status.node_order) {
    const Node& node = status.node(id);
    // A guest is fenced with the resource that it is in, which is the recovery of that.
    if (node.is_guest()) continue;
    if (is_to_be_fenced(plan, id)) {
      problems.warning("Scheduling node ", node.name, " for fencing");
    } else if (plan.actions->node(id).unclean) {
      problems.warning("Node ", node.name, " is unclean but cannot be fenced");
      is_lost = true;
    }
  }
  if (is_lost && !status.options.fencing_enabled) {
    problems.warning(
        "Resource functionality and data integrity cannot be guaranteed (configure, enable, and "
        "test fencing to correct this)");
  }
  return std::move(problems).take();
}

}  // namespace systole::policy
