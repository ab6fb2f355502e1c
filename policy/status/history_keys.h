#pragma once

#include <optional>

#include "lib/model/snapshot.h"

namespace systole::policy {

/// A transition key: which action of which transition of which engine, and the result it expected.
struct TransitionKey {
  int action = 0;
  int transition = 0;
  int expected_rc = -1;
  model::Text engine;
};

std::optional<TransitionKey> parse_transition_key(model::Text text);

/// The result that the operation's author expected; -1 where that is not known.
int expected_rc(const model::HistoryOperation& op);

/// `id` without the number of an instance at its end.
model::Text base_name(model::Text id);

/// Whether `a` is older than `b`. Call ids count on their own node only; operations of two nodes
/// are compared by time.
bool is_older(const model::HistoryOperation& a, const model::HistoryOperation& b, bool same_node);

/// The operations that tell a resource's state, oldest first.
std::vector<const model::HistoryOperation*> oldest_first(const model::HistoryResource& entry);

/// Which part of a history counts. Indices into the operations, oldest first; -1: there is none.
struct HistoryBounds {
  int start = -1;
  int stop = -1;
  bool stopped() const { return start < stop; }
};
HistoryBounds bounds_of(const std::vector<const model::HistoryOperation*>& operations);

}  // namespace systole::policy
