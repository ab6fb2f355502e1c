#pragma once

#include "lib/cli/option.h"
#include "lib/cli/tool.h"

namespace systole::crmd::crm_master {

extern const cli::Program kProgram;

/// Shows and changes a resource's promotion score: the older spelling of crm_attribute --promotion.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::crmd::crm_master
