#include "lib/cluster/corosync_error.h"

#include <algorithm>
#include <thread>

#include "lib/base/strings.h"

namespace systole::cluster {

using base::Errc;

namespace {

constexpr std::chrono::milliseconds kPauseFirst{20};
constexpr std::chrono::milliseconds kPauseMax{500};

Errc code_of(cs_error_t code) {
  switch (code) {
    case CS_ERR_LIBRARY:
    case CS_ERR_BAD_HANDLE:
      return Errc::kNotConnected;
    case CS_ERR_ACCESS:
    case CS_ERR_SECURITY:
      return Errc::kPermission;
    case CS_ERR_NOT_EXIST:
    case CS_ERR_NAME_NOT_FOUND:
      return Errc::kNotFound;
    case CS_ERR_TIMEOUT:
      return Errc::kTimeout;
    case CS_ERR_TRY_AGAIN:
    case CS_ERR_BUSY:
    case CS_ERR_QUEUE_FULL:
    case CS_ERR_NO_RESOURCES:
      return Errc::kBusy;
    case CS_ERR_TOO_BIG:
    case CS_ERR_MESSAGE_ERROR:
      return Errc::kTooLarge;
    default:
      return Errc::kIo;
  }
}

std::string_view reason_of(cs_error_t code) {
  switch (code_of(code)) {
    case Errc::kNotConnected:
      return "Corosync is not running";
    case Errc::kPermission:
      return "Corosync does not permit it to this user";
    case Errc::kTimeout:
      return "Corosync does not answer";
    case Errc::kBusy:
      return "Corosync is busy";
    default:
      return "Corosync refused";
  }
}

}  // namespace

base::Error corosync_error(std::string_view what, cs_error_t code) {
  return {code_of(code),
          base::cat(what, ": ", reason_of(code), " (code ", static_cast<int>(code), ")")};
}

bool is_transient(cs_error_t code) {
  return code_of(code) == Errc::kBusy;
}

bool pause_before_retry(std::chrono::steady_clock::time_point deadline, int attempt) {
  const auto pause = std::min(kPauseFirst * (1 << std::min(attempt, 6)), kPauseMax);
  if (std::chrono::steady_clock::now() + pause > deadline) return false;
  std::this_thread::sleep_for(pause);
  return true;
}

}  // namespace systole::cluster
