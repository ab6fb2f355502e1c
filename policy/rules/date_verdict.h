#pragma once

#include <cstdint>
#include <string_view>

#include "lib/base/calendar.h"
#include "lib/model/rule.h"

namespace systole::policy {

/// Where an instant lies, seen from the time that a date expression is about.
enum class DateVerdict : std::uint8_t {
  kBefore,    ///< it has not yet come
  kWithin,    ///< it lasts, until some end or for ever
  kMatches,   ///< the instant is one of those that a specification describes
  kAfter,     ///< it is over
  kNonsense,  ///< the expression says nothing that can be judged
};

/// Judges `expression` at `now`. A specification is compared part by part from years to weekdays:
/// the first part that differs says whether its time is to come.
DateVerdict judge_date(const model::DateExpression& expression, base::Timestamp now);

}  // namespace systole::policy
