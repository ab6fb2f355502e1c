#pragma once

#include <optional>
#include <string_view>

namespace systole::model {

/// What an agent answers with its exit code (OCF Resource Agent API 1.1, section "Return codes"),
/// and the codes that the cluster adds. Agents may exit with any number; one without a name here is
/// an unknown error, whose number is kept.
enum class ExitCode : int {
  kOk = 0,  ///< of a monitor: running; of a promotable resource: running unpromoted
  kGenericError = 1,
  kInvalidArgument = 2,
  kUnimplemented = 3,
  kInsufficientPrivilege = 4,
  kNotInstalled = 5,
  kNotConfigured = 6,
  kNotRunning = 7,
  kRunningPromoted = 8,
  kFailedPromoted = 9,
  kDegraded = 190,
  kDegradedPromoted = 191,
  kUnknown = 193,  ///< no result yet
};

/// How the execution of an operation went, apart from what the agent answered (`op-status`).
enum class ExecutionStatus : int {
  kUnknown = -2,
  kPending = -1,
  kDone = 0,  ///< the agent answered; look at its exit code
  kCancelled = 1,
  kTimedOut = 2,
  kNotSupported = 3,
  kError = 4,
  kHardError = 5,   ///< this node is out of the question
  kFatalError = 6,  ///< every node is
  kNotInstalled = 7,
  kNotConnected = 8,  ///< no connection to the executor
  kInvalid = 9,
  kNoFenceDevice = 10,
  kNoSecrets = 11,
};

/// The words for a code in output ("not running"); "unknown error" for one without a name.
std::string_view describe(ExitCode code);
/// The words for a status in output ("Timed Out").
std::string_view describe(ExecutionStatus status);

/// The status with this number; nothing for another number.
std::optional<ExecutionStatus> execution_status(int number);

}  // namespace systole::model
