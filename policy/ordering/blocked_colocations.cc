// What cannot start keeps from starting what must run beside it.

#include "lib/base/strings.h"
#include "policy/ordering/propagation.h"
#include "policy/status/queries.h"

namespace systole::policy {

void Propagation::block_colocated() {
  for (std::size_t i = plan_.size(); i-- > 0;) {
    run(Blockade{ActionId(static_cast<std::uint32_t>(i))});
  }
}

void Propagation::block_followers() {
  for (std::size_t i = 0; i < blocked_.size(); ++i) run(Succession{.first = blocked_[i]});
}

bool Propagation::any_runnable(RscId collective, Task task) const {
  for (const RscId child : status_.resource(collective).children) {
    const auto part = plan_.find_key(child, OpKey{.task = task}, std::nullopt);
    if (!part || plan_.action(*part).runnable) return true;
  }
  return false;
}

void Propagation::resume(Blockade& at) {
  const Action& action = plan_.action(at.action);
  pop();
  const bool up = action.task == Task::kStart || action.task == Task::kPromote;
  if (!up || action.runnable || !action.resource) return;
  const RscId primary = top_of(status_, *action.resource, true);
  if (!status_.resource(primary).is_primitive() && any_runnable(primary, action.task)) return;
  const RscId blamed = top_of(status_, *action.resource);
  const ColocationList& dependents = plan_.placement().with_this[primary.value()];
  for (auto place = dependents.rbegin(); place != dependents.rend(); ++place) {
    const Colocation& colocation = **place;
    if (!colocation.score.is_plus_infinity()) continue;
    const bool about_promoted = colocation.primary_role == Role::kPromoted;
    if (action.task == Task::kPromote && !about_promoted) continue;
    const bool promotion = colocation.dependent_role == Role::kPromoted;
    push(ResourceBlockade{.resource = colocation.dependent,
                          .task = promotion ? Task::kPromote : Task::kStart,
                          .blamed = blamed});
  }
}

void Propagation::resume(ResourceBlockade& at) {
  const ResourceBlockade blockade = at;
  pop();
  const std::vector<RscId>& children = status_.resource(blockade.resource).children;
  for (auto child = children.rbegin(); child != children.rend(); ++child) {
    push(ResourceBlockade{.resource = *child, .task = blockade.task, .blamed = blockade.blamed});
  }
  const std::vector<ActionId>& actions = plan_.actions_of(blockade.resource);
  for (auto id = actions.rbegin(); id != actions.rend(); ++id) {
    if (plan_.action(*id).key != OpKey{.task = blockade.task}) continue;
    push(ActionBlockade{.action = *id, .blamed = blockade.blamed});
  }
}

void Propagation::resume(ActionBlockade& at) {
  const ActionBlockade blockade = at;
  Action& action = plan_.action(blockade.action);
  pop();
  if (!action.runnable) return;
  make_unrunnable(action);
  blocked_.push_back(blockade.action);
  if (action.reason.empty()) {
    action.reason = base::cat("colocation with ", status_.resource(blockade.blamed).id);
  }
  push(Update{.then = blockade.action});
  push(Blockade{blockade.action});
}

}  // namespace systole::policy
