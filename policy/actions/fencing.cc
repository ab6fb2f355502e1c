#include <algorithm>

#include "lib/base/strings.h"
#include "policy/actions/planner.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

bool any_managed(const ActionPlan& plan) {
  const Status& status = plan.status();
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    if (plan.resources[i].managed) return true;
  }
  return false;
}

/// What a node counts when two halves of a cluster race to fence each other.
std::vector<std::int64_t> node_priorities(const Status& status) {
  std::vector<std::int64_t> out(status.nodes.size());
  for (const Resource& rsc : status.resources) {
    if (!rsc.is_primitive() || rsc.priority.value() == 0) continue;
    if (rsc.failed && !rsc.failure_ignored) continue;
    const std::int64_t value = rsc.priority.value() + (rsc.role == Role::kPromoted ? 1 : 0);
    for (const NodeId node : rsc.active_on) {
      out[node.value()] += value;
      if (!status.node(node).is_guest()) continue;
      const auto container = container_of_node(status, node);
      if (!container) continue;
      for (const NodeId host : status.resource(*container).active_on) out[host.value()] += value;
    }
  }
  return out;
}

}  // namespace

/// How long the fencing of a lost node is put off, so that the half with the important resources
/// shoots first; nothing where no such delay is configured.
std::optional<std::int64_t> Planner::fencing_delay(NodeId target) const {
  const std::int64_t configured = status_.options.priority_fencing_delay_ms;
  const Node& node = status_.node(target);
  if (configured <= 0 || !node.fence_delayed) return std::nullopt;
  if (node.kind != NodeKind::kCluster || plan_.node(target).online) return 0;
  std::size_t members = 0;
  std::size_t online = 0;
  std::int64_t lowest = 0;
  std::int64_t highest = 0;
  const std::vector<std::int64_t> priorities = node_priorities(status_);
  bool first = true;
  for (std::size_t i = 0; i < status_.nodes.size(); ++i) {
    if (status_.nodes[i].kind != NodeKind::kCluster) continue;
    ++members;
    online += plan_.nodes[i].online ? 1 : 0;
    lowest = first ? priorities[i] : std::min(lowest, priorities[i]);
    highest = first ? priorities[i] : std::max(highest, priorities[i]);
    first = false;
  }
  if (online > members / 2 || lowest == highest) return 0;
  if (priorities[target.value()] < highest) return 0;
  return model::to_seconds(configured);
}

void Planner::create_fencing() {
  const bool managed = any_managed(plan_);
  std::vector<ActionId> fencings;
  std::optional<ActionId> dc_fencing;
  for (const NodeId node : status_.node_order) {
    if (status_.node(node).is_guest()) {
      if (status_.node(node).needs_reset && managed && can_fence(status_, node)) fence_guest(node);
      continue;
    }
    if (!plan_.node(node).unclean || !managed) continue;
    if (!can_fence(status_, node, is_online(node))) continue;
    const ActionId action = fence(node, false);
    if (plan_.action(action).reason.empty()) plan_.action(action).reason = "node is unclean";
    if (const auto delay = fencing_delay(node)) {
      plan_.action(action).meta.emplace_back("priority-fencing-delay", base::cat(*delay));
    }
    imply_by_fencing(action, node);
    if (status_.node(node).is_dc) {
      dc_fencing = action;
    } else if (status_.options.concurrent_fencing) {
      fencings.push_back(action);
    } else {
      if (!fencings.empty()) plan_.order(fencings.back(), action, effect::kOrder);
      fencings.assign(1, action);
    }
  }
  if (dc_fencing) {
    for (const ActionId other : fencings) plan_.order(other, *dc_fencing, effect::kOrder);
  }
}

void Planner::imply_by_fencing(ActionId action, NodeId node) {
  for (const RscId id : status_.top_level) {
    for_each_primitive(status_, id, [&](RscId p) {
      order_starts_after(p, action, node);
      imply_stops(p, action, node);
    });
  }
}

void Planner::order_starts_after(RscId id, ActionId action, NodeId node) {
  if (!plan_.resource(id).managed) return;
  const Resource& resource = rsc(id);
  for (const ActionId other : plan_.actions_of(id)) {
    const Action& at = plan_.action(other);
    if (at.needs == Requires::kFencing || at.needs == Requires::kUnfencing) {
      plan_.order(action, other, effect::kOrder);
    } else if (at.needs == Requires::kQuorum && at.task == Task::kStart) {
      if (!placement_.tables.at(id, node).present) continue;
      // No connection is ever made from inside of a guest, and a guest behind this one can count as
      // fenced only once this one stands.
      const bool own = resource.remote_node == node;
      if (resource.is_remote_connection && !own && status_.node(node).is_guest()) continue;
      bool known = is_known_on(resource, node);
      if (!resource.unique && resource.parent) {
        known = known || is_known_on(rsc(*resource.parent), node);
      }
      if (!known) {
        plan_.order(action, other, effect::kOrder | effect::kUnrunnableBlocks);
      }
    }
  }
}

