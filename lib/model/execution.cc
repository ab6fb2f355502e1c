#include "lib/model/execution.h"

#include <array>

namespace systole::model {
namespace {

struct CodeRow {
  ExitCode code;
  std::string_view text;
};
constexpr std::array kCodes = {
    CodeRow{ExitCode::kOk, "ok"},
    CodeRow{ExitCode::kGenericError, "error"},
    CodeRow{ExitCode::kInvalidArgument, "invalid parameter"},
    CodeRow{ExitCode::kUnimplemented, "unimplemented feature"},
    CodeRow{ExitCode::kInsufficientPrivilege, "insufficient privileges"},
    CodeRow{ExitCode::kNotInstalled, "not installed"},
    CodeRow{ExitCode::kNotConfigured, "not configured"},
    CodeRow{ExitCode::kNotRunning, "not running"},
    CodeRow{ExitCode::kRunningPromoted, "promoted"},
    CodeRow{ExitCode::kFailedPromoted, "promoted (failed)"},
    CodeRow{ExitCode::kDegraded, "OCF_DEGRADED"},
    CodeRow{ExitCode::kDegradedPromoted, "promoted (degraded)"},
};

struct StatusRow {
  ExecutionStatus status;
  std::string_view text;
};
constexpr std::array kStatuses = {
    StatusRow{ExecutionStatus::kUnknown, "unknown"},
    StatusRow{ExecutionStatus::kPending, "pending"},
    StatusRow{ExecutionStatus::kDone, "complete"},
    StatusRow{ExecutionStatus::kCancelled, "Cancelled"},
    StatusRow{ExecutionStatus::kTimedOut, "Timed Out"},
    StatusRow{ExecutionStatus::kNotSupported, "NOT SUPPORTED"},
    StatusRow{ExecutionStatus::kError, "Error"},
    StatusRow{ExecutionStatus::kHardError, "Hard error"},
    StatusRow{ExecutionStatus::kFatalError, "Fatal error"},
    StatusRow{ExecutionStatus::kNotInstalled, "Not installed"},
    StatusRow{ExecutionStatus::kNotConnected, "Internal communication failure"},
    StatusRow{ExecutionStatus::kInvalid, "Cannot execute now"},
    StatusRow{ExecutionStatus::kNoFenceDevice, "No fence device"},
    StatusRow{ExecutionStatus::kNoSecrets, "CIB secrets unavailable"},
};

}  // namespace

std::string_view describe(ExitCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row.text;
  }
  return "unknown";
}

std::string_view describe(ExecutionStatus status) {
  for (const StatusRow& row : kStatuses) {
    if (row.status == status) return row.text;
  }
  return "unknown";
}

std::optional<ExecutionStatus> execution_status(int number) {
  for (const StatusRow& row : kStatuses) {
    if (static_cast<int>(row.status) == number) return row.status;
  }
  return std::nullopt;
}

}  // namespace systole::model
