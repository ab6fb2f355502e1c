#pragma once

#include "lib/cli/output.h"
#include "policy/plan.h"
#include "policy/tool/settings.h"

namespace systole::policy::tool {

/// Shows what the plan does to each resource and node.
void report_summary(const Plan& plan, const Settings& settings, cli::Output& output);

}  // namespace systole::policy::tool
