// Nothing is stopped because of a resource whose probes are still out.

#include <algorithm>

#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

using namespace effect;

namespace {

bool is_probe(const Action& action) {
  return action.resource && action.key == OpKey{.task = Task::kMonitor} &&
         action.task == Task::kMonitor;
}

bool is_stop(const ActionPlan& plan, const Side& side) {
  return side.action ? plan.action(*side.action).key.task == Task::kStop
                     : side.key.task == Task::kStop;
}

std::optional<RscId> resource_of(const ActionPlan& plan, const Side& side) {
  return side.action ? plan.action(*side.action).resource : side.resource;
}

}  // namespace

void Orderer::order_probes() {
  const std::size_t count = plan_.size();
  std::vector<ActionId> probes;
  for (std::size_t i = 0; i < count; ++i) {
    const ActionId id(static_cast<std::uint32_t>(i));
    if (is_probe(plan_.action(id)) && !plan_.action(id).optional) probes.push_back(id);
  }
  if (probes.empty()) return;
  for (const StoredRelation& stored : stored_) order_probes_of_stored(stored);
  seen_.assign(plan_.size(), 0);
  for (const ActionId probe : probes) {
    order_probe_before_instances(probe);
    ++search_;
    follow_restarts(probe, probe);
  }
}

void Orderer::order_probe_before_instances(ActionId probe) {
  if (plan_.action(probe).runnable) return;
  const std::vector<std::uint32_t> after = plan_.action(probe).after;
  for (const std::uint32_t place : after) {
    const Relation relation = plan_.relations[place];
    const Action& then = plan_.action(relation.then);
    if ((relation.effects & kUnrunnableBlocks) != 0 || !then.resource) continue;
    const Resource& rsc = status_.resource(*then.resource);
    if (then.key.task != Task::kStart || (!rsc.is_clone() && !rsc.is_bundle())) continue;
    for_each_primitive(status_, *then.resource, [&](RscId id) {
      if (!status_.resource(id).active_on.empty()) return;
      const auto start = plan_.find(id, {.task = Task::kStart});
      if (start) plan_.order(probe, *start, kOrder | kUnrunnableBlocks);
    });
  }
}

/// Follows what a probe can make restart, and orders the probe before the stops that this takes.
void Orderer::follow_restarts(ActionId probe, ActionId after) {
  if (seen_[after.value()] == search_) return;
  seen_[after.value()] = search_;
  const Action& at = plan_.action(after);
  const RscId probed_top = top_of(status_, *plan_.action(probe).resource);
  const bool elsewhere = at.resource && top_of(status_, *at.resource) != probed_top;
  const bool own_clone = at.resource && !elsewhere && !status_.resource(probed_top).is_group();
  if (after != probe && at.resource && status_.resource(*at.resource).is_primitive() &&
      *at.resource != *plan_.action(probe).resource && !own_clone &&
      (at.key.task == Task::kStart || at.key.task == Task::kPromote)) {
    const Task undo = at.key.task == Task::kStart ? Task::kStop : Task::kDemote;
    for (const ActionId other : plan_.actions_of(*at.resource)) {
      const Action& stop = plan_.action(other);
      if (stop.key == OpKey{.task = undo} && !stop.pseudo) plan_.order(probe, other, kOrder);
    }
  }
  const std::vector<std::uint32_t> relations = at.after;
  for (const std::uint32_t place : relations) {
    const Relation relation = plan_.relations[place];
    const bool implies = (relation.effects & kFirstImpliesThen) != 0;
    if (after == probe) {
      const Task task = plan_.action(relation.then).key.task;
      if (task != Task::kStart && task != Task::kPromote) continue;
    } else if (!implies) {
      continue;
    }
    follow_restarts(probe, relation.then);
  }
  if (!at.resource) return;
  const Resource& rsc = status_.resource(*at.resource);
  if (rsc.is_primitive()) return;
  const Task task = base_of(at.key.task);
  const auto follow = [&](RscId id, Task what) {
    const auto part = plan_.find_key(id, OpKey{.task = what}, std::nullopt);
    if (part) follow_restarts(probe, *part);
  };
  if (at.key.task == task) {
    if (own_clone && rsc.is_clone()) {
      follow(*at.resource, completion_of(task));
      return;
    }
    for (const RscId child : rsc.children) follow(child, task);
    follow(*at.resource, completion_of(task));
  }
}

void Orderer::order_probes_of_stored(const StoredRelation& stored) {
  if (!is_stop(plan_, stored.first)) return;
  const auto first = resource_of(plan_, stored.first);
  const auto then = resource_of(plan_, stored.then);
  if (!first || (then && *then == *first)) return;
  if (then && status_.resource(*first).launcher == then && is_stop(plan_, stored.then)) return;
  Bits effects = kOrder;
  if (stored.effects == kSameRequired || stored.effects == kSameOrTarget) {
    effects = stored.effects;
  } else {
    effects |= stored.effects & (kUnlessMigratable | kSameNode);
  }
  std::vector<ActionId> thens;
  if (stored.then.action) {
    thens.push_back(*stored.then.action);
  } else {
    thens = with_key(*stored.then.resource, stored.then.key);
  }
  for (const ActionId probe : plan_.actions_of(*first)) {
    const Action& action = plan_.action(probe);
    if (!is_probe(action)) continue;
    for (const ActionId later : thens) {
      const Action& at = plan_.action(later);
      if (at.task == Task::kFence && at.node == action.node) continue;
      if (at.task == Task::kShutdown && at.node != action.node) continue;
      plan_.order(probe, later, effects);
    }
  }
}

}  // namespace systole::policy
