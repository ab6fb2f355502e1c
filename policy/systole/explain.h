#pragma once

#include "lib/cli/tool.h"

namespace systole::policy {

extern const cli::Program kExplainProgram;

/// `systole explain RSC [NODE]`.
cli::ExitCode run_explain(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::policy
