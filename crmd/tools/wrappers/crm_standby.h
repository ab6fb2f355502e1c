#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_standby {

extern const cli::Program kProgram;

/// Shows and changes whether a node may run resources: the attribute `standby`, of the node's
/// configuration or until it restarts.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_standby
