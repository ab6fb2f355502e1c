#pragma once

#include <set>
#include <string>
#include <variant>
#include <vector>

#include "fencing/core/operation.h"

namespace systole::fencing {

/// Messages that fencers multicast. CPG delivers them to every fencer, the sender too, in one
/// order.

/// Fence a target.
struct RequestMessage {
  HistoryEntry entry;
  FenceOrder order;
  Token token;
  bool operator==(const RequestMessage&) const = default;
};

/// What the sender's devices can do for an operation.
struct AnswerMessage {
  std::string operation;
  std::vector<DeviceOffer> offers;
  bool operator==(const AnswerMessage&) const = default;
};

/// The owner's choice.
struct PlanMessage {
  std::string operation;
  Plan plan;
  bool operator==(const PlanMessage&) const = default;
};

/// The executor's result of an attempt.
struct ResultMessage {
  std::string operation;
  std::uint32_t attempt = 0;
  ActionResult result;
  WallTime date;
  bool operator==(const ResultMessage&) const = default;
};

/// The owner waits no longer, for an attempt (its executor says nothing) or for the operation
/// (attempt 0).
struct GiveUpMessage {
  std::string operation;
  std::uint32_t attempt = 0;
  ActionResult result;
  WallTime date;
  bool operator==(const GiveUpMessage&) const = default;
};

/// A person says that the target is down.
struct ConfirmMessage {
  HistoryEntry entry;
  Token token;
  bool operator==(const ConfirmMessage&) const = default;
};

/// Forget ended fencings of `target`, or of all when it is empty.
struct CleanupMessage {
  std::string target;
  Token token;
  bool operator==(const CleanupMessage&) const = default;
};

struct SyncMessage;

using Message = std::variant<RequestMessage, AnswerMessage, PlanMessage, ResultMessage,
                             GiveUpMessage, ConfirmMessage, CleanupMessage, SyncMessage>;

/// A message with its sender.
struct Delivery;

/// What one component of the membership knows and others may not.
struct SyncState {
  std::vector<HistoryEntry> history;
  std::vector<Operation> operations;
  std::vector<Delivery> backlog;  ///< delivered, but waiting for an earlier exchange to complete
};

/// Sent by every member after somebody joined. The members work on once they have all of them.
struct SyncMessage {
  std::set<NodeNumber> members;  ///< of the view that this is for
  std::string name;              ///< the sender's node name
  bool has_state = false;        ///< one member speaks for those that know the same
  SyncState state;
};

struct Delivery {
  NodeNumber sender;
  Message message;
};

}  // namespace systole::fencing
