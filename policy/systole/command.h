#pragma once

#include <span>
#include <string_view>

#include "lib/cli/tool.h"

namespace systole::policy {

/// One verb of systole: `systole NAME ...`. Its program's name is "systole NAME".
struct Command {
  std::string_view name;
  const cli::Program& program;
  cli::ToolBody body;
};

/// All verbs, in the order of the help.
std::span<const Command> commands();

/// The main of systole: runs the verb that the first word names, or answers for the program as a
/// whole. Returns the number for exit().
int run_systole(int argc, char** argv);

}  // namespace systole::policy
