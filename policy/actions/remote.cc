// Actions on nodes that are reached through a connection resource.

#include "policy/actions/planner.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

enum class Connection { kAlive, kResting, kUnknown, kFailed, kStopped };

Connection state_of(const ActionPlan& plan, RscId id) {
  const Status& status = plan.status();
  const Resource& rsc = status.resource(id);
  const PlacedResource& placed = plan.resource(id);
  const auto host = placed.current;
  if (placed.next_role == Role::kStopped || !placed.node) {
    if (host && plan.node(*host).unclean) return Connection::kFailed;
    if (!rsc.failed) return Connection::kStopped;
    const Node* node = rsc.remote_node ? &status.node(*rsc.remote_node) : nullptr;
    const bool waits = rsc.reconnect_interval_ms > 0 && placed.next_role == Role::kStopped &&
                       node != nullptr && node->fenced_since_start && !node->shutdown;
    return waits ? Connection::kUnknown : Connection::kFailed;
  }
  if (!host) return Connection::kUnknown;
  if (plan.node(*host).unclean || !plan.node(*host).online) return Connection::kResting;
  return rsc.partial_source ? Connection::kResting : Connection::kAlive;
}

}  // namespace

/// Whether the connection to a remote node failed and will not be made again.
bool Planner::is_connection_lost(NodeId node) const {
  const Node& at = status_.node(node);
  return at.kind == NodeKind::kRemote && at.connection &&
         state_of(plan_, *at.connection) == Connection::kFailed;
}

void Planner::order_remote_actions() {
  if (!status_.has_remote_nodes) return;
  const std::size_t count = plan_.size();
  // The newest first: the reason that a fencing gets first stays.
  for (std::size_t i = count; i-- > 0;) {
    const ActionId id(static_cast<std::uint32_t>(i));
    const Action& action = plan_.action(id);
    if (!action.resource) continue;
    if (action.task == Task::kClearFailures && rsc(*action.resource).is_remote_connection) {
      plan_.store({id, ResourceTask{*action.resource, Task::kStart}, effect::kOrder});
      continue;
    }
    // What a live migration stands in for is done itself where the migration cannot be.
    const bool stands_in = action.migratable && action.task == Task::kStart;
    if ((action.pseudo && !stands_in) || !action.node) continue;
    const Node& node = status_.node(*action.node);
    if (!node.is_remote_kind() || !node.connection) continue;
    if (action.task == Task::kStart && !action.pseudo) {
      for (const ActionId other : plan_.actions_of(*action.resource)) {
        const Action& stop = plan_.action(other);
        if (stop.task != Task::kStop || !stop.node || *stop.node == *action.node) continue;
        plan_.store({ResourceTask{*node.connection, Task::kStart}, other, effect::kOrder});
      }
    }
    if (node.kind == NodeKind::kRemote) {
      order_on_remote(id);
    } else {
      order_on_guest(id);
    }
  }
}

void Planner::order_on_remote(ActionId id) {
  using namespace effect;
  const Action& action = plan_.action(id);
  const NodeId node = *action.node;
  const RscId connection = *status_.node(node).connection;
  const Connection state = state_of(plan_, connection);
  const auto after_start = [&](Bits effects) {
    plan_.store({ResourceTask{connection, Task::kStart}, id, kGuestAllowed | effects});
  };
  const auto before_stop = [&](Bits effects) {
    plan_.store({id, ResourceTask{connection, Task::kStop}, kGuestAllowed | effects});
  };
  switch (action.key.task) {
    case Task::kStart:
    case Task::kPromote:
      // A connection that stands may migrate itself: it leaves after what migrates through it.
      if (action.pseudo && state == Connection::kAlive) return;
      after_start(kUnrunnableBlocks | (state == Connection::kFailed ? kFirstImpliesThen : kNone));
      return;
    case Task::kStop:
    case Task::kMigrateTo:
    case Task::kMigrateFrom:
      if (state == Connection::kAlive) {
        before_stop(kThenImpliesFirst);
      } else if (state == Connection::kFailed) {
        demand_fence(node, "resources are active but connection is unrecoverable");
      } else if (plan_.resource(connection).next_role == Role::kStopped) {
        before_stop(kThenImpliesFirst);
      } else {
        after_start(kUnrunnableBlocks);
      }
      return;
    case Task::kDemote:
      if (state == Connection::kResting || state == Connection::kUnknown) {
        after_start(kUnrunnableBlocks);
      }
      return;
    default:
      break;
  }
  if (action.key.interval_ms > 0) {
    after_start(kUnrunnableBlocks | kFirstImpliesThen);
    return;
  }
  if (action.key.task == Task::kMonitor && state == Connection::kFailed) {
    demand_fence(node, "resources are in unknown state and connection is unrecoverable");
  }
  if (plan_.resource(connection).current && state == Connection::kStopped) {
    before_stop(kUnrunnableBlocks);
  } else {
    after_start(kUnrunnableBlocks);
  }
}

void Planner::order_on_guest(ActionId id) {
  using namespace effect;
  const Action& action = plan_.action(id);
  const NodeId node = *action.node;
  const RscId connection = *status_.node(node).connection;
  const auto container = container_of_node(status_, node);
  const auto after = [&](RscId first, Bits effects) {
    plan_.store({ResourceTask{first, Task::kStart}, id, kGuestAllowed | effects});
  };
  switch (action.key.task) {
    case Task::kStart:
    case Task::kPromote:
      if (container) after(*container, kUnrunnableBlocks | kFirstImpliesThen);
      after(connection, kUnrunnableBlocks);
      return;
    case Task::kStop:
    case Task::kDemote:
      if (container && rsc(*container).failed) return;
      plan_.store({id, ResourceTask{connection, Task::kStop}, kGuestAllowed});
      return;
    default:
      // Monitors begin again with each new connection; nothing has to be cancelled for it.
      if (action.task == Task::kCancel) return;
      after(connection,
            kUnrunnableBlocks | (action.key.interval_ms > 0 ? kFirstImpliesThen : kNone));
  }
}

}  // namespace systole::policy
