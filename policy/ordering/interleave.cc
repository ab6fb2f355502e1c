#include <algorithm>

#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

std::vector<RscId> Orderer::instances_of(RscId id) const {
  const Resource& rsc = status_.resource(id);
  if (!rsc.is_bundle()) return rsc.children;
  std::vector<RscId> out;
  for (const Replica& replica : rsc.bundle.replicas) out.push_back(replica.container);
  return out;
}

/// The parts whose actions make up those of a collective: the roles of a bundle are those of what
/// runs inside.
std::vector<RscId> Orderer::acting_parts(RscId id, Task task) const {
  const Resource& rsc = status_.resource(id);
  const Task base = base_of(task);
  const bool role = base == Task::kPromote || base == Task::kDemote;
  if (rsc.is_bundle() && rsc.bundle.inner && role) {
    return status_.resource(*rsc.bundle.inner).children;
  }
  return instances_of(id);
}

/// What acts in place of an instance that is a container: what runs inside, where `inside` says so.
RscId Orderer::actor_of(RscId collective, RscId instance, bool inside) const {
  if (!inside) return instance;
  for (const Replica& replica : status_.resource(collective).bundle.replicas) {
    if (replica.container == instance && replica.instance) return *replica.instance;
  }
  return instance;
}

/// Whether the instances of two clones are ordered node by node.
bool Orderer::is_interleaved(const Action& first, const Action& then) const {
  if (!first.resource || !then.resource || *first.resource == *then.resource) return false;
  const Resource& a = status_.resource(*first.resource);
  const Resource& b = status_.resource(*then.resource);
  const bool both = (a.is_clone() || a.is_bundle()) && (b.is_clone() || b.is_bundle());
  if (!both || is_ancestor(status_, *first.resource, *then.resource) ||
      is_ancestor(status_, *then.resource, *first.resource)) {
    return false;
  }
  const bool down = then.key.task == Task::kStop || then.key.task == Task::kDemote;
  const Resource& responsible = down ? a : b;
  return model::is_true(responsible.meta.value_or("interleave", "false"));
}

std::optional<RscId> Orderer::instance_beside(RscId then_instance, RscId first_parent,
                                              bool current) const {
  const auto on = [&](NodeId node) -> std::optional<RscId> {
    for (const RscId candidate : instances_of(first_parent)) {
      const PlacedResource& placed = plan_.resource(candidate);
      if (placed.blocked) continue;
      const auto where = current ? placed.current : placed.node;
      if (where == node) return candidate;
    }
    return std::nullopt;
  };
  const PlacedResource& placed = plan_.resource(then_instance);
  const auto where = current ? placed.current : placed.node;
  if (where) return on(*where);
  for (const NodeId node : status_.node_order) {
    const TableCell& cell = plan_.placement().tables.at(then_instance, node);
    if (!cell.present || cell.score.value() < 0 || !plan_.node(node).available()) continue;
    if (const auto found = on(node)) return found;
  }
  return std::nullopt;
}

unsigned Orderer::apply_interleaved(ActionId first_id, ActionId then_id, effect::Bits effects) {
  const Action& first = plan_.action(first_id);
  const Action& then = plan_.action(then_id);
  const Task first_task = base_of(first.key.task);
  const Task then_task = base_of(then.key.task);
  const bool current = first.key.task == Task::kStopped || first.key.task == Task::kDemoted;
  const RscId first_parent = *first.resource;
  // A container is stopped for what is inside, and started for it, too; only roles are its own.
  const bool first_inside = first_task != Task::kStop;
  const bool then_inside = then_task == Task::kPromote || then_task == Task::kDemote;
  unsigned changed = kNothing;
  for (const RscId instance : instances_of(*then.resource)) {
    const auto beside = instance_beside(instance, first_parent, current);
    if (!beside) {
      const bool needs = (effects & (effect::kUnrunnableBlocks | effect::kFirstImpliesThen)) != 0;
      if (current || !needs) continue;
      PlacedResource& placed = plan_.resource(instance);
      if (!placed.node) continue;
      for_each_primitive(status_, instance, [&](RscId p) {
        PlacedResource& part = plan_.resource(p);
        part.node.reset();
        part.next_role = Role::kStopped;
        for (const ActionId id : plan_.actions_of(p)) {
          Action& action = plan_.action(id);
          if (action.task == Task::kStop) action.optional = false;
          if (action.task == Task::kStart) action.runnable = false;
        }
      });
      placed.node.reset();
      placed.next_role = Role::kStopped;
      changed |= kThenChanged;
      continue;
    }
    const auto a = plan_.find_key(actor_of(first_parent, *beside, first_inside),
                                  OpKey{.task = first_task}, std::nullopt);
    const auto b = plan_.find_key(actor_of(*then.resource, instance, then_inside),
                                  OpKey{.task = then_task}, std::nullopt);
    if (!a || !b) continue;
    const std::size_t known = plan_.relations.size();
    plan_.order(*a, *b, effects);
    if (plan_.relations.size() > known) changed |= kFirstChanged | kThenChanged;
    const std::optional<NodeId> node = plan_.action(*b).node;
    changed |= apply(*a, *b, effects, {flags_of(*a, node), node});
    if ((changed & kThenChanged) != 0) update_after(*b);
  }
  return changed;
}

}  // namespace systole::policy
