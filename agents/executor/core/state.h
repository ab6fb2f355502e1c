#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "agents/executor/core/types.h"

namespace systole::executor {

struct Settings {
  /// Agents that are started side by side. One that has run for `slot_time` does not count any
  /// more: it waits for something, and must not keep the monitors of others from running.
  std::size_t parallel_agents = 32;
  Milliseconds slot_time{1000};
  /// What watches an agent kills it at its timeout. If it has said nothing this much later, it is
  /// given up.
  Milliseconds watcher_slack{15000};
  /// Results of one recurring operation that are kept for a controller that is away.
  std::size_t held_per_operation = 8;
};

/// An operation between being asked for and its last result.
struct Action {
  enum class Phase {
    kWaiting,  ///< for its start delay or its next turn
    kQueued,   ///< behind others of its resource, or for a free slot
    kRunning,
  };

  CallId call{};
  ClientId originator{};  ///< 0 after a restart
  Operation operation{};
  Phase phase = Phase::kWaiting;
  std::optional<Milliseconds> timer{};  ///< kWaiting: until; kRunning: when its watcher is given up
  Milliseconds queued_at{0};
  Milliseconds queue_time{0};
  RunId run{};
  bool cancelled = false;  ///< it ends with what runs now
  bool again = false;      ///< it runs once more at once; something changed while it ran
  bool stale_run = false;  ///< what runs now was started for parameters that were replaced since
  bool reported = false;   ///< at least one result was sent
  bool lost_before = false;
  model::ExitCode last_code = model::ExitCode::kUnknown;
  model::ExecutionStatus last_status = model::ExecutionStatus::kUnknown;
  std::chrono::seconds last_run{0};
  std::chrono::seconds last_change{0};
};

struct ResourceState {
  Resource resource{};
  std::deque<CallId> queue{};
  std::optional<CallId> running{};  ///< one operation at a time
  bool removed = false;             ///< it goes when what runs has ended
  std::set<ClientId> drop_with{};   ///< clients whose recurring operations end with them
};

struct ClientState {
  bool confirms = false;
};

/// Everything the executor knows. Changed by step() and restore() alone; ordered containers, so
/// that the same events have the same effects everywhere.
struct State {
  Settings settings{};
  std::map<std::string, ResourceState> resources{};
  std::map<CallId, Action> actions{};
  std::map<RunId, CallId> runs{};
  std::set<std::pair<Milliseconds, CallId>> timers{};
  std::deque<std::string> ready{};                   ///< resources whose next operation may start
  std::set<std::pair<Milliseconds, RunId>> slots{};  ///< in use, with the time they are given back
  std::map<ResultId, OperationResult> held{};        ///< not confirmed
  std::map<ClientId, ClientState> clients{};
  /// Once a client that confirms was there, results wait for it; without one, sending is enough.
  bool confirmation_expected = false;

  CallId next_call{1};
  RunId next_run{1};
  ResultId next_result{1};
  CallId call_ceiling{1};  ///< what was persisted: numbers below were perhaps given out
  RunId run_ceiling{1};
  ResultId result_ceiling{1};
};

}  // namespace systole::executor
