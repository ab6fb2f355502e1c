#pragma once

#include "lib/base/result.h"
#include "lib/cli/command_line.h"
#include "lib/cli/output.h"

namespace systole::cli {

/// What a tool does with its command line. Returns how the tool ends; has reported its errors.
using ToolBody = ExitCode (*)(const CommandLine& command_line, Output& output);

/// The main of a tool: reads the command line, answers --help and --version, reports what is wrong
/// with it (exit code 64), opens the output, sends log messages to standard error according to -V,
/// and runs `body`. Returns the number for exit().
int run_tool(const Program& program, ToolBody body, int argc, char** argv);

/// Reports `error` prefixed with the tool's name and returns its exit code.
ExitCode fail(Output& output, const Program& program, const base::Error& error);

}  // namespace systole::cli
