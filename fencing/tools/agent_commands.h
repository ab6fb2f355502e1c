#pragma once

#include "fencing/tools/options.h"
#include "lib/cli/exit_code.h"
#include "lib/cli/output.h"

namespace systole::fencing {

// What stonith_admin does with agents alone; works without a cluster.

cli::ExitCode list_installed(const StonithRequest& request, cli::Output& output);
cli::ExitCode show_metadata(const StonithRequest& request, cli::Output& output);
cli::ExitCode validate(const StonithRequest& request, cli::Output& output);

/// Prints a list of names: a line each and how many there are ("2 fence devices found").
struct NameList {
  std::string list_name;  ///< of structured output
  std::string item_name;  ///< the same; may be empty
  std::string noun;       ///< "fence device"
};
void print_names(const NameList& kind, const std::vector<std::string>& names, cli::Output& output);

}  // namespace systole::fencing
