#pragma once

#include <vector>

#include "policy/status/status.h"

namespace systole::policy {

/// One resource's history on one node while it is being read.
struct HistoryEntry {
  Status& status;
  RscId id;
  NodeId node;
  const model::HistoryResource& record;
  std::vector<const model::HistoryOperation*> operations;  ///< oldest first
  OnFail on_fail = OnFail::kIgnore;                        ///< the worst so far
  const model::HistoryOperation* last_failure = nullptr;

  Resource& resource() { return status.resource(id); }
  Node& at() { return status.node(node); }
};

/// Takes one more operation into account.
void interpret(HistoryEntry& entry, const model::HistoryOperation& op);

/// The outcome of an operation while it is being judged.
struct Outcome {
  const model::HistoryOperation& op;
  int rc = 0;
  int status = 0;
  int expected = -1;
  bool probe = false;
  bool expired = false;
  bool masked = false;  ///< a probe that failed because the resource cannot run there at all
};

/// Whether a failure is so old that it does not count any more. May ask for the failure count to be
/// cleared.
bool is_expired(HistoryEntry& entry, const model::HistoryOperation& op);

void apply_success(HistoryEntry& entry, const Outcome& outcome);
void apply_failure(HistoryEntry& entry, const Outcome& outcome, OnFail on_fail);
void apply_pending(HistoryEntry& entry, const Outcome& outcome);

/// Live migrations: who runs where after a migrate_to or migrate_from.
void apply_migrate_to(HistoryEntry& entry, const model::HistoryOperation& op);
void apply_failed_migrate_to(HistoryEntry& entry, const model::HistoryOperation& op);
void apply_failed_migrate_from(HistoryEntry& entry, const model::HistoryOperation& op);

/// What the whole entry means for the resource and its node.
void conclude(HistoryEntry& entry, Role role_before);

/// Bans the resource (all instances of an anonymous clone) from the entry's node, or from all.
void ban_after_failure(HistoryEntry& entry, const model::HistoryOperation& op, bool everywhere);

/// The role of a resource that runs without being promoted.
Role active_role(const Status& status, RscId rsc);

}  // namespace systole::policy
