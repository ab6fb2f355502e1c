#include <algorithm>

#include "policy/ordering/inputs.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

std::vector<ActionId> Orderer::with_key(RscId rsc, const OpKey& key) const {
  std::vector<ActionId> out;
  for (const ActionId id : plan_.actions_of(rsc)) {
    if (plan_.action(id).key == key) out.push_back(id);
  }
  return out;
}

/// The earlier actions; one that does not exist is made up, optional and without a node, so that
/// what depends on it knows that it will not happen.
std::vector<ActionId> Orderer::bind_first(const StoredRelation& stored) {
  if (stored.first.action) return {*stored.first.action};
  const RscId rsc = *stored.first.resource;
  std::vector<ActionId> out = with_key(rsc, stored.first.key);
  if (!out.empty()) return out;
  const auto then_resource =
      stored.then.action ? plan_.action(*stored.then.action).resource : stored.then.resource;
  if (then_resource == rsc) return out;
  const Role role = plan_.resource(rsc).role;
  if (stored.first.key.task == Task::kStop && role == Role::kStopped) return out;
  if (stored.first.key.task == Task::kDemote && role == Role::kUnpromoted) return out;
  if (!stored.then.action && with_key(*stored.then.resource, stored.then.key).empty()) return out;
  Action action;
  action.task = stored.first.key.task;
  action.key = stored.first.key;
  action.resource = rsc;
  action.optional = true;
  action.runnable = false;
  out.push_back(plan_.add(std::move(action)));
  return out;
}

void Orderer::bind(const StoredRelation& stored) {
  const std::vector<ActionId> firsts = bind_first(stored);
  std::vector<ActionId> thens;
  if (stored.then.action) {
    thens.push_back(*stored.then.action);
  } else {
    thens = with_key(*stored.then.resource, stored.then.key);
  }
  for (const ActionId first : firsts) {
    for (const ActionId then : thens) {
      effect::Bits effects = stored.effects;
      const Action& a = plan_.action(first);
      if (a.abort_migration && a.resource == plan_.action(then).resource) {
        effects &= ~effect::kFirstImpliesThen;
      }
      plan_.order(first, then, effects);
    }
  }
}

/// Whether `from` waits for `to`, directly or not. `seen` are the actions already looked at.
bool Orderer::waits_for(ActionId from, ActionId to, std::vector<std::uint8_t>& seen) const {
  if (from == to) return true;
  if (seen[from.value()] != 0) return false;
  seen[from.value()] = 1;
  const Action& then = plan_.action(from);
  return std::any_of(then.before.begin(), then.before.end(), [&](std::uint32_t place) {
    const Relation& relation = plan_.relations[place];
    const Action& first = plan_.action(relation.first);
    return is_input(plan_, then, first, relation.effects) && waits_for(relation.first, to, seen);
  });
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
      std::vector<std::uint8_t> seen(plan_.size());
      if (waits_for(relation.first, id, seen)) relation.effects = effect::kNone;
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
