#include "fencing/core/action_result.h"

#include <cerrno>
#include <utility>

namespace systole::fencing {
namespace {

constexpr int kGenericFailure = 201;

int rc_of_invalid(int rc) {
  switch (rc) {
    case kRcInvalidParameter:
      return -EINVAL;
    case kRcInsufficientPrivileges:
      return -EACCES;
    case kRcProtocol:
      return -EPROTO;
    case kRcExpired:
      return -EHOSTUNREACH;
    default:
      return -ENODATA;
  }
}

int rc_of_failure(const std::string& text) {
  const auto has = [&text](const char* word) { return text.find(word) != std::string::npos; };
  if (text.empty()) return -ENODATA;
  if (has("timed out") || has("timeout")) return -ETIME;
  if (has("unrecognised action") || has("unrecognized action") || has("unsupported action")) {
    return -EOPNOTSUPP;
  }
  return -kGenericFailure;
}

}  // namespace

ActionResult success(std::string output) {
  return {.status = ExecutionStatus::kDone, .rc = kRcOk, .reason = {}, .output = std::move(output)};
}

ActionResult failure(ExecutionStatus status, std::string reason) {
  return {.status = status, .rc = kRcError, .reason = std::move(reason), .output = {}};
}

int legacy_rc(const ActionResult& result) {
  if (result.ok()) return 0;
  switch (result.status) {
    case ExecutionStatus::kPending:
      return -EINPROGRESS;
    case ExecutionStatus::kCancelled:
      return -ECANCELED;
    case ExecutionStatus::kTimeout:
      return -ETIME;
    case ExecutionStatus::kNotInstalled:
      return -ENOENT;
    case ExecutionStatus::kNotSupported:
      return -EOPNOTSUPP;
    case ExecutionStatus::kNotConnected:
      return -ENOTCONN;
    case ExecutionStatus::kNoFenceDevice:
      return -ENODEV;
    case ExecutionStatus::kNoSecrets:
      return -EACCES;
    case ExecutionStatus::kInvalid:
      return rc_of_invalid(result.rc);
    default:
      return rc_of_failure(result.reason);
  }
}

}  // namespace systole::fencing
