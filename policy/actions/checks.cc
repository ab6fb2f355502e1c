// What changed in the configuration since operations were done.

#include <algorithm>
#include <unordered_map>

#include "lib/base/strings.h"
#include "policy/actions/planner.h"
#include "policy/digest/digest.h"
#include "policy/status/fail_counts.h"
#include "policy/status/history_keys.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

OpKey recorded_key(const model::HistoryOperation& op) {
  const Task task = parse_task(op.operation);
  return {.task = task,
          .interval_ms = op.interval_ms,
          .name = task == Task::kOther ? op.operation : model::Text()};
}

bool is_compared(const model::HistoryOperation& op) {
  if (op.interval_ms > 0) return true;
  return op.operation == "monitor" || op.operation == "start" || op.operation == "promote" ||
         op.operation == "migrate_from";
}

}  // namespace

void Planner::check_histories() {
  // An entry is compared with everything that goes by its name, not only with the instance that it
  // was taken for.
  std::unordered_multimap<model::Text, RscId> by_name;
  for (std::size_t i = status_.resources.size(); i-- > 0;) {
    const Resource& resource = status_.resources[i];
    if (!resource.is_primitive()) continue;
    const RscId id(static_cast<std::uint32_t>(i));
    by_name.emplace(resource.id, id);
    if (!resource.alias.empty()) by_name.emplace(resource.alias, id);
  }
  for (const NodeId node : status_.node_order) {
    const model::NodeState* state = status_.node(node).state;
    // As the nodes were found: what is brought up only now has no operation to compare.
    const bool checked = status_.node(node).available() || status_.node(node).maintenance;
    if (!checked || state == nullptr) continue;
    for (const model::HistoryResource& entry : state->history) {
      if (entry.operations.empty()) continue;
      std::vector<RscId> named;
      const auto [first, last] = by_name.equal_range(entry.id);
      for (auto found = first; found != last; ++found) named.push_back(found->second);
      std::sort(named.begin(), named.end());
      for (const RscId id : named) check_history(id, node, entry);
    }
  }
}

void Planner::check_history(RscId id, NodeId node, const model::HistoryResource& entry) {
  const Resource& resource = rsc(id);
  if (resource.removed) {
    if (!clone_of(status_, id)) delete_history(id, node);
    return;
  }
  if (!is_active_on(resource, node)) {
    check_agent(id, node, entry);
    return;
  }
  if (check_agent(id, node, entry)) return;
  const auto operations = oldest_first(entry);
  const HistoryBounds bounds = bounds_of(operations);
  for (int i = 0; i < static_cast<int>(operations.size()); ++i) {
    if (i < bounds.start || bounds.stopped()) continue;
    check_operation(id, node, *operations[static_cast<std::size_t>(i)]);
  }
}

/// Returns whether the resource's agent is another one than was started.
bool Planner::check_agent(RscId id, NodeId node, const model::HistoryResource& entry) {
  const Resource& resource = rsc(id);
  if (resource.agent == entry.agent) return false;
  if (is_active_on(resource, node)) {
    request(id, Task::kStop, node, false);
    // The configured agent knows nothing of what the other one started: it starts afresh.
    if (plan_.resource(id).node) {
      const ActionId start = request(id, Task::kStart, plan_.resource(id).node, true);
      plan_.action(start).forced = true;
    }
  }
  unfence_after_change(id, node, "Device definition changed");
  delete_history(id, node);
  return true;
}

void Planner::delete_history(RscId id, NodeId node) {
  if (rsc(id).failed || plan_.node(node).unclean || !is_online(node)) return;
  request(id, Task::kDelete, node, false);
  store(id, Task::kStop, id, Task::kDelete, effect::kOrder);
  store(id, Task::kDelete, id, Task::kStart, effect::kOrder);
}

void Planner::cancel(RscId id, NodeId node, const model::HistoryOperation& op) {
  const ActionId cancelled = request({id, recorded_key(op), node, false});
  Action& action = plan_.action(cancelled);
  action.task = Task::kCancel;
  action.meta = {{"operation", std::string(op.operation)},
                 {"interval", base::cat(op.interval_ms)},
                 {"call-id", base::cat(op.call_id.value_or(0))}};
  plan_.store({ResourceTask{id, Task::kStop}, cancelled, effect::kOrder});
}

