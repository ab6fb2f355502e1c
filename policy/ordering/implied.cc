// The orders that the structure of resources implies.

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

using namespace effect;

void Orderer::imply_orders(RscId id) {
  switch (status_.resource(id).kind) {
    case model::ResourceKind::kPrimitive:
      imply_primitive(id);
      break;
    case model::ResourceKind::kGroup:
      imply_group(id);
      break;
    case model::ResourceKind::kClone:
      imply_clone(id);
      break;
    case model::ResourceKind::kBundle:
      imply_bundle(id);
      break;
  }
}

void Orderer::imply_primitive(RscId id) {
  const Resource& rsc = status_.resource(id);
  const PlacedResource& placed = plan_.resource(id);
  if (!placed.managed) return;
  store(id, Task::kStop, id, Task::kStart, kOrder | kFirstImpliesThen | kRestart);
  if (in_promotable(status_, id) || rsc.role == Role::kPromoted) {
    store(id, Task::kDemote, id, Task::kStop, kPromotedThenImpliesFirst);
    store(id, Task::kStart, id, Task::kPromote, kUnrunnableBlocks);
  }
  if (rsc.launcher) imply_launched(id);
  if (status_.options.placement_strategy != PlacementStrategy::kDefault &&
      !rsc.utilization.empty()) {
    imply_capacity(id);
  }
}

void Orderer::imply_launched(RscId id) {
  const Resource& rsc = status_.resource(id);
  const RscId launcher = *rsc.launcher;
  const Resource& container = status_.resource(launcher);
  if (rsc.is_remote_connection) {
    store(launcher, Task::kMonitor, id, Task::kStop, kOrder);
  }
  const bool inside_guest = container.is_remote_connection ||
                            (is_guest_container(status_, launcher) && !rsc.is_remote_connection);
  if (inside_guest) return;
  store(launcher, Task::kStart, id, Task::kStart, kFirstImpliesThen | kUnrunnableBlocks);
  store(id, Task::kStop, launcher, Task::kStop, kThenImpliesFirst);
}

/// Stops free what starts need: on each node the ones come before the others.
void Orderer::imply_capacity(RscId id) {
  const auto gate = [&](NodeId node) {
    const std::string key = base::cat("load_stopped_", status_.node(node).name);
    const auto known = plan_.plain.find(key);
    if (known != plan_.plain.end()) return known->second;
    Action action;
    action.task = Task::kLoadStopped;
    action.key.task = Task::kLoadStopped;
    action.plain_key = key;
    action.node = node;
    action.pseudo = true;
    action.optional = false;
    return plan_.add(std::move(action));
  };
  for (const NodeId node : status_.resource(id).active_on) {
    stored_.push_back({ResourceTask{id, Task::kStop}, gate(node), kSameOrTarget});
  }
  for (const NodeId node : status_.node_order) {
    const TableCell& cell = plan_.placement().tables.at(id, node);
    if (!cell.present || cell.score.value() < 0) continue;
    for (const Task task : {Task::kStart, Task::kMigrateTo}) {
      stored_.push_back({gate(node), ResourceTask{id, task}, kSameOrTarget});
    }
  }
}

void Orderer::imply_group(RscId id) {
  const Resource& group = status_.resource(id);
  const bool promotable = in_promotable(status_, id);
  store(id, Task::kStop, id, Task::kStopped, kUnrunnableBlocks);
  store(id, Task::kStopped, id, Task::kStart, kOrder);
  store(id, Task::kStart, id, Task::kRunning, kUnrunnableBlocks);
  std::optional<RscId> previous;
  std::optional<RscId> last_active;
  for (const RscId member : group.children) {
    imply_orders(member);
    const Bits unordered = group.ordered ? kNone : kFirstImpliesThen | kUnrunnableBlocks;
    const bool first = group.ordered && !previous;
    store(id, Task::kStop, member, Task::kStop, kThenShows | (first ? kOrder : kNone));
    store(member, Task::kStop, id, Task::kStopped, first ? kFirstImpliesThen : kFirstShows);
    store(id, Task::kStart, member, Task::kStart, kThenShows | unordered);
    store(member, Task::kStart, id, Task::kRunning,
          kUnrunnableBlocks | kFirstImpliesThen | kFirstShows);
    if (promotable) {
      store(id, Task::kDemote, member, Task::kDemote, kThenShows | (first ? kOrder : kNone));
      store(member, Task::kDemote, id, Task::kDemoted, first ? kFirstImpliesThen : kFirstShows);
      store(member, Task::kPromote, id, Task::kPromoted,
            kUnrunnableBlocks | kFirstImpliesThen | kFirstShows);
      store(id, Task::kPromote, member, Task::kPromote, kThenShows | unordered);
    }
    if (previous && group.ordered) {
      const Resource& before = status_.resource(*previous);
      const Resource& here = status_.resource(member);
      store(*previous, Task::kStart, member, Task::kStart, kFirstImpliesThen | kUnrunnableBlocks);
      store(member, Task::kStop, *previous, Task::kStop, kOrder | kRestart);
      if (promotable) {
        store(*previous, Task::kPromote, member, Task::kPromote,
              kFirstImpliesThen | kUnrunnableBlocks);
        store(member, Task::kDemote, *previous, Task::kDemote, kOrder);
      }
      const bool gap = !here.active_on.empty() && before.active_on.empty();
      if (gap) {
        store(member, Task::kStop, *previous, Task::kStart, kThenImpliesFirst | kUnrunnableBlocks);
        if (last_active) store(member, Task::kStop, *last_active, Task::kStop, kOrder);
      }
    }
    if (!status_.resource(member).active_on.empty()) last_active = member;
    previous = member;
  }
}

