#pragma once

#include "lib/cli/tool.h"

namespace systole::policy::rule_tool {

extern const cli::Program kRuleProgram;

/// What crm_rule does: says of each rule that the command line names whether it is in effect.
cli::ExitCode run_rule(const cli::CommandLine& line, cli::Output& output);

}  // namespace systole::policy::rule_tool
