#include "policy/ordering/inputs.h"

#include "policy/status/queries.h"

namespace systole::policy {

using namespace effect;

namespace {

bool is_stop(const Action& action) {
  return action.key.task == Task::kStop && action.task == Task::kStop && action.resource;
}

/// Some relations hold only between actions on one node, or on the node where a migration ends.
bool excluded_by_node(const ActionPlan& plan, const Action& then, const Action& first,
                      Bits effects) {
  if (effects == kSameOrTarget) {
    if (then.resource && then.task == Task::kMigrateTo) {
      return first.node != plan.resource(*then.resource).node;
    }
    return first.node != then.node || first.optional;
  }
  if (effects == kSameRequired) {
    if (first.node && then.node && *first.node != *then.node) return true;
    return first.optional;
  }
  return false;
}

}  // namespace

bool is_executed(const ActionPlan& plan, const Action& action) {
  if (!action.runnable || (action.optional && !action.forced)) return false;
  if (action.resource && !plan.resource(*action.resource).managed) {
    const bool monitor = action.key.task == Task::kMonitor && action.task == Task::kMonitor;
    if (!monitor && action.key.interval_ms == 0) return false;
  }
  if (action.pseudo || action.task == Task::kFence || action.task == Task::kShutdown) return true;
  if (!action.node) return false;
  if (action.run_on_dc) return true;
  const Node& node = plan.status().node(*action.node);
  if (node.is_guest() && !node.needs_reset) return true;
  return plan.node(*action.node).online && !plan.node(*action.node).unclean;
}

bool is_input(const ActionPlan& plan, const Action& then, const Action& first, Bits effects) {
  if (effects == kNone) return false;
  constexpr Bits kWeak = kOrder | kFirstShows | kThenShows;
  if (!first.runnable) {
    if ((effects & ~kWeak) == 0) return false;
    if ((effects & (kMinimum | kUnmigratableBlocks)) != 0) return false;
  }
  // What cannot be demoted on one node keeps no copy on another from being stopped.
  const bool elsewhere = first.node && then.node && *first.node != *then.node;
  if (effects == kPromotedThenImpliesFirst && !first.runnable && elsewhere) return false;
  if ((effects & kUnlessMigratable) != 0 && first.migratable) return false;
  if (effects == kOrder && first.migratable && is_stop(first)) return false;
  if (excluded_by_node(plan, then, first, effects)) return false;
  if (is_stop(first) && first.resource != then.resource && then.resource) {
    const bool failed = plan.status().resource(*first.resource).failed;
    const bool managed = plan.resource(*first.resource).managed;
    if (failed && !managed && clone_of(plan.status(), *then.resource)) return false;
  }
  return !first.optional || first.forced || is_executed(plan, first);
}

}  // namespace systole::policy