/// The active instances of a clone that do not stop by what is known so far.
std::vector<std::pair<RscId, NodeId>> Planner::instances_left(RscId clone) const {
  std::vector<std::pair<RscId, NodeId>> out;
  for_each_primitive(status_, clone, [&](RscId id) {
    if (plan_.resource(id).role <= Role::kStopped) return;
    for (const NodeId node : rsc(id).active_on) {
      const auto stop = plan_.find(id, {.task = Task::kStop, .node = node});
      if (!stop || plan_.action(*stop).optional) out.emplace_back(id, node);
    }
  });
  return out;
}

/// What runs on a fenced node stops and is demoted by that.
void Planner::imply_stops(RscId id, ActionId action, NodeId node) {
  if (!plan_.resource(id).managed) return;
  const Resource& resource = rsc(id);
  const bool guest = status_.node(node).is_guest();
  const bool in_bundle = bundle_of(status_, id).has_value();
  const RscId top = top_of(status_, id);
  for (const ActionId other : plan_.actions_of(id)) {
    Action& at = plan_.action(other);
    if (at.node != node) continue;
    if (at.task == Task::kStop) {
      at.pseudo = true;
      at.runnable = true;
      const auto clone = clone_of(status_, id);
      if (clone && rsc(*clone).clone.notify) {
        plan_.implied_stops.push_back({other, action, instances_left(*clone)});
      }
      if (!resource.needs_fencing() && !guest) continue;
      if (!in_bundle) plan_.order(action, other, effect::kGuestAllowed);
      // Of a resource on several nodes this is the stop that was thought of last.
      if (const auto whole = plan_.find(top, {.task = Task::kStop})) {
        plan_.order(action, *whole, effect::kGuestAllowed);
      }
    } else if (at.task == Task::kDemote) {
      const bool gone = !is_online(node) || plan_.node(node).unclean || resource.failed;
      if (!gone) continue;
      at.pseudo = true;
      at.runnable = true;
      if (!in_bundle) plan_.order(action, other, effect::kOrder | effect::kGuestAllowed);
    }
  }
}

void Planner::fence_guest(NodeId node) {
  const auto container = container_of_node(status_, node);
  std::string_view operation = "off";
  std::optional<ActionId> stop;
  if (container) {
    stop = plan_.find(*container, {.task = Task::kStop});
    if (plan_.find(*container, {.task = Task::kStart})) operation = "reboot";
  }
  const ActionId action = fence(node, false, operation);
  Action& at = plan_.action(action);
  at.pseudo = true;
  at.runnable = true;
  at.optional = false;
  at.reason = "guest is unclean";
  constexpr effect::Bits kImplied = effect::kFirstImpliesThen | effect::kUnrunnableBlocks;
  if (stop && plan_.action(*stop).pseudo) {
    const auto host = plan_.action(*stop).node;
    const auto host_fencing = host ? plan_.fencing[host->value()] : std::nullopt;
    if (host_fencing) plan_.order(*host_fencing, action, kImplied);
  } else if (stop) {
    plan_.order(*stop, action, kImplied);
  } else if (status_.node(node).connection) {
    const auto leave = plan_.find(*status_.node(node).connection, {.task = Task::kStop});
    if (leave) plan_.order(*leave, action, effect::kOrder);
  }
  imply_by_fencing(action, node);
}

void Planner::create_shutdowns() {
  std::vector<ActionId> shutdowns;
  std::optional<ActionId> dc_shutdown;
  for (const NodeId node : status_.node_order) {
    const Node& at = status_.node(node);
    const auto fencing = plan_.fencing[node.value()];
    const bool fenced = fencing && !plan_.action(*fencing).optional;
    if (at.is_remote_kind() || !is_online(node) || !at.shutdown || fenced) continue;
    Action action;
    action.task = Task::kShutdown;
    action.key.task = Task::kShutdown;
    action.plain_key = base::cat("do_shutdown-", at.name);
    action.node = node;
    action.optional = false;
    action.meta.emplace_back("op_no_wait", "true");
    const ActionId id = plan_.add(std::move(action));
    for (std::size_t i = 0; i < status_.resources.size(); ++i) {
      const RscId rsc_id(static_cast<std::uint32_t>(i));
      const PlacedResource& placed_rsc = plan_.resource(rsc_id);
      if (placed_rsc.maintenance || at.maintenance) continue;
      if (!placed_rsc.managed && !placed_rsc.blocked) continue;
      for (const ActionId other : plan_.actions_of(rsc_id)) {
        Action& stop = plan_.action(other);
        if (stop.task != Task::kStop || stop.node != node) continue;
        stop.optional = false;
        plan_.order(other, id, effect::kOrder | effect::kUnrunnableBlocks);
      }
    }
    if (at.is_dc) {
      dc_shutdown = id;
    } else {
      shutdowns.push_back(id);
    }
  }
  if (!dc_shutdown) return;
  for (const ActionId other : shutdowns) plan_.order(other, *dc_shutdown, effect::kOrder);
  for (std::size_t i = 0; i < plan_.fencing.size(); ++i) {
    const auto fencing = plan_.fencing[i];
    if (!fencing || plan_.action(*fencing).optional || status_.nodes[i].is_guest()) continue;
    plan_.order(*fencing, *dc_shutdown, effect::kOrder);
  }
}

}  // namespace systole::policy
