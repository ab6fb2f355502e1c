#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/duration.h"
#include "lib/base/ids.h"
#include "lib/model/execution.h"

namespace systole::executor {

using base::Milliseconds;

/// Numbers a request; the answer to an execution names the operation by it. Greater means later,
/// across restarts of the executor too (the history in the CIB is ordered by it).
using CallId = base::Id<struct CallIdTag, std::int32_t>;
/// A connection. Not reused.
using ClientId = base::Id<struct ClientIdTag, std::uint64_t>;
/// One execution of an agent. Not reused, across restarts too.
using RunId = base::Id<struct RunIdTag, std::uint64_t>;
/// One result of an operation; a recurring one has many. Not reused, across restarts too.
using ResultId = base::Id<struct ResultIdTag, std::uint64_t>;

/// The two clocks, read by the shell.
struct Now {
  Milliseconds steady{0};         ///< never set back; from any origin
  std::chrono::seconds epoch{0};  ///< since 1970, for people and the CIB
};

struct Agent {
  std::string standard{};  ///< ocf, lsb, stonith ...
  std::string provider{};  ///< only of ocf
  std::string type{};
  bool operator==(const Agent&) const = default;
};

struct Resource {
  std::string id{};
  Agent agent{};
  bool operator==(const Resource&) const = default;
};

struct Parameter {
  std::string name{};
  std::string value{};
  bool operator==(const Parameter&) const = default;
};

/// An operation as a client asked for it.
struct Operation {
  std::string resource{};
  std::string action{};
  Milliseconds interval{0};  ///< 0: once
  Milliseconds timeout{0};   ///< 0: none
  Milliseconds start_delay{0};
  std::string user_data{};  ///< returned unchanged in every result
  std::vector<Parameter> parameters{};
  bool only_to_originator = false;
  bool only_changes = false;  ///< of a recurring one: results after the first only when they differ
  bool operator==(const Operation&) const = default;

  bool recurring() const { return interval.count() > 0; }
};

/// What came of one execution of an agent.
struct AgentResult {
  model::ExitCode code = model::ExitCode::kUnknown;
  model::ExecutionStatus status = model::ExecutionStatus::kUnknown;
  std::string exit_reason{};
  std::string output{};
  Milliseconds run_time{0};
  bool operator==(const AgentResult&) const = default;
};

/// What clients are told.
struct OperationResult {
  ResultId id{};
  CallId call{};
  Operation operation{};
  AgentResult result{};
  bool resource_removed = false;        ///< it was unregistered meanwhile
  std::chrono::seconds last_run{0};     ///< since the epoch
  std::chrono::seconds last_change{0};  ///< when the answer of a recurring one last changed
  Milliseconds queue_time{0};
  bool operator==(const OperationResult&) const = default;
};

}  // namespace systole::executor
