#pragma once

#include <span>
#include <string_view>

#include "lib/base/errc.h"

namespace systole::cli {

/// How a tool ends. The numbers are those that Pacemaker's clients test; the low ones are OCF's.
enum class ExitCode : int {
  kOk = 0,
  kError = 1,
  kInvalidParameter = 2,
  kUnimplemented = 3,
  kInsufficientPrivileges = 4,
  kNotInstalled = 5,
  kNotConfigured = 6,
  kNotRunning = 7,
  kUsage = 64,
  kInvalidData = 65,
  kNoInput = 66,
  kNoUser = 67,
  kNoHost = 68,
  kUnavailable = 69,
  kSoftware = 70,
  kOsError = 71,
  kOsFile = 72,
  kCannotCreate = 73,
  kIoError = 74,
  kTemporary = 75,
  kProtocol = 76,
  kNoPermission = 77,
  kConfiguration = 78,
  kFatal = 100,
  kPanic = 101,
  kDisconnected = 102,
  kOld = 103,
  kDigest = 104,
  kNoSuchObject = 105,
  kNoQuorum = 106,
  kUnsafe = 107,
  kExists = 108,
  kMultiple = 109,
  kExpired = 110,
  kNotYetInEffect = 111,
  kIndeterminate = 112,
  kUnsatisfied = 113,
  kTimeout = 124,
};

/// The exit code of a tool that fails with `code`.
inline ExitCode exit_code_for(base::Errc code) {
  return static_cast<ExitCode>(base::exit_code(code));
}

/// A number with its symbolic name and its text, as crm_error prints them.
struct CodeName {
  int code;
  std::string_view name;
  std::string_view text;
};

/// Every exit code, ascending.
std::span<const CodeName> exit_codes();

/// Return codes that are not errno numbers, ascending (negative numbers).
std::span<const CodeName> return_codes();

/// The numbers of 201 and more by which the wire protocols report what errno cannot.
std::span<const CodeName> legacy_codes();

/// "Not connected" for 102; "Unknown exit status" for a number that is none.
std::string_view exit_text(int code);
inline std::string_view exit_text(ExitCode code) {
  return exit_text(static_cast<int>(code));
}

}  // namespace systole::cli
