#pragma once

#include "lib/cli/tool.h"

namespace systole::fencing {

/// The body of stonith_admin.
cli::ExitCode stonith_admin(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::fencing
