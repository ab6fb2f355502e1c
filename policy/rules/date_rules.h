#pragma once

#include <vector>

#include "lib/base/calendar.h"
#include "policy/rules/rules.h"

namespace systole::policy {

/// The attributes of a `duration`; what is no number counts as 0.
base::CalendarPeriod read_duration(const std::vector<model::NameValue>& attributes);

bool passes_date(const model::DateExpression& expression, const RuleContext& context);

}  // namespace systole::policy
