// What cannot start keeps from starting what must run beside it.

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

void Orderer::block_colocated(ActionId id) {
  const Action& action = plan_.action(id);
  const bool up = action.task == Task::kStart || action.task == Task::kPromote;
  if (!up || action.runnable || !action.resource) return;
  const RscId top = top_of(status_, *action.resource, true);
  const Task task = action.task;
  if (!status_.resource(top).is_primitive()) {
    bool any_runnable = false;
    for (const RscId child : status_.resource(top).children) {
      const auto part = plan_.find_key(child, OpKey{.task = task}, std::nullopt);
      any_runnable = any_runnable || !part || plan_.action(*part).runnable;
    }
    if (any_runnable) return;
  }
  block_dependents(top_of(status_, *action.resource), top, task);
}

void Orderer::block_dependents(RscId blamed, RscId primary, Task task) {
  for (const Colocation* colocation : plan_.placement().with_this[primary.value()]) {
    if (!colocation->score.is_plus_infinity()) continue;
    const bool about_promoted = colocation->primary_role == Role::kPromoted;
    if (task == Task::kPromote && !about_promoted) continue;
    const Task blocked =
        colocation->dependent_role == Role::kPromoted ? Task::kPromote : Task::kStart;
    block_start_of(colocation->dependent, blocked, blamed);
  }
}

void Orderer::block_start_of(RscId rsc, Task task, RscId blamed) {
  for (const ActionId id : plan_.actions_of(rsc)) {
    Action& action = plan_.action(id);
    if (action.key != OpKey{.task = task} || !action.runnable) continue;
    action.runnable = false;
    if (action.reason.empty()) {
      action.reason = base::cat("colocation with ", status_.resource(blamed).id);
    }
    block_colocated(id);
    update(id);
  }
  for (const RscId child : status_.resource(rsc).children) block_start_of(child, task, blamed);
}

}  // namespace systole::policy
