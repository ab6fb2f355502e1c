#pragma once

#include "lib/cli/tool.h"

namespace systole::policy::rule_tool {

extern const cli::Program kDatesProgram;

/// What iso8601 does: reads dates, durations and intervals, and shows them.
cli::ExitCode run_dates(const cli::CommandLine& line, cli::Output& output);

}  // namespace systole::policy::rule_tool
