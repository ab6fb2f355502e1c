#include <algorithm>

#include "policy/ordering/inputs.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

/// The actions that a side means, to the end of `out`.
void Orderer::find_all(const Side& side, std::vector<ActionId>& out) const {
  if (const auto* const action = std::get_if<ActionId>(&side)) return out.push_back(*action);
  const auto [rsc, task] = std::get<ResourceTask>(side);
  plan_.find_all(rsc, OpKey{.task = task}, out);
}

std::optional<RscId> Orderer::resource_of(const Side& side) const {
  if (const auto* const action = std::get_if<ActionId>(&side)) {
    return plan_.action(*action).resource;
  }
  return std::get<ResourceTask>(side).resource;
}

/// The earlier actions; one that does not exist is made up, optional and without a node, so that
/// what depends on it knows that it will not happen.
void Orderer::bind_first(const StoredRelation& stored, std::vector<ActionId>& out) {
  out.clear();
  find_all(stored.first, out);
  if (!out.empty()) return;
  const auto [rsc, task] = std::get<ResourceTask>(stored.first);
  if (resource_of(stored.then) == rsc) return;
  const Role role = plan_.resource(rsc).role;
  if (task == Task::kStop && role == Role::kStopped) return;
  if (task == Task::kDemote && role == Role::kUnpromoted) return;
  find_all(stored.then, out);
  if (out.empty()) return;
  out.clear();
  Action action;
  action.task = task;
  action.key.task = task;
  action.resource = rsc;
  action.optional = true;
  action.runnable = false;
  out.push_back(plan_.add(std::move(action)));
}

void Orderer::bind(const StoredRelation& stored) {
  // Most of what probes are put before or after never comes to an action.
  const auto* const then_task = std::get_if<ResourceTask>(&stored.then);
  if (then_task != nullptr && !plan_.has_task(then_task->resource, then_task->task)) return;
  bind_first(stored, firsts_);
  if (firsts_.empty()) return;
  thens_.clear();
  find_all(stored.then, thens_);
  for (const ActionId first : firsts_) {
    for (const ActionId then : thens_) {
      effect::Bits effects = stored.effects;
      const Action& a = plan_.action(first);
      if (a.abort_migration && a.resource == plan_.action(then).resource) {
        effects &= ~effect::kFirstImpliesThen;
      }
      plan_.order(first, then, effects);
    }
  }
}

/// Whether `from` waits for `to`, directly or not.
bool Orderer::waits_for(ActionId from, ActionId to) const {
  std::vector<bool> seen(plan_.size());
  std::vector<ActionId> open{from};
  while (!open.empty()) {
    const ActionId at = open.back();
    open.pop_back();
    if (at == to) return true;
    if (seen[at.value()]) continue;
    seen[at.value()] = true;
    const Action& then = plan_.action(at);
    for (const std::uint32_t place : then.before) {
      const Relation& relation = plan_.relations[place];
      if (is_input(plan_, then, plan_.action(relation.first), relation.effects)) {
        open.push_back(relation.first);
      }
    }
  }
  return false;
}

/// Capacity is no reason to wait in a circle: a migration may come before what frees its place.
void Orderer::void_capacity_loops() {
  for (std::size_t i = plan_.size(); i-- > 0;) {
    const ActionId id(static_cast<std::uint32_t>(i));
    const Action& then = plan_.action(id);
    if (then.task != Task::kMigrateTo) continue;
    for (auto place = then.before.rbegin(); place != then.before.rend(); ++place) {
      Relation& relation = plan_.relations[*place];
      if (relation.effects != effect::kSameOrTarget) continue;
      if (!is_input(plan_, then, plan_.action(relation.first), relation.effects)) continue;
      if (waits_for(relation.first, id)) relation.effects = effect::kNone;
    }
  }
}

/// What runs on a guest cannot wait for the guest's own container.
void Orderer::void_invalid_guest_orders() {
  for (Relation& relation : plan_.relations) {
    if ((relation.effects & effect::kGuestAllowed) != 0) continue;
    const Action& first = plan_.action(relation.first);
    const Action& then = plan_.action(relation.then);
    if (!first.node || !first.resource || !then.resource) continue;
    if (!status_.node(*first.node).is_guest()) continue;
    const auto container = container_of_node(status_, *first.node);
    if (container == then.resource) relation.effects = effect::kNone;
  }
}

}  // namespace systole::policy
