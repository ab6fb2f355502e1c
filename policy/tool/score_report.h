#pragma once

#include "lib/cli/output.h"
#include "policy/plan.h"
#include "policy/tool/settings.h"

namespace systole::policy::tool {

/// Shows scores and utilization, whichever was asked for.
void report_scores(const Plan& plan, const Settings& settings, cli::Output& output);

}  // namespace systole::policy::tool
