#include "policy/ordering/collectives.h"

#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

std::vector<RscId> instances_of(const Status& status, RscId collective) {
  const Resource& rsc = status.resource(collective);
  if (!rsc.is_bundle()) return rsc.children;
  std::vector<RscId> out;
  for (const Replica& replica : rsc.bundle.replicas) out.push_back(replica.container);
  return out;
}

std::vector<RscId> acting_parts(const Status& status, RscId collective, Task task) {
  const Resource& rsc = status.resource(collective);
  const Task base = base_of(task);
  const bool role = base == Task::kPromote || base == Task::kDemote;
  if (rsc.is_bundle() && rsc.bundle.inner && role) {
    return status.resource(*rsc.bundle.inner).children;
  }
  return instances_of(status, collective);
}

RscId actor_of(const Status& status, RscId collective, RscId instance, bool inside) {
  if (!inside) return instance;
  for (const Replica& replica : status.resource(collective).bundle.replicas) {
    if (replica.container == instance && replica.instance) return *replica.instance;
  }
  return instance;
}

bool is_interleaved(const Status& status, const Action& first, const Action& then) {
  if (!first.resource || !then.resource || *first.resource == *then.resource) return false;
  const Resource& a = status.resource(*first.resource);
  const Resource& b = status.resource(*then.resource);
  const bool both = (a.is_clone() || a.is_bundle()) && (b.is_clone() || b.is_bundle());
  if (!both || is_ancestor(status, *first.resource, *then.resource) ||
      is_ancestor(status, *then.resource, *first.resource)) {
    return false;
  }
  const bool down = then.key.task == Task::kStop || then.key.task == Task::kDemote;
  const Resource& responsible = down ? a : b;
  return model::is_true(responsible.meta.value_or("interleave", "false"));
}

std::optional<RscId> instance_beside(const ActionPlan& plan, RscId then_instance,
                                     RscId first_parent, bool current) {
  const Status& status = plan.status();
  const std::vector<RscId> candidates = instances_of(status, first_parent);
  const auto on = [&](NodeId node) -> std::optional<RscId> {
    for (const RscId candidate : candidates) {
      const PlacedResource& placed = plan.resource(candidate);
      if (placed.blocked) continue;
      const auto where = current ? placed.current : placed.node;
      if (where == node) return candidate;
    }
    return std::nullopt;
  };
  const PlacedResource& placed = plan.resource(then_instance);
  const auto where = current ? placed.current : placed.node;
  if (where) return on(*where);
  for (const NodeId node : status.node_order) {
    const TableCell& cell = plan.placement().tables.at(then_instance, node);
    if (!cell.present || cell.score.value() < 0 || !plan.node(node).available()) continue;
    if (const auto found = on(node)) return found;
  }
  return std::nullopt;
}

}  // namespace systole::policy