void Orderer::imply_promotable(RscId id) {
  store(id, Task::kStopped, id, Task::kStart, kOrder);
  store(id, Task::kStopped, id, Task::kPromote, kOrder);
  store(id, Task::kDemoted, id, Task::kStop, kOrder);
  store(id, Task::kDemoted, id, Task::kStart, kOrder);
  store(id, Task::kDemoted, id, Task::kPromote, kOrder);
  store(id, Task::kRunning, id, Task::kPromote, kOrder);
  store(id, Task::kDemote, id, Task::kDemoted, kOrder);
}

void Orderer::imply_clone(RscId id) {
  const Resource& clone = status_.resource(id);
  std::vector<RscId> instances = clone.children;
  std::stable_sort(instances.begin(), instances.end(), [&](RscId a, RscId b) {
    return status_.resource(a).instance < status_.resource(b).instance;
  });
  if (clone.clone.promotable) {
    imply_promotable(id);
    std::optional<RscId> previous;
    for (const RscId instance : instances) {
      store(instance, Task::kDemote, instance, Task::kPromote, kOrder);
      store(id, Task::kPromote, instance, Task::kPromote, kOrder);
      store(instance, Task::kPromote, id, Task::kPromoted, kOrder);
      store(id, Task::kDemote, instance, Task::kDemote, kThenShows);
      store(instance, Task::kDemote, id, Task::kDemoted, kFirstShows);
      if (previous && clone.clone.ordered) {
        store(*previous, Task::kPromote, instance, Task::kPromote, kOrder);
        store(instance, Task::kDemote, *previous, Task::kDemote, kOrder);
      }
      previous = instance;
    }
    store(id, Task::kDemoted, id, Task::kStop, kOrder);
    store(id, Task::kRunning, id, Task::kPromote, kUnrunnableBlocks);
  }
  store(id, Task::kStopped, id, Task::kStart, kOrder);
  store(id, Task::kStart, id, Task::kRunning, kUnrunnableBlocks);
  store(id, Task::kStop, id, Task::kStopped, kUnrunnableBlocks);
  for (std::size_t i = 0; i < instances.size(); ++i) {
    const RscId instance = instances[i];
    imply_orders(instance);
    store(id, Task::kStart, instance, Task::kStart, kUnrunnableBlocks | kThenShows);
    store(instance, Task::kStart, id, Task::kRunning, kFirstShows);
    store(id, Task::kStop, instance, Task::kStop, kThenShows);
    store(instance, Task::kStop, id, Task::kStopped, kFirstShows);
    if (!clone.clone.ordered) continue;
    for (std::size_t j = 0; j < i; ++j) {
      store(instances[j], Task::kStart, instance, Task::kStart, kOrder);
      store(instance, Task::kStop, instances[j], Task::kStop, kOrder);
    }
  }
}

void Orderer::imply_bundle(RscId id) {
  const Resource& bundle = status_.resource(id);
  for (const Replica& replica : bundle.bundle.replicas) {
    const RscId container = replica.container;
    imply_orders(container);
    store(id, Task::kStart, container, Task::kStart, kUnrunnableBlocks | kThenShows);
    if (replica.instance) store(id, Task::kStop, *replica.instance, Task::kStop, kThenShows);
    store(id, Task::kStop, container, Task::kStop, kThenShows);
    store(container, Task::kStart, id, Task::kRunning, kFirstShows);
    store(container, Task::kStop, id, Task::kStopped, kFirstShows);
    if (replica.address) {
      imply_orders(*replica.address);
      store(*replica.address, Task::kStart, container, Task::kStart,
            kUnrunnableBlocks | kGuestAllowed);
      store(container, Task::kStop, *replica.address, Task::kStop,
            kThenImpliesFirst | kGuestAllowed);
    }
    if (replica.connection) imply_orders(*replica.connection);
  }
  if (!bundle.bundle.inner) return;
  const RscId inner = *bundle.bundle.inner;
  imply_orders(inner);
  store(id, Task::kStart, inner, Task::kStart, kThenShows);
  store(id, Task::kStop, inner, Task::kStop, kThenShows);
  store(inner, Task::kRunning, id, Task::kRunning, kFirstShows);
  store(inner, Task::kStopped, id, Task::kStopped, kFirstShows);
  if (!status_.resource(inner).clone.promotable) return;
  imply_promotable(id);
  store(id, Task::kDemote, inner, Task::kDemote, kThenShows);
  store(inner, Task::kDemoted, id, Task::kDemoted, kFirstShows);
  store(id, Task::kPromote, inner, Task::kPromote, kThenShows);
  store(inner, Task::kPromoted, id, Task::kPromoted, kFirstShows);
}

/// A promotion waits for the demotions of the other instances through the point at which all are
/// done. That some instance cannot be demoted, because it is nowhere, does not take the point away:
/// two instances would be promoted at a time.
void Orderer::complete_demotions() {
  const auto done = [&](RscId id) { return plan_.find_key(id, OpKey{.task = Task::kDemoted}, {}); };
  const auto happens = [&](RscId primitive) {
    const std::vector<ActionId>& actions = plan_.actions_of(primitive);
    return std::any_of(actions.begin(), actions.end(), [&](ActionId id) {
      const Action& action = plan_.action(id);
      return action.key == OpKey{.task = Task::kDemote} && !action.optional && action.runnable;
    });
  };
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    if (status_.resource(id).is_primitive()) continue;
    const auto point = done(id);
    if (!point || (plan_.action(*point).runnable && !plan_.action(*point).optional)) continue;
    bool any = false;
    for_each_primitive(status_, id, [&](RscId member) { any = any || happens(member); });
    if (!any) continue;
    plan_.action(*point).runnable = true;
    plan_.action(*point).optional = false;
  }
}

}  // namespace systole::policy
