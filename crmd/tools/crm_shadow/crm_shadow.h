#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_shadow {

extern const cli::Program kProgram;

/// Makes, shows, commits and deletes copies of the configuration that tools can work on instead of
/// the cluster's.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_shadow
