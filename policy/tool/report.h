#pragma once

#include <string>

#include "lib/cli/output.h"
#include "policy/plan.h"
#include "policy/tool/settings.h"

namespace systole::policy::tool {

/// The nodes and resources of a status.
void print_status(const Status& status, const Settings& settings, bool pending,
                  cli::Output& output);
void print_scores(const Plan& plan, const Settings& settings, cli::Output& output);
void print_summary(const Plan& plan, cli::Output& output);

/// The line for an action that is carried out.
std::string execution_line(const model::GraphAction& action, std::string_view resource);

}  // namespace systole::policy::tool
