#pragma once

#include <string>

#include "lib/base/calendar.h"

namespace systole::policy::rule_tool {

/// "   1 year  2 months  3 days 3600 seconds (1 hour)": parts that are zero are left out, weeks are
/// days.
std::string duration_text(const base::CalendarPeriod& period);

}  // namespace systole::policy::rule_tool
