#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_diff {

extern const cli::Program kProgram;

/// Compares two configurations, or applies a difference to one. Ends with kError when they differ.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_diff
