#pragma once

#include "lib/cli/tool.h"

namespace systole::crmd::cibadmin {

/// Queries and edits the CIB.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::cibadmin
