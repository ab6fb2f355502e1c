#pragma once

#include "lib/cli/tool.h"
#include "policy/tool/options.h"

namespace systole::policy::tool {

/// What crm_simulate does.
cli::ExitCode run(const cli::CommandLine& command_line, cli::Output& output);

}  // namespace systole::policy::tool
