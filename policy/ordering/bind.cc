#include <algorithm>

#include "policy/ordering/inputs.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

std::vector<ActionId> Orderer::with_key(RscId rsc, const OpKey& key) const {
  std::vector<ActionId> out;
  plan_.find_all(rsc, key, out);
  return out;
}

/// The earlier actions; one that does not exist is made up, optional and without a node, so that
/// what depends on it knows that it will not happen.
void Orderer::bind_first(const StoredRelation& stored, std::vector<ActionId>& out) {
  out.clear();
  if (stored.first.action) return out.push_back(*stored.first.action);
  const RscId rsc = *stored.first.resource;
  plan_.find_all(rsc, stored.first.key, out);
  if (!out.empty()) return;
  const auto then_resource =
      stored.then.action ? plan_.action(*stored.then.action).resource : stored.then.resource;
  if (then_resource == rsc) return;
  const Role role = plan_.resource(rsc).role;
  if (stored.first.key.task == Task::kStop && role == Role::kStopped) return;
  if (stored.first.key.task == Task::kDemote && role == Role::kUnpromoted) return;
  if (!stored.then.action && with_key(*stored.then.resource, stored.then.key).empty()) return;
  Action action;
  action.task = stored.first.key.task;
  action.key = stored.first.key;
  action.resource = rsc;
  action.optional = true;
  action.runnable = false;
  out.push_back(plan_.add(std::move(action)));
}

void Orderer::bind(const StoredRelation& stored) {
  bind_first(stored, firsts_);
  thens_.clear();
  if (stored.then.action) {
    thens_.push_back(*stored.then.action);
  } else {
    plan_.find_all(*stored.then.resource, stored.then.key, thens_);
  }
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
