#pragma once

#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::policy::input {

/// The whole content of a file; "-" is standard input. The error says what the system says.
base::Result<std::string> read_text(const std::string& path);

/// Replaces the content of a file; "-" is standard output.
base::Result<void> write_text(const std::string& path, std::string_view text);

}  // namespace systole::policy::input
