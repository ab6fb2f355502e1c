#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_failcount {

extern const cli::Program kProgram;

/// Shows how often a resource has failed on a node, or forgets it.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_failcount
