#include "policy/actions/planner.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/queries.h"

namespace systole::policy {

ActionPlan decide_actions(const Status& status, const Placement& placement) {
  return Planner(status, placement).run();
}

ActionPlan Planner::run() && {
  replay_demands();
  imply_unfencing();
  check_devices();
  check_histories();
  settle_unplaced();
  create_probes();
  clear_removed_failures();
  for (const RscId id : placement_.order) create_actions(id);
  for (const RscId id : status_.top_level) {
    const bool listed =
        std::find(placement_.order.begin(), placement_.order.end(), id) != placement_.order.end();
    if (!listed) create_actions(id);
  }
  order_remote_actions();
  create_fencing();
  create_shutdowns();
  return std::move(plan_);
}

/// What was demanded of a resource that gets no node comes down to stopping it.
void Planner::settle_unplaced() {
  for (std::size_t i = 0; i < plan_.resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    if (!rsc(id).is_primitive() || !placed(id).assigned || placed(id).node) continue;
    settle_unplaced(id);
  }
}

void Planner::settle_unplaced(RscId id) {
  for (const ActionId other : plan_.actions_of(id)) {
    Action& action = plan_.action(other);
    if (action.key.task == Task::kStop) {
      action.optional = false;
    } else if (action.key.task == Task::kStart || action.key.interval_ms > 0) {
      action.runnable = false;
    }
  }
}

Requires Planner::needs_of(RscId id, const OpKey& key) const {
  switch (key.task) {
    case Task::kStart:
    case Task::kPromote:
      if (key.phase != NotifyPhase::kNone) return Requires::kNothing;
      return rsc(id).need;
    case Task::kMigrateTo:
    case Task::kMigrateFrom:
      return rsc(id).need;
    default:
      return Requires::kNothing;
  }
}

ActionId Planner::request(RscId id, Task task, std::optional<NodeId> node, bool optional) {
  return request({id, OpKey{.task = task}, node, optional});
}

ActionId Planner::request(const Wanted& wanted) {
  std::optional<ActionId> found = plan_.find_requested(wanted.resource, wanted.key, wanted.node);
  if (!found) {
    Action action;
    action.task = wanted.task == Task::kNone ? wanted.key.task : wanted.task;
    action.key = wanted.key;
    action.resource = wanted.resource;
    action.node = wanted.node;
    action.optional = wanted.optional;
    action.needs = needs_of(wanted.resource, wanted.key);
    if (action.needs == Requires::kUnfencing) action.needs = Requires::kFencing;
    found = plan_.add(std::move(action));
  }
  Action& action = plan_.action(*found);
  if (!action.node) action.node = wanted.node;
  if (!wanted.optional) action.optional = false;
  const bool managed = placed(wanted.resource).managed;
  if (!managed && !action.pseudo && action.key.interval_ms == 0 && action.node) {
    action.optional = true;
  }
  evaluate(*found);
  return *found;
}

ActionId Planner::pseudo(RscId id, Task task, bool optional, bool runnable) {
  Action action;
  action.task = task;
  action.key.task = task;
  action.resource = id;
  action.optional = optional;
  action.runnable = runnable;
  action.pseudo = true;
  return plan_.add(std::move(action));
}

/// Whether an action may run at all, as things are; done anew on each request.
void Planner::evaluate(ActionId id) {
  Action& action = plan_.action(id);
  if (action.pseudo || !action.resource) return;
  if (!action.node) {
    action.runnable = false;
    return;
  }
  const NodeId node = *action.node;
  const Node& at = status_.node(node);
  // A guest comes up with its connection, unless that is left alone.
  const bool connects = !at.connection || placed(*at.connection).managed;
  const bool assumed_up = at.is_guest() && !at.needs_reset && connects;
  if (!action.run_on_dc && !is_online(node) && !assumed_up) {
    action.runnable = false;
    plan_.remarks.add(remark::NodeCannotAct{id, remark::NodeCannotAct::State::kOffline});
    const bool strays = action.key.task == Task::kStop && placed(*action.resource).managed;
    if (strays && !plan_.node(node).unclean) demand_fence(node, "stop is unrunnable");
    return;
  }
  if (!action.run_on_dc && at.pending) {
    action.runnable = false;
    plan_.remarks.add(remark::NodeCannotAct{id, remark::NodeCannotAct::State::kPending});
    return;
  }
  if (action.needs == Requires::kNothing) {
    action.reason.clear();
    action.runnable = !at.is_guest() || can_fence(status_, node);
    return;
  }
  evaluate_quorum(action);
}

void Planner::evaluate_quorum(Action& action) {
  PlacedResource& resource = placed(*action.resource);
  NoQuorumPolicy policy = status_.options.no_quorum_policy;
  if (status_.quorate) {
    policy = NoQuorumPolicy::kIgnore;
  } else if (policy == NoQuorumPolicy::kDemote) {
    policy = NoQuorumPolicy::kStop;
    if (resource.role == Role::kPromoted || resource.role == Role::kUnpromoted) {
      resource.next_role = std::min(resource.next_role, Role::kUnpromoted);
      policy = NoQuorumPolicy::kIgnore;
    }
  }
  if (policy == NoQuorumPolicy::kStop || policy == NoQuorumPolicy::kFence) {
    action.runnable = false;
    action.reason = "no quorum";
  } else if (policy != NoQuorumPolicy::kFreeze) {
    action.runnable = true;
  } else if (!is_active(status_, *action.resource, true) || resource.next_role > resource.role) {
    action.runnable = false;
    action.reason = "quorum freeze";
  }
}

ActionId Planner::fence(NodeId node, bool optional, std::string_view operation) {
  const std::string op(operation.empty() ? (status_.options.fence_with_off ? "off" : "reboot")
                                         : operation);
  const std::string key = base::cat("stonith-", status_.node(node).name, "-", op);
  const auto known = plan_.plain.find(key);
  if (known != plan_.plain.end()) {
    if (!optional) plan_.action(known->second).optional = false;
    return known->second;
  }
  Action action;
  action.task = Task::kFence;
  action.key.task = Task::kFence;
  action.plain_key = key;
  action.node = node;
  action.optional = optional;
  action.fence_operation = op;
  const ActionId id = plan_.add(std::move(action));
  if (op != "on") plan_.fencing[node.value()] = id;
  describe_devices(id);
  return id;
}

void Planner::demand_fence(NodeId node, std::string_view reason) {
  if (status_.node(node).is_guest()) return;
  if (!plan_.node(node).unclean) plan_.remarks.add(remark::FencingAsked{node, reason});
  plan_.node(node).unclean = true;
  const ActionId id = fence(node, true);
  if (plan_.action(id).reason.empty()) plan_.action(id).reason = reason;
}

void Planner::store(RscId first, Task first_task, RscId then, Task then_task,
                    effect::Bits effects) {
  plan_.store({ResourceTask{first, first_task}, ResourceTask{then, then_task}, effects});
}

/// A container is stopped where it runs. That of a bundle may not run at all any more; a machine is
/// then stopped where its guest failed: its agent may know of it what nobody recorded.
void Planner::replay_stop(const Demand& demand) {
  const auto& active_on = rsc(demand.resource).active_on;
  const bool bundled = bundle_of(status_, demand.resource).has_value();
  if (demand.reason == "container" && (bundled || !active_on.empty())) {
    for (const NodeId node : active_on) request(demand.resource, Task::kStop, node, false);
  } else {
    request(demand.resource, Task::kStop, demand.node, false);
  }
}

void Planner::replay_demands() {
  for (const NodeId node : status_.fence_order) {
    // Placement may have learnt that a remote node will be seen again; its fencing stays optional.
    if (status_.node(node).is_guest()) continue;
    const ActionId action = fence(node, true);
    if (plan_.action(action).reason.empty()) {
      plan_.action(action).reason = status_.node(node).fence_reason;
    }
  }
  for (const NodeId node : placement_.ticket_fenced) demand_fence(node, "deadman ticket was lost");
  for (const Demand& demand : status_.demands) {
    const OpKey key{.task = parse_task(demand.operation),
                    .interval_ms = demand.interval_ms,
                    .name = demand.operation};
    switch (demand.kind) {
      case Demand::Kind::kStop:
        replay_stop(demand);
        break;
      case Demand::Kind::kStopUnneeded:
        if (const auto stop =
                plan_.find_key(demand.resource, OpKey{.task = Task::kStop}, demand.node)) {
          plan_.action(*stop).optional = true;
        }
        break;
      case Demand::Kind::kDemote:
        request(demand.resource, Task::kDemote, demand.node, false);
        break;
      case Demand::Kind::kRecurring:
        request({demand.resource,
                 OpKey{.task = key.task,
                       .interval_ms = key.interval_ms,
                       .name = key.task == Task::kOther ? key.name : model::Text()},
                 demand.node, true});
        break;
      case Demand::Kind::kClearFailures:
        clear_failures(demand.resource, demand.node);
        break;
      case Demand::Kind::kEraseLock: {
        Action action;
        action.task = Task::kEraseHistory;
        action.key.task = Task::kEraseHistory;
        action.resource = demand.resource;
        action.node = demand.node;
        action.optional = false;
        action.run_on_dc = true;
        plan_.add(std::move(action));
        break;
      }
    }
  }
}

void Planner::create_actions(RscId id) {
  switch (rsc(id).kind) {
    case model::ResourceKind::kPrimitive:
      create_primitive(id);
      break;
    case model::ResourceKind::kGroup:
      create_group(id);
      break;
    case model::ResourceKind::kClone:
      create_clone(id);
      break;
    case model::ResourceKind::kBundle:
      create_bundle(id);
      break;
  }
}

}  // namespace systole::policy
