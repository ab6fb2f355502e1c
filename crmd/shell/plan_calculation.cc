#include "crmd/shell/plan_calculation.h"

#include <utility>

#include "lib/base/log.h"
#include "policy/plan.h"

namespace systole::crmd {

base::Result<model::TransitionGraph> calculate_plan(const model::Snapshot& snapshot) {
  policy::Plan plan = policy::plan(snapshot);
  for (const policy::SummaryLine& line : plan.summary) {
    base::log(base::LogLevel::kNotice, "Plan: ", line.verb, " ", line.subject,
              line.details.empty() ? "" : " ", line.details, line.reason.empty() ? "" : " because ",
              line.reason, line.blocked ? " (blocked)" : "");
  }
  return std::move(plan.graph);
}

}  // namespace systole::crmd
