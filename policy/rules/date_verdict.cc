#include "policy/rules/date_verdict.h"

#include <array>
#include <utility>

#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "lib/model/scalars.h"
#include "policy/rules/date_rules.h"

namespace systole::policy {
namespace {

using base::CalendarFields;
using model::Text;

/// In the order in which they decide.
constexpr std::array<std::pair<Text, std::int64_t CalendarFields::*>, 10> kParts = {{
    {"years", &CalendarFields::year},
    {"months", &CalendarFields::month},
    {"monthdays", &CalendarFields::day},
    {"hours", &CalendarFields::hour},
    {"minutes", &CalendarFields::minute},
    {"seconds", &CalendarFields::second},
    {"yeardays", &CalendarFields::year_day},
    {"weekyears", &CalendarFields::week_year},
    {"weeks", &CalendarFields::week},
    {"weekdays", &CalendarFields::weekday},
}};

DateVerdict compare_range(Text range, std::int64_t value) {
  const std::size_t dash = range.find('-');
  const auto low = base::parse_integer<std::int64_t>(base::trim(range.substr(0, dash)));
  const bool open = dash != Text::npos && base::trim(range.substr(dash + 1)).empty();
  const auto high = dash == Text::npos
                        ? low
                        : base::parse_integer<std::int64_t>(base::trim(range.substr(dash + 1)));
  if ((!low && dash != 0) || (!high && !open)) return DateVerdict::kNonsense;
  if (low && value < *low) return DateVerdict::kBefore;
  if (high && value > *high) return DateVerdict::kAfter;
  return DateVerdict::kMatches;
}

DateVerdict judge_spec(const std::vector<model::NameValue>& spec, base::Timestamp now) {
  const CalendarFields fields = base::calendar_fields(now);
  for (const auto& [name, field] : kParts) {
    const Text* range = model::find_value(spec, name);
    if (range == nullptr) continue;
    const DateVerdict verdict = compare_range(*range, fields.*field);
    if (verdict != DateVerdict::kMatches) return verdict;
  }
  return DateVerdict::kMatches;
}

/// An end of a range as it is written; `valid` is false for text that is no time.
struct End {
  std::optional<std::int64_t> seconds;
  bool valid = true;
};

End read_end(const std::optional<Text>& text, base::Timestamp now) {
  if (!text) return {};
  const auto time = base::parse_timestamp(*text, now);
  if (!time) return {std::nullopt, false};
  return {time->seconds, true};
}

DateVerdict judge_range(const model::DateExpression& expression, const End& start, End end,
                        base::Timestamp now) {
  if (!end.seconds && start.seconds && expression.duration) {
    const auto time = base::parse_timestamp(*expression.start, now);
    end.seconds = base::add(*time, read_duration(*expression.duration)).seconds;
  }
  if (!start.seconds && !end.seconds) return DateVerdict::kNonsense;
  if (start.seconds && now.seconds < *start.seconds) return DateVerdict::kBefore;
  if (end.seconds && now.seconds > *end.seconds) return DateVerdict::kAfter;
  return DateVerdict::kWithin;
}

}  // namespace

DateVerdict judge_date(const model::DateExpression& expression, base::Timestamp now) {
  const End start = read_end(expression.start, now);
  const End end = read_end(expression.end, now);
  if (!start.valid || !end.valid) return DateVerdict::kNonsense;
  const std::string operation = base::to_lower(expression.operation);
  if (operation == "date_spec") {
    return expression.spec ? judge_spec(*expression.spec, now) : DateVerdict::kNonsense;
  }
  if (operation.empty() || operation == "in_range") {
    return judge_range(expression, start, end, now);
  }
  if (operation == "gt" && start.seconds) {
    return now.seconds > *start.seconds ? DateVerdict::kWithin : DateVerdict::kBefore;
  }
  if (operation == "lt" && end.seconds) {
    return now.seconds < *end.seconds ? DateVerdict::kWithin : DateVerdict::kAfter;
  }
  return DateVerdict::kNonsense;
}

}  // namespace systole::policy
