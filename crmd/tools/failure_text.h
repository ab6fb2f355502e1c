#pragma once

#include <cerrno>
#include <string>

#include "lib/base/result.h"
#include "lib/base/strings.h"
#include "lib/cli/exit_code.h"
#include "lib/client/cib_client.h"

namespace systole::crmd {

/// Why a daemon could not be asked, in the words that tools use: the system's own for a daemon that
/// is not running, ends meanwhile or may not be used, the error's for everything else.
inline std::string failure_text(const base::Error& error) {
  if (error.code == base::Errc::kNotConnected) return "Connection refused";
  const bool known = error.code == base::Errc::kPermission || error.code == base::Errc::kReset ||
                     error.message.empty();
  return known ? std::string(base::describe(error.code)) : error.message;
}

/// The system's number for it.
inline int failure_number(const base::Error& error) {
  return error.code == base::Errc::kNotConnected ? ECONNREFUSED : base::legacy_number(error.code);
}

/// The exit code of a tool that failed with `error`. For Pacemaker's tools a daemon of the CIB that
/// goes away before it answers is an error of the operating system.
inline cli::ExitCode failure_exit_code(const base::Error& error) {
  const bool lost = error.code == base::Errc::kIo &&
                    client::cib_source_from_environment(std::string_view()).file.empty();
  return lost ? cli::ExitCode::kOsError : cli::exit_code_for(error.code);
}

/// Why `source` could not be opened. For Pacemaker's tools, and those who read their exit codes, a
/// cluster's CIB that the user may not connect to is one that is not there.
inline base::Error cib_connection_error(const client::CibSource& source, const base::Error& error) {
  const bool refused = source.file.empty() && error.code == base::Errc::kPermission;
  const base::Errc code = refused ? base::Errc::kNotConnected : error.code;
  if (source.file.empty() && source.remote) {
    return {code, base::cat("Could not connect to the CIB: ", base::describe(code), " (",
                            error.message, ")")};
  }
  const bool absent = code == base::Errc::kNotConnected;
  return {code, base::cat("Could not connect to the CIB: ",
                          absent ? std::string(base::describe(code)) : error.message)};
}

}  // namespace systole::crmd
