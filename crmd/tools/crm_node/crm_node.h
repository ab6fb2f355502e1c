#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_node {

extern const cli::Program kProgram;

/// Shows this node and the cluster's membership; removes nodes.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_node