void Planner::check_operation(RscId id, NodeId node, const model::HistoryOperation& op) {
  if (!is_compared(op)) return;
  const Resource& resource = rsc(id);
  if (op.interval_ms > 0) {
    if (plan_.resource(id).maintenance || status_.node(node).maintenance) {
      cancel(id, node, op);
      return;
    }
    if (find_operation(resource, op.operation, op.interval_ms, true) == nullptr) {
      if (status_.options.cancel_removed_actions) cancel(id, node, op);
      clear_failures_of_change(id, node);
      return;
    }
  }
  // The address of a bundle's connection is not known before its container has a place.
  if (resource.is_remote_connection && bundle_of(status_, id)) return;
  apply_verdict(id, node, op);
}

void Planner::apply_verdict(RscId id, NodeId node, const model::HistoryOperation& op) {
  const DigestVerdict verdict = status_.expired.count(&op) != 0
                                    ? DigestVerdict::kMismatch
                                    : compare_digests(status_, id, node, op);
  if (verdict == DigestVerdict::kMatch) return;
  if (status_.expired.count(&op) == 0 && differs_in_secrets_alone(status_, id, node, op)) return;
  const bool uncertain = verdict == DigestVerdict::kMismatch || verdict == DigestVerdict::kUnknown;
  if (uncertain && op.interval_ms > 0) {
    const ActionId action = request({id, recorded_key(op), node, true});
    plan_.action(action).reschedule = true;
    unfence_after_change(id, node, "Device parameters changed (reschedule)");
  } else if (uncertain && !op.restart_digest.empty()) {
    reload(id, node);
    unfence_after_change(id, node, "Device parameters changed (reload)");
  } else {
    OpKey key = recorded_key(op);
    if (key.interval_ms == 0) key.task = Task::kStart;
    // Without a node: the start that is required is the one on the node that placement chose.
    const ActionId action = request({id, key, std::nullopt, false});
    plan_.action(action).reason = "resource definition change";
    unfence_after_change(id, node, "Device parameters changed");
  }
  clear_failures_of_change(id, node);
}

/// What failed as it was configured once may work as it is configured now.
void Planner::clear_failures_of_change(RscId id, NodeId node) {
  const FailCount failed = fail_count(status_, id, node, Expiry::kApplied);
  if (failed.count.value() != 0) clear_failures(id, node);
}

void Planner::reload(RscId id, NodeId node) {
  if (!plan_.resource(id).managed || rsc(id).failed) return;
  if (rsc(id).start_pending) {
    request(id, Task::kStop, node, false);
    return;
  }
  const ActionId action = request(id, Task::kReload, node, false);
  if (plan_.action(action).reason.empty()) {
    plan_.action(action).reason = "resource definition change";
  }
  plan_.reload[id.value()] = true;
  // A stop or demote that is needed anyway makes the reload pointless.
  plan_.store({action, ResourceTask{id, Task::kStop}, effect::kOrder | effect::kCancelsFirst});
  plan_.store({action, ResourceTask{id, Task::kDemote}, effect::kOrder | effect::kCancelsFirst});
}

void Planner::clear_failures(RscId id, NodeId node) {
  const ActionId action = request(id, Task::kClearFailures, node, false);
  auto& meta = plan_.action(action).meta;
  if (meta.empty()) meta.emplace_back("op_no_wait", "true");
  const Resource& resource = rsc(id);
  if (resource.reconnect_interval_ms == 0 || !resource.remote_node) return;
  if (!status_.options.fencing_enabled) return;
  plan_.order(fence(*resource.remote_node, true), action, effect::kFirstImpliesThen);
}

/// Failure counts of removed resources go with them.
void Planner::clear_removed_failures() {
  if (!status_.options.stop_removed_resources) return;
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    if (!status_.resources[i].removed || status_.resources[i].parent) continue;
    for (const NodeId node : status_.node_order) {
      if (!is_online(node)) continue;
      const FailCount failed = fail_count(status_, id, node, Expiry::kApplied);
      if (failed.count.value() == 0) continue;
      clear_failures(id, node);
      store(id, Task::kClearFailures, id, Task::kStop, effect::kOrder);
    }
  }
}

}  // namespace systole::policy
