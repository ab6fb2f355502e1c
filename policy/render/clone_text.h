#pragma once

#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// The lines of a clone: instances that need a line of their own, then the nodes of the others by
/// role, then the nodes where one could run and does not.
void print_clone(const Status& status, RscId clone, const ListOptions& options,
                 cli::Output& output);

}  // namespace systole::policy::render
