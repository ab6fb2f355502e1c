#pragma once

#include <cstdint>
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

/// The executor's device is busy with other targets (pcmk_action_limit), so that the attempt starts
/// up to `wait` later: that is not its own time, and a device that is stopped between off and on
/// leaves its target off.
struct WaitMessage {
  std::string operation;
  std::uint32_t attempt = 0;
  std::chrono::milliseconds wait{0};
  bool operator==(const WaitMessage&) const = default;
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

/// Sent by every member when somebody joined. The first that is delivered after the change names
/// the exchange: whoever refers to it has seen the change.
struct MarkMessage {
  std::uint64_t exchange = 0;
  bool operator==(const MarkMessage&) const = default;
};

struct SyncMessage;

using Message =
    std::variant<RequestMessage, AnswerMessage, PlanMessage, ResultMessage, GiveUpMessage,
                 ConfirmMessage, CleanupMessage, MarkMessage, SyncMessage, WaitMessage>;

/// A message with its sender.
struct Delivery;

/// What one component of the membership knows and others may not.
struct SyncState {
  std::vector<HistoryEntry> history;
  std::vector<Operation> operations;
  std::vector<Delivery> backlog;  ///< delivered, but waiting for an earlier exchange to complete
  bool operator==(const SyncState&) const;
};

/// Sent by every member in an exchange. The members work on once they have all of them.
struct SyncMessage {
  std::uint64_t exchange = 0;
  std::string name;  ///< the sender's node name
  SyncState state;   ///< empty unless the sender speaks for those that know the same
  bool operator==(const SyncMessage&) const = default;
};

struct Delivery {
  NodeNumber sender;
  Message message;
  bool operator==(const Delivery&) const = default;
};

inline bool SyncState::operator==(const SyncState& other) const {
  return history == other.history && operations == other.operations && backlog == other.backlog;
}

}  // namespace systole::fencing
