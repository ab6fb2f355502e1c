#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crmd/core/types.h"
#include "lib/model/graph.h"

namespace systole::crmd {

/// Values of `op-status` in the history.
enum class OpStatus : int {
  kPending = -1,
  kDone = 0,
  kCancelled = 1,
  kTimeout = 2,
  kNotSupported = 3,
  kError = 4,
  kHardError = 5,
  kFatalError = 6,
  kNotInstalled = 7,
  kNotConnected = 8,
  kInvalid = 9,
};

/// What the history needs to know of an agent's metadata to record digests of parameters.
struct AgentTraits {
  bool reloads = false;              ///< offers reload-agent (or the older reload)
  std::vector<std::string> restart;  ///< parameters whose change needs a restart
  std::vector<std::string> secrets;  ///< parameters marked private
  /// Its reload is called `reload`, not `reload-agent`. For the node that runs it; peers are not
  /// told.
  bool reloads_by_old_name = false;
};

/// An operation for one executor.
struct Operation {
  std::string transition_key;  ///< ACTION:TRANSITION:TARGET_RC:UUID, returned with each result
  std::string key;             ///< RESOURCE_TASK_INTERVAL
  std::string resource;        ///< the name under which executor and history know the resource
  std::string standard;
  std::string provider;
  std::string type;
  std::string task;
  Milliseconds interval{};  ///< 0: once
  Milliseconds timeout{};
  Milliseconds start_delay{};
  std::string node;     ///< name of the node it is for (a remote node's own name)
  std::string node_id;  ///< its id in the CIB
  /// All attributes, CRM_meta_* included, sorted by name.
  std::vector<std::pair<std::string, std::string>> parameters;
};

bool is_recurring(const Operation& operation);

/// Notifications tell a resource what happens around it: how it takes them says nothing of its
/// state, is not recorded, and holds nothing up.
bool is_notification(const Operation& operation);

/// RESOURCE_TASK_INTERVAL
std::string operation_key(std::string_view resource, std::string_view task, Milliseconds interval);

/// One result of an operation.
struct OperationResult {
  Operation operation;
  int call_id = 0;
  int rc = 0;
  OpStatus status = OpStatus::kDone;
  std::string reason;
  std::string output;
  std::int64_t last_run = 0;        ///< seconds since the epoch
  std::int64_t last_rc_change = 0;  ///< seconds since the epoch
  Milliseconds exec_time{};
  Milliseconds queue_time{};
  std::optional<AgentTraits> traits;  ///< absent where the agent's metadata could not be had
};

/// Whether a result is a failure: done, with another code than the one its key expects.
bool is_failure(const OperationResult& result);

}  // namespace systole::crmd
