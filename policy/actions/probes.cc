#include <algorithm>

#include "lib/base/strings.h"
#include "policy/actions/planner.h"
#include "policy/status/queries.h"

namespace systole::policy {

void Planner::create_probes() {
  if (!status_.options.enable_startup_probes) return;
  for (const NodeId node : status_.node_order) {
    const Node& at = status_.node(node);
    if (!is_online(node)) {
      if (is_connection_lost(node)) demand_fence(node, "the connection is unrecoverable");
      continue;
    }
    if (plan_.node(node).unclean || !at.discovery) continue;
    for (const RscId id : placement_.order) probe_tree(id, node);
  }
}

void Planner::probe_tree(RscId id, NodeId node) {
  switch (rsc(id).kind) {
    case model::ResourceKind::kPrimitive:
      probe(id, node);
      break;
    case model::ResourceKind::kGroup:
      for (const RscId member : rsc(id).children) probe_tree(member, node);
      break;
    case model::ResourceKind::kClone:
      probe_clone(id, node);
      break;
    case model::ResourceKind::kBundle:
      probe_bundle(id, node);
      break;
  }
}

void Planner::probe_clone(RscId id, NodeId node) {
  const Resource& clone = rsc(id);
  if (clone.unique) {
    for (const RscId instance : clone.children) probe_tree(instance, node);
    return;
  }
  if (plan_.resource(id).exclusive_discovery) {
    const TableCell& cell = placement_.tables.at(id, node);
    if (!cell.present || cell.discovery != Discovery::kExclusive) return;
  }
  const auto pick = [&](auto matches) -> std::optional<RscId> {
    for (const RscId instance : clone.children) {
      if (matches(instance)) return instance;
    }
    return std::nullopt;
  };
  auto chosen = pick([&](RscId instance) { return is_known_on(rsc(instance), node); });
  if (!chosen) {
    chosen = pick([&](RscId instance) { return plan_.resource(instance).node == node; });
  }
  if (!chosen && !clone.children.empty()) chosen = clone.children.front();
  if (chosen) probe_tree(*chosen, node);
}

/// Where replicas may not share a host, none starts on one before it is known which run there.
void Planner::order_after_probe(RscId probed, const std::vector<RscId>& arriving) {
  for (const RscId container : arriving) {
    if (container == probed) continue;
    store(probed, Task::kMonitor, container, Task::kStart, effect::kOrder | effect::kSameNode);
  }
}

void Planner::probe_bundle(RscId id, NodeId node) {
  const auto& replicas = rsc(id).bundle.replicas;
  std::vector<RscId> arriving;
  if (rsc(id).bundle.replicas_per_host == 1) {
    for (const Replica& replica : replicas) {
      if (placed(replica.container).node == node) arriving.push_back(replica.container);
    }
  }
  for (const Replica& replica : replicas) {
    if (replica.address) probe(*replica.address, node);
    if (replica.instance && replica.node == node) probe_tree(*replica.instance, node);
    const auto before = plan_.size();
    probe(replica.container, node);
    if (plan_.size() > before) order_after_probe(replica.container, arriving);
    if (!replica.connection) continue;
    const auto size = plan_.size();
    probe(*replica.connection, node);
    if (plan_.size() > size) {
      store(replica.container, Task::kStart, *replica.connection, Task::kMonitor, effect::kNested);
    }
  }
}

/// Guests that are about to come or go are not asked.
bool Planner::may_probe_guest(RscId id, NodeId node) {
  const auto container = container_of_node(status_, node);
  if (!container) return true;
  const Resource& launcher = rsc(*container);
  const PlacedResource& placed_launcher = plan_.resource(*container);
  const RscId top = top_of(status_, id);
  if (launcher.role == Role::kStopped) {
    if (placed_launcher.node && !is_known_on(launcher, *placed_launcher.node)) {
      store(*container, Task::kMonitor, top, Task::kStart, effect::kOrder);
    }
    return false;
  }
  const bool leaves = status_.node(node).needs_reset || plan_.node(node).unclean ||
                      launcher.failed || placed_launcher.next_role == Role::kStopped ||
                      (placed_launcher.node && !is_active_on(launcher, *placed_launcher.node));
  if (!leaves) return true;
  store(*container, Task::kStop, top, Task::kStart, effect::kOrder);
  return false;
}

bool Planner::may_probe(RscId id, NodeId node) {
  const Resource& resource = rsc(id);
  const Node& at = status_.node(node);
  if (at.is_remote_kind()) {
    if (resource.is_fence_device() || resource.is_remote_connection) return false;
    if (at.is_guest() && is_guest_container(status_, id)) return false;
  }
  if (resource.launcher && !resource.is_remote_connection) return false;
  if (resource.removed || is_known_on(resource, node)) return false;
  const RscId top = top_of(status_, id);
  const TableCell& cell = placement_.tables.at(id, node);
  if (plan_.resource(id).exclusive_discovery || plan_.resource(top).exclusive_discovery) {
    if (!cell.present || cell.discovery != Discovery::kExclusive) return false;
  }
  if (cell.present ? cell.discovery == Discovery::kNever : at.probe_nothing) return false;
  return !at.is_guest() || may_probe_guest(id, node);
}

void Planner::probe(RscId id, NodeId node) {
  if (!may_probe(id, node)) return;
  const Resource& resource = rsc(id);
  const ActionId action = request(id, Task::kMonitor, node, false);
  plan_.action(action).optional = false;
  unfence_before(action, effect::kOrder);
  if (!is_active_on(resource, node)) {
    plan_.action(action).expected_rc = rc::kNotRunning;
  } else if (resource.role == Role::kPromoted) {
    plan_.action(action).expected_rc = rc::kRunningPromoted;
  }
  const RscId top = top_of(status_, id);
  const RscId followed = rsc(top).is_clone() ? top : id;
  effect::Bits effects = effect::kOrder;
  if (!plan_.action(action).runnable && rsc(followed).active_on.empty()) {
    effects |= effect::kUnrunnableBlocks;
  }
  for (const Task task : {Task::kStart, Task::kReload}) {
    plan_.store({action, ResourceTask{followed, task}, effects});
  }
  if (probed_[id.value()]) return;
  probed_[id.value()] = true;
  // What is asked about anew need not be forgotten first.
  for (const Task task : {Task::kEraseHistory, Task::kDelete}) {
    store(id, task, id, Task::kMonitor, effect::kSameNode | effect::kCancelsFirst);
  }
}

}  // namespace systole::policy
