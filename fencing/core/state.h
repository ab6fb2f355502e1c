#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "fencing/core/effect.h"
#include "fencing/core/event.h"

namespace systole::fencing {

/// A device with what this node knows about it.
struct LocalDevice {
  Device device;
  bool from_cib = false;
  bool from_api = false;
  bool verified = false;     ///< the last monitor succeeded
  bool list_failed = false;  ///< the agent's list does not work; ask for the status instead
  std::vector<std::string> listed;
  std::optional<SteadyTime> listed_at;
};

// What a run of an agent is for.
struct RunForAttempt {
  std::string operation;
  std::uint32_t attempt = 0;
};
struct RunForClient {
  Token token;
};
struct RunForList {};  ///< refresh the device's list of targets
struct RunForStatus {
  std::uint64_t check = 0;
};
using RunPurpose = std::variant<RunForAttempt, RunForClient, RunForList, RunForStatus>;

/// An agent's run on this node, from asking for it to its result: delay, queue, tries.
struct Run {
  RunId id;
  RunPurpose purpose;
  std::string device;
  Action action = Action::kOff;
  std::string target;
  milliseconds timeout{0};
  enum class Phase { kDelayed, kQueued, kRunning } phase = Phase::kQueued;
  int tries = 0;
  std::optional<SteadyTime> first_start;
};

/// Finding out which devices of this node can do `action` on `target`.
struct Check {
  std::uint64_t id = 0;
  std::string target;
  Action action = Action::kOff;
  std::variant<std::string, Token> asker;  ///< an operation's id, or a client's query
  std::set<std::string> waiting_for;       ///< devices whose list or status runs
  std::vector<std::string> capable;        ///< devices that said yes
};

struct Self {
  NodeNumber number;
  std::string name;
};

/// The exchange after a membership change; see sync.h.
struct SyncProgress {
  bool complete = false;
  std::set<NodeNumber> members;
  std::set<NodeNumber> component;         ///< members known to hold the same as we do
  std::optional<std::uint64_t> exchange;  ///< named by the first mark after the change
  std::map<NodeNumber, SyncMessage> received;
  std::vector<Delivery> carried;  ///< held back since before the last change
  std::vector<Delivery> backlog;  ///< held back since the last change
};

/// Everything a fencer knows. Only `operations` and `history` are replicated.
struct State {
  Self self;
  Configuration configuration;
  Topology topology;
  std::vector<Level> api_levels;
  std::map<std::string, LocalDevice> devices;
  std::map<NodeNumber, std::string> names;

  std::vector<Operation> operations;  ///< in the order of their requests
  History history;
  SyncProgress sync;
  std::set<std::string> answers_due;  ///< owned operations that wait no longer for all answers

  std::map<RunId, Run> runs;
  std::uint64_t last_run = 0;
  std::map<std::uint64_t, Check> checks;
  std::uint64_t last_check = 0;
};

/// All of history with what is running, as clients see it; `target` empty for all.
std::vector<HistoryEntry> visible_history(const State& state, const std::string& target);

/// The name of a node by its Corosync number, as far as known.
std::optional<std::string> node_name(const State& state, NodeNumber number);

/// What the handlers of one event share.
struct Context {
  State& state;
  const Input& input;
  Effects& effects;

  void emit(Effect effect) { effects.push_back(std::move(effect)); }
  void log(base::LogLevel level, std::string text) {
    emit(LogLine{.level = level, .text = std::move(text)});
  }
};

}  // namespace systole::fencing
