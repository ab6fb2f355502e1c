#pragma once

#include <cstdint>
#include <optional>

#include "lib/base/calendar.h"
#include "policy/rules/rules.h"

namespace systole::policy {

/// Where an instant lies, seen from the time that a date expression is about.
enum class DateVerdict : std::uint8_t {
  kBefore,    ///< it has not yet come
  kWithin,    ///< it lasts, until some end or for ever
  kMatches,   ///< the instant is one of those that a specification describes
  kAfter,     ///< it is over
  kNonsense,  ///< the expression says nothing that can be judged
};

struct DateJudgement {
  DateVerdict verdict = DateVerdict::kNonsense;
  /// The next instant, in seconds since the epoch, at which the verdict is another one. Nothing
  /// where it stays, and for specifications, whose next instant is not searched for.
  std::optional<std::int64_t> changes_at;
};

/// Judges `expression` at `now`. A specification is compared part by part from years to weekdays:
/// the first part that differs says whether its time is to come.
DateJudgement judge_date(const model::DateExpression& expression, base::Timestamp now);

/// Whether the expression holds for the context's time; tells the context when that may change.
bool passes_date(const model::DateExpression& expression, const RuleContext& context);

}  // namespace systole::policy
