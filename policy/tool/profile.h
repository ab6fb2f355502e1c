#pragma once

#include "lib/cli/exit_code.h"
#include "lib/cli/output.h"
#include "policy/tool/settings.h"

namespace systole::policy::tool {

/// Plans for every CIB in a folder and shows how long each took.
cli::ExitCode profile(const Settings& settings, cli::Output& output);

}  // namespace systole::policy::tool
