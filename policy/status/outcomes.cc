#include <algorithm>

#include "policy/status/build.h"
#include "policy/status/history_entry.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::HistoryOperation;
using model::Text;

bool same_key(const HistoryOperation& a, const HistoryOperation& b) {
  return a.operation == b.operation && a.interval_ms == b.interval_ms;
}

void forget_failure(HistoryEntry& entry) {
  switch (entry.on_fail) {
    case OnFail::kStop:
    case OnFail::kBan:
    case OnFail::kStandby:
    case OnFail::kFence:
      return;
    case OnFail::kResetRemote:
      if (entry.resource().reconnect_interval_ms > 0) return;
      break;
    case OnFail::kBlock:
    case OnFail::kIgnore:
    case OnFail::kDemote:
    case OnFail::kRestart:
    case OnFail::kRestartContainer:
      break;
  }
  entry.on_fail = OnFail::kIgnore;
  entry.resource().next_role = Role::kUnknown;
}

/// The role that a resource falls to after a failure, kStarted where the failure leaves it alone.
Role role_after(const HistoryEntry& entry, const HistoryOperation& op, OnFail on_fail) {
  if (on_fail == OnFail::kStop) return Role::kStopped;
  if (on_fail == OnFail::kResetRemote) {
    const Resource& rsc = entry.status.resource(entry.id);
    return rsc.reconnect_interval_ms > 0 ? Role::kStopped : Role::kStarted;
  }
  return op.operation == "promote" ? Role::kUnpromoted : Role::kStarted;
}

void set_role_after_failed_demote(HistoryEntry& entry, const Outcome& outcome, OnFail on_fail) {
  Resource& rsc = entry.resource();
  if (on_fail == OnFail::kBlock) {
    rsc.role = Role::kPromoted;
    rsc.next_role = Role::kStopped;
  } else {
    rsc.role = outcome.rc == rc::kNotRunning ? Role::kStopped : Role::kUnpromoted;
  }
}

void set_failed_role(HistoryEntry& entry, const Outcome& outcome, OnFail on_fail) {
  Resource& rsc = entry.resource();
  const Text task = outcome.op.operation;
  if (task == "stop") {
    ban_after_failure(entry, outcome.op, false);
  } else if (task == "promote") {
    rsc.role = Role::kPromoted;
  } else if (task == "demote") {
    set_role_after_failed_demote(entry, outcome, on_fail);
  } else if (task == "migrate_to") {
    apply_failed_migrate_to(entry, outcome.op);
  } else if (task == "migrate_from") {
    apply_failed_migrate_from(entry, outcome.op);
  }
  if (outcome.probe && outcome.rc == rc::kNotInstalled) {
    rsc.role = Role::kStopped;
  } else if (rsc.role < Role::kStarted) {
    // Whatever failed may well run.
    rsc.role = active_role(entry.status, entry.id);
  }
}

}  // namespace

void apply_success(HistoryEntry& entry, const Outcome& outcome) {
  Resource& rsc = entry.resource();
  const Text task = outcome.op.operation;
  bool clears = false;
  if (outcome.rc == rc::kNotInstalled) {
    rsc.role = Role::kStopped;
  } else if (outcome.rc == rc::kNotRunning) {
    clears = true;
  } else if (task == "monitor" || task == "asyncmon") {
    if (rsc.role < Role::kStarted) rsc.role = active_role(entry.status, entry.id);
    clears = entry.last_failure != nullptr && same_key(*entry.last_failure, outcome.op);
  } else if (task == "start" || task == "migrate_from") {
    rsc.role = Role::kStarted;
    clears = true;
  } else if (task == "stop") {
    rsc.role = Role::kStopped;
    clears = true;
  } else if (task == "promote") {
    rsc.role = Role::kPromoted;
    clears = true;
  } else if (task == "demote") {
    rsc.role = Role::kUnpromoted;
    clears = entry.on_fail == OnFail::kDemote;
  } else if (task == "migrate_to") {
    apply_migrate_to(entry, outcome.op);
  }
  if (clears) forget_failure(entry);
}

void apply_failure(HistoryEntry& entry, const Outcome& outcome, OnFail on_fail) {
  entry.on_fail = std::max(entry.on_fail, on_fail);
  entry.last_failure = &outcome.op;
  set_failed_role(entry, outcome, on_fail);
  const Role after = role_after(entry, outcome.op, on_fail);
  Resource& rsc = entry.resource();
  if (after == Role::kStarted || rsc.next_role >= after) {
    if (after == Role::kStopped) ban_after_failure(entry, outcome.op, true);
    return;
  }
  rsc.next_role = after;
  if (after == Role::kStopped) ban_after_failure(entry, outcome.op, true);
}

void apply_pending(HistoryEntry& entry, const Outcome& outcome) {
  const HistoryOperation& op = outcome.op;
  if (entry.last_failure != nullptr && same_key(*entry.last_failure, op) &&
      entry.last_failure->last_change.value_or(0) >= op.last_change.value_or(0)) {
    return;
  }
  Resource& rsc = entry.resource();
  if (op.operation == "start") {
    rsc.role = active_role(entry.status, entry.id);
    rsc.start_pending = true;
  } else if (op.operation == "promote") {
    rsc.role = Role::kPromoted;
  } else if (op.operation == "migrate_to" && entry.at().unclean) {
    const auto target = entry.status.node_by_name.find(op.migrate_target);
    if (target != entry.status.node_by_name.end()) {
      entry.status.demands.push_back(
          {Demand::Kind::kStop, entry.id, target->second, "stop", 0, {}});
    }
  }
  if (!rsc.pending_task.empty() || outcome.probe) return;
  rsc.pending_task = op.operation;
  rsc.pending_node = entry.node;
}

}  // namespace systole::policy
