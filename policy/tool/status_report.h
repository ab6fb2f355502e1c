#pragma once

#include "lib/cli/output.h"
#include "policy/status/status.h"
#include "policy/tool/settings.h"

namespace systole::policy::tool {

/// Which status is shown: the one that was found, or what would come of carrying out the plan.
enum class StatusKind { kCurrent, kRevised };

/// Shows nodes and resources, with attributes and failures where they are asked for.
void report_status(const Status& status, StatusKind kind, const Settings& settings,
                   cli::Output& output);

}  // namespace systole::policy::tool
