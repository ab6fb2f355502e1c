#pragma once

#include <string>

namespace systole::fencing {

/// How an action ended, apart from the agent's own code. The numbers travel as op-status.
enum class ExecutionStatus {
  kUnknown = -2,
  kPending = -1,
  kDone = 0,
  kCancelled = 1,
  kTimeout = 2,
  kNotSupported = 3,
  kError = 4,
  kErrorHard = 5,
  kErrorFatal = 6,
  kNotInstalled = 7,
  kNotConnected = 8,
  kInvalid = 9,
  kNoFenceDevice = 10,
  kNoSecrets = 11,
};

/// The numbers that travel as rc-code: OCF's, and for refused requests exit codes of tools.
inline constexpr int kRcOk = 0;
inline constexpr int kRcError = 1;
inline constexpr int kRcInvalidParameter = 2;
inline constexpr int kRcInsufficientPrivileges = 4;
inline constexpr int kRcProtocol = 76;
inline constexpr int kRcExpired = 110;

/// The outcome of an action or of a whole request.
struct ActionResult {
  ExecutionStatus status = ExecutionStatus::kUnknown;
  int rc = kRcError;
  std::string reason;  ///< why it failed, for people; empty on success
  std::string output;  ///< what the agent printed on stdout
  bool ok() const { return status == ExecutionStatus::kDone && rc == kRcOk; }
  bool operator==(const ActionResult&) const = default;
};

ActionResult success(std::string output = {});
ActionResult failure(ExecutionStatus status, std::string reason);

/// The single number of old clients (st_rc): 0, or a negative errno or legacy number.
int legacy_rc(const ActionResult& result);

}  // namespace systole::fencing
