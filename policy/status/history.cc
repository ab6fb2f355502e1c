#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/build.h"
#include "policy/status/history_entry.h"
#include "policy/status/history_keys.h"
#include "policy/status/history_mapping.h"
#include "policy/status/queries.h"
#include "policy/status/traits.h"

namespace systole::policy {

namespace {

using model::Text;

/// Recurring operations that run, so that the plan need not start them again.
void find_recurring(HistoryEntry& entry) {
  if (!entry.at().online) return;
  const HistoryBounds bounds = bounds_of(entry.operations);
  for (int i = 0; i < static_cast<int>(entry.operations.size()); ++i) {
    const model::HistoryOperation& op = *entry.operations[static_cast<std::size_t>(i)];
    if (bounds.stopped() ? i <= bounds.stop : i < bounds.start) continue;
    if (op.interval_ms == 0 || op.status.value_or(0) == op_status::kPending) continue;
    if (op.operation == "cancel") continue;
    entry.status.demands.push_back(
        {Demand::Kind::kRecurring, entry.id, entry.node, op.operation, op.interval_ms, {}});
  }
}

void read_shutdown_lock(Status& status, RscId id, NodeId node,
                        const model::HistoryResource& record) {
  if (record.shutdown_lock <= 0) return;
  const std::int64_t limit = model::to_seconds(status.options.shutdown_lock_limit_ms);
  if (limit > 0) {
    if (status.snapshot->now > record.shutdown_lock + limit) {
      status.demands.push_back(
          {Demand::Kind::kEraseLock, id, node, "lrm_delete", 0, "shutdown lock expired"});
      return;
    }
    note_change(status, record.shutdown_lock + limit + 1);
  }
  status.resource(id).lock_node = node;
  status.resource(id).lock_time = record.shutdown_lock;
}

void read_entry(Status& status, NodeId node, const model::HistoryResource& record) {
  if (record.operations.empty() && !status.options.shutdown_lock) return;
  std::optional<RscId> id = map_entry(status, node, record);
  if (!id) {
    if (record.operations.empty()) return;
    id = add_removed_resource(status, record);
  }
  name_after_history(status, *id, record.id);
  status.resource(*id).history.push_back({node, &record});
  if (status.options.shutdown_lock) read_shutdown_lock(status, *id, node, record);
  HistoryEntry entry{status, *id, node, record, oldest_first(record), OnFail::kIgnore, nullptr};
  const Role before = entry.resource().role;
  entry.resource().role = Role::kUnknown;
  for (const model::HistoryOperation* op : entry.operations) interpret(entry, *op);
  find_recurring(entry);
  conclude(entry, before);
}

bool is_readable(const Status& status, NodeId id) {
  const Node& node = status.node(id);
  // Containers and connections run, too, where their agents call them promoted.
  const auto runs = [&](RscId rsc) { return status.resource(rsc).role >= Role::kStarted; };
  if (node.is_guest()) {
    const auto container = container_of_node(status, id);
    return node.connection && container && runs(*node.connection) && runs(*container);
  }
  if (node.kind == NodeKind::kRemote) {
    return node.connection && (runs(*node.connection) || status.options.shutdown_lock);
  }
  return status.options.fencing_enabled || status.options.shutdown_lock || node.online;
}

std::optional<NodeId> node_of(const Status& status, const model::NodeState& state) {
  if (const auto found = status.node_by_id.find(state.id); found != status.node_by_id.end()) {
    return found->second;
  }
  const auto found = status.node_by_name.find(state.name);
  if (found == status.node_by_name.end() || state.name.empty()) return std::nullopt;
  return found->second;
}

bool read_node_histories(Status& status, bool all) {
  bool any = false;
  for (const model::NodeState& state : status.snapshot->states) {
    const auto id = node_of(status, state);
    if (!id || status.node(*id).history_read) continue;
    if (!all && !is_readable(status, *id)) continue;
    status.node(*id).history_read = true;
    any = true;
    if (status.node(*id).is_remote_kind()) read_connected_state(status, *id);
    for (const model::HistoryResource& record : state.history) read_entry(status, *id, record);
  }
  return any;
}

}  // namespace

void name_after_history(Status& status, RscId id, Text name) {
  Resource& rsc = status.resource(id);
  if (rsc.id == name) return;
  rsc.alias = name;
  status.by_alias.emplace(name, id);
}

RscId add_removed_resource(Status& status, const model::HistoryResource& record) {
  model::ResourceConfig config;
  config.id = record.id;
  config.agent = record.agent;
  config.attributes = {
      {"id", record.id}, {"class", record.agent.standard}, {"type", record.agent.type}};
  if (!record.agent.provider.empty()) {
    config.attributes.push_back({"provider", record.agent.provider});
  }
  status.implied->push_back(std::move(config));
  const RscId id = *add_resource(status, status.implied->back(), std::nullopt, -1);
  Resource& rsc = status.resource(id);
  rsc.removed = true;
  status.top_level.push_back(id);
  read_needs(status, id);
  if (rsc.is_remote_connection) {
    const auto known = status.node_by_name.find(rsc.id);
    const NodeId node = known != status.node_by_name.end()
                            ? known->second
                            : add_node(status, rsc.id, rsc.id, NodeKind::kRemote);
    for (const model::NodeState& state : status.snapshot->states) {
      if (state.name == rsc.id) status.node(node).state = &state;
    }
    status.node(node).connection = id;
    status.node(node).shutdown = true;
    status.resource(id).remote_node = node;
  }
  if (!record.container.empty()) {
    if (const auto launcher = find_resource(status, record.container)) {
      set_launcher(status, id, *launcher);
      if (const auto node = rsc.remote_node; node && rsc.launcher) {
        status.node(*node).kind = NodeKind::kGuest;
        status.node(*node).attributes.set("#kind", "container");
      }
    }
  }
  if (status.options.stop_removed_resources) {
    adjust_everywhere(status, id, {base::Score::minus_infinity(), {ScoreCause::kRemoved}});
  } else {
    status.resource(id).managed = false;
  }
  return id;
}

void read_histories(Status& status) {
  while (read_node_histories(status, false)) {
  }
  if (status.options.fencing_enabled) {
    while (read_node_histories(status, true)) {
    }
  }
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    const NodeId id(static_cast<std::uint32_t>(i));
    if (!status.node(id).is_remote_kind()) continue;
    if (!status.node(id).history_read) determine_remote_online(status, id);
    const auto connection = status.node(id).connection;
    if (status.node(id).shutdown && connection) {
      status.resource(*connection).next_role = Role::kStopped;
    }
  }
}

Status read_status(const model::Snapshot& snapshot, Reasons reasons) {
  Status status;
  status.ledger = ScoreLedger(reasons);
  status.remarks = Remarks(reasons != Reasons::kNone);
  status.snapshot = &snapshot;
  status.quorate = snapshot.quorate;
  RuleContext context;
  context.now = {snapshot.now, snapshot.utc_offset};
  context.next_change = &status.next_change;
  status.options = read_options(snapshot, context);
  for (const model::TicketState& ticket : snapshot.tickets) {
    status.tickets.emplace(ticket.id, ticket);
  }
  read_nodes(status);
  read_resources(status);
  read_node_states(status);
  read_histories(status);
  return status;
}

}  // namespace systole::policy
