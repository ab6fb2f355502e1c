#pragma once

#include "lib/cli/command_line.h"
#include "lib/cli/output.h"
#include "lib/cli/tool.h"

namespace systole::policy::verify {

extern const cli::Program kProgram;

/// Checks the configuration that the command line names against its schema and for what makes no
/// sense, and says what is wrong on standard error.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::policy::verify
