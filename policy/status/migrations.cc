#include <algorithm>

#include "policy/status/build.h"
#include "policy/status/history_entry.h"
#include "policy/status/history_keys.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::HistoryOperation;
using model::Text;

std::optional<NodeId> node_named(const Status& status, Text name) {
  const auto found = status.node_by_name.find(name);
  if (found == status.node_by_name.end()) return std::nullopt;
  return found->second;
}

/// What `node` recorded about the entry's resource, or null.
const model::HistoryResource* record_on(HistoryEntry& entry, NodeId node) {
  const model::NodeState* state = entry.status.node(node).state;
  if (state == nullptr) return nullptr;
  const auto found = std::find_if(state->history.begin(), state->history.end(),
                                  [&](const auto& record) { return record.id == entry.record.id; });
  return found == state->history.end() ? nullptr : &*found;
}

bool moves_resource(const HistoryOperation& op) {
  return op.operation == "start" || op.operation == "stop" || op.operation == "migrate_to" ||
         op.operation == "migrate_from";
}

/// Whether `record` holds an operation newer than `than` that decides where the resource is.
/// `same_node`: both are of one node.
bool has_newer_move(const model::HistoryResource* record, const HistoryOperation& than,
                    bool same_node) {
  if (record == nullptr) return false;
  return std::any_of(record->operations.begin(), record->operations.end(), [&](const auto& op) {
    return moves_resource(op) && &op != &than && is_older(than, op, same_node);
  });
}

bool has_newer_state(const model::HistoryResource* record, const HistoryOperation& than,
                     bool same_node) {
  if (has_newer_move(record, than, same_node)) return true;
  if (record == nullptr) return false;
  return std::any_of(record->operations.begin(), record->operations.end(), [&](const auto& op) {
    return op.operation == "monitor" && op.rc == rc::kNotRunning && op.status == op_status::kDone &&
           is_older(than, op, same_node);
  });
}

bool has_completed_operation(const model::HistoryResource* record) {
  if (record == nullptr) return false;
  return std::any_of(record->operations.begin(), record->operations.end(), [](const auto& op) {
    return op.status.value_or(op_status::kDone) != op_status::kPending;
  });
}

const HistoryOperation* find_migrate_from(const model::HistoryResource* record, Text source) {
  if (record == nullptr) return nullptr;
  for (const HistoryOperation& op : record->operations) {
    if (op.operation == "migrate_from" && op.migrate_source == source) return &op;
  }
  return nullptr;
}

const HistoryOperation* find_migrate_to(const model::HistoryResource* record, Text target) {
  if (record == nullptr) return nullptr;
  for (const HistoryOperation& op : record->operations) {
    if (op.operation == "migrate_to" && op.migrate_target == target) return &op;
  }
  return nullptr;
}

void fail_migration(Resource& rsc) {
  rsc.failed = true;
  rsc.must_stop = true;
  rsc.allow_migrate = false;
}

/// The two ends of a migration, as the entry of the source sees them.
struct Ends {
  NodeId target;
  const model::HistoryResource* source_record;
  const model::HistoryResource* target_record;
};

/// `reference` is the newest that is known of the migration: its end on the target where that has
/// begun, for operations of different nodes cannot be compared reliably.
void apply_unfinished(HistoryEntry& entry, const HistoryOperation& op,
                      const HistoryOperation& reference, const Ends& ends) {
  Resource& rsc = entry.resource();
  const Node& target = entry.status.node(ends.target);
  if (target.online && !has_completed_operation(ends.target_record)) return;
  if (target.online && !has_newer_state(ends.target_record, reference, &reference != &op)) {
    add_active_node(entry.status, entry.id, ends.target);
    if (entry.at().online) {
      rsc.partial_source = entry.node;
      rsc.partial_target = ends.target;
    }
  } else if (!has_newer_move(ends.source_record, op, true)) {
    fail_migration(rsc);
  }
}

}  // namespace

void apply_migrate_to(HistoryEntry& entry, const HistoryOperation& op) {
  const auto source = node_named(entry.status, op.migrate_source);
  const auto target = node_named(entry.status, op.migrate_target);
  if (!source || !target || *source != entry.node) return;
  const Ends ends{*target, &entry.record, record_on(entry, *target)};
  const HistoryOperation* from = find_migrate_from(ends.target_record, op.migrate_source);
  const bool source_moved_on = has_newer_move(ends.source_record, op, true);
  if (source_moved_on && from != nullptr) return;
  const HistoryOperation& reference = from != nullptr ? *from : op;
  if (source_moved_on && has_newer_state(ends.target_record, reference, from != nullptr)) return;

  Resource& rsc = entry.resource();
  const bool pending = from == nullptr || from->status == op_status::kPending;
  if (!pending && from->status == op_status::kDone && from->rc == rc::kOk) {
    rsc.role = Role::kStopped;
    rsc.dangling_sources.insert(rsc.dangling_sources.begin(), entry.node);
    return;
  }
  rsc.role = Role::kStarted;
  if (pending) {
    apply_unfinished(entry, op, reference, ends);
    return;
  }
  const bool newer = has_newer_state(ends.target_record, *from, true);
  if (entry.status.node(*target).online && !newer) {
    add_active_node(entry.status, entry.id, *target);
  } else {
    fail_migration(rsc);
  }
}

void apply_failed_migrate_to(HistoryEntry& entry, const HistoryOperation& op) {
  const auto source = node_named(entry.status, op.migrate_source);
  const auto target = node_named(entry.status, op.migrate_target);
  Resource& rsc = entry.resource();
  rsc.role = Role::kStarted;
  if (!source || !target || *source != entry.node) return;
  const model::HistoryResource* record = record_on(entry, *target);
  const HistoryOperation* from = find_migrate_from(record, op.migrate_source);
  const HistoryOperation& reference = from != nullptr ? *from : op;
  if (has_completed_operation(record) && !has_newer_state(record, reference, from != nullptr)) {
    if (entry.status.node(*target).online) add_active_node(entry.status, entry.id, *target);
  } else if (!has_newer_move(&entry.record, op, true)) {
    rsc.dangling_sources.insert(rsc.dangling_sources.begin(), entry.node);
  }
}

void apply_failed_migrate_from(HistoryEntry& entry, const HistoryOperation& op) {
  const auto source = node_named(entry.status, op.migrate_source);
  const auto target = node_named(entry.status, op.migrate_target);
  entry.resource().role = Role::kStarted;
  if (!source || !target || *target != entry.node) return;
  const model::HistoryResource* record = record_on(entry, *source);
  // The source knows best what came after its part of the migration.
  const HistoryOperation* to = find_migrate_to(record, op.migrate_target);
  const bool moved_on =
      to != nullptr ? has_newer_state(record, *to, true) : has_newer_state(record, op, false);
  if (!has_completed_operation(record) || moved_on) return;
  if (entry.status.node(*source).online) add_active_node(entry.status, entry.id, *source);
}

}  // namespace systole::policy
