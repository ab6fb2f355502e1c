#pragma once

#include <string>

#include "lib/base/result.h"

namespace systole::crmd {

/// Why a daemon could not be asked, in the words that tools use: the system's own for a daemon that
/// is not running, the error's for everything else.
inline std::string failure_text(const base::Error& error) {
  if (error.code == base::Errc::kNotConnected) return "Connection refused";
  return error.message.empty() ? std::string(base::describe(error.code)) : error.message;
}

}  // namespace systole::crmd
