#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agents/executor/core/record.h"
#include "agents/executor/core/types.h"

namespace systole::executor {

enum class Answer {
  kOk,
  kStarted,    ///< of an execution: the call names it from now on
  kEndsLater,  ///< of an unregistration: an operation runs, it is done when that ends
  kUnknownResource,
  kUnknownOperation,
  kInvalid,
};

/// Answers a request. Every request event has exactly one.
struct Reply {
  ClientId client{};
  CallId call{};
  Answer answer = Answer::kOk;
  bool operator==(const Reply&) const = default;
};

enum class Notice { kRegistered, kUnregistered, kPoked };

/// Tells all registered clients of a request that was carried out, or of an unregistration that
/// is, later.
struct Announce {
  Notice notice = Notice::kPoked;
  CallId call{};
  std::string resource{};
  Answer answer = Answer::kOk;
  bool operator==(const Announce&) const = default;
};

/// Sends a result to one client or to all registered ones.
struct Deliver {
  OperationResult result{};
  std::optional<ClientId> only{};
  bool operator==(const Deliver&) const = default;
};

/// Runs an agent. It is answered by exactly one RunEnded or RunLost, unless StopAgent says that
/// nobody waits for it any more.
struct StartAgent {
  RunId run{};
  CallId call{};
  Agent agent{};
  Operation operation{};
  bool operator==(const StartAgent&) const = default;
};

/// Kills an agent with its process group.
struct StopAgent {
  RunId run{};
  bool abandoned = false;  ///< no event about it is expected any more
  bool operator==(const StopAgent&) const = default;
};

struct Persist {
  Record record{};
  bool operator==(const Persist&) const = default;
};
struct Forget {
  RecordKey key{};
  bool operator==(const Forget&) const = default;
};

using Effect = std::variant<Reply, Announce, Deliver, StartAgent, StopAgent, Persist, Forget>;
/// To be carried out in this order.
using Effects = std::vector<Effect>;

}  // namespace systole::executor
