#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::attrd_updater {

extern const cli::Program kProgram;

/// Reads and changes transient node attributes.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::attrd_updater
