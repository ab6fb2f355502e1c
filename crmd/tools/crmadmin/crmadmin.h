#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crmadmin {

extern const cli::Program kProgram;

/// Asks the controllers and the supervisor how they are.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crmadmin
