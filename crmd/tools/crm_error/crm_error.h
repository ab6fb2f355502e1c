#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_error {

extern const cli::Program kProgram;

/// Names and describes error numbers.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_error
