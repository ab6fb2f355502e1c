#pragma once

#include "lib/cli/tool.h"

namespace systole::crmd::crm_resource {

/// Shows, moves, cleans and configures resources.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_resource
