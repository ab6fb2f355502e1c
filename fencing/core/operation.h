#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "fencing/core/history.h"
#include "fencing/core/plan.h"

namespace systole::fencing {

/// A client's call that waits for an answer, on the node whose shell gave it.
using Token = base::Id<struct TokenTag, std::uint64_t>;

/// Somebody who waits for an operation. Several when requests were merged.
struct Requester {
  NodeNumber node;
  Token token;
  bool operator==(const Requester&) const = default;
};

/// What a client asks for.
struct FenceOrder {
  std::chrono::milliseconds timeout{60000};  ///< for each device without a timeout of its own
  std::chrono::milliseconds tolerance{0};    ///< a success as recent as this counts
  /// Added to the first device's own delays; nothing switches all delays off.
  std::optional<std::chrono::milliseconds> delay = std::chrono::milliseconds(0);
  bool allow_self = true;
  bool operator==(const FenceOrder&) const = default;
};

/// Where in its plan an operation is.
struct Cursor {
  std::size_t route = 0;
  std::size_t step = 0;
  std::size_t executor = 0;
  bool operator==(const Cursor&) const = default;
};

/// A fencing that has not ended. Every fencer holds the same, because every change follows from a
/// message or membership change that CPG delivers to all in one order.
///
/// The owner is the first requester's node. It alone adds what cannot follow from the order: when
/// to stop waiting. An operation without a living requester starts nothing new; what is running is
/// still waited for, since its success is a fact.
struct Operation {
  HistoryEntry entry;
  FenceOrder order;
  std::vector<Requester> requesters;
  std::map<NodeNumber, std::vector<DeviceOffer>> answers;
  std::optional<Plan> plan;
  Cursor cursor;
  std::uint32_t attempt = 0;  ///< counts the device runs; a result of another one is stale
  bool executing = false;
  std::chrono::milliseconds queued{0};  ///< of the attempt: what its device may take for others
  bool failed_before = false;           ///< some attempt failed; delays are not repeated
  ActionResult last_failure;
  /// The target was a member after a device had been run. What that run ended may have been an
  /// earlier boot: its success says nothing to a later request.
  bool target_returned = false;
  bool operator==(const Operation&) const = default;

  /// REQUIRES: plan, and a cursor within it.
  const Step& step() const { return plan->routes[cursor.route].steps[cursor.step]; }
  NodeNumber executor() const { return step().executors[cursor.executor]; }
  std::optional<NodeNumber> owner() const {
    if (requesters.empty()) return std::nullopt;
    return requesters.front().node;
  }
};

}  // namespace systole::fencing
