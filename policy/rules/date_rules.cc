#include "policy/rules/date_rules.h"

#include <array>
#include <utility>
#include <vector>

#include "lib/base/strings.h"
#include "lib/model/scalars.h"

namespace systole::policy {
namespace {

using base::CalendarFields;
using base::CalendarPeriod;
using model::Text;

/// In the order in which they decide.
constexpr std::array<std::pair<Text, std::int64_t CalendarFields::*>, 10> kSpecFields = {{
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

constexpr std::array<std::pair<Text, std::int64_t CalendarPeriod::*>, 7> kPeriodParts = {{
    {"years", &CalendarPeriod::years},
    {"months", &CalendarPeriod::months},
    {"weeks", &CalendarPeriod::weeks},
    {"days", &CalendarPeriod::days},
    {"hours", &CalendarPeriod::hours},
    {"minutes", &CalendarPeriod::minutes},
    {"seconds", &CalendarPeriod::seconds},
}};

/// What is no number counts as 0.
CalendarPeriod read_duration(const std::vector<model::NameValue>& attributes) {
  CalendarPeriod period;
  for (const auto& [name, part] : kPeriodParts) {
    const Text* value = model::find_value(attributes, name);
    if (value != nullptr) period.*part = model::leading_integer(*value).value_or(0);
  }
  return period;
}

/// `range` is "n", "n-m", "n-" (no end) or "-m" (no start).
DateVerdict compare_range(Text range, std::int64_t value) {
  const std::size_t dash = range.find('-');
  const Text low = base::trim(range.substr(0, dash));
  const Text high = dash == Text::npos ? low : base::trim(range.substr(dash + 1));
  const auto least = base::parse_integer<std::int64_t>(low);
  const auto most = base::parse_integer<std::int64_t>(high);
  if (low.empty() && high.empty()) return DateVerdict::kNonsense;
  if ((!low.empty() && !least) || (!high.empty() && !most)) return DateVerdict::kNonsense;
  if (least && value < *least) return DateVerdict::kBefore;
  if (most && value > *most) return DateVerdict::kAfter;
  return DateVerdict::kMatches;
}

DateVerdict judge_spec(const std::vector<model::NameValue>& spec, base::Timestamp now) {
  const CalendarFields fields = base::calendar_fields(now);
  for (const auto& [name, field] : kSpecFields) {
    const Text* range = model::find_value(spec, name);
    if (range == nullptr) continue;
    const DateVerdict verdict = compare_range(*range, fields.*field);
    if (verdict != DateVerdict::kMatches) return verdict;
  }
  return DateVerdict::kMatches;
}

/// A boundary of a rule; `valid` is false where its text is no time.
struct Boundary {
  std::optional<base::Timestamp> time;
  bool valid = true;
};

Boundary read_boundary(const std::optional<Text>& text, base::Timestamp now) {
  if (!text) return {};
  const auto time = base::parse_timestamp(*text, now);
  if (!time) return {std::nullopt, false};
  return {*time, true};
}

/// Both ends belong to the range.
DateJudgement judge_range(const Boundary& start, const Boundary& end, std::int64_t now) {
  if (!start.time && !end.time) return {};
  if (start.time && now < start.time->seconds) return {DateVerdict::kBefore, start.time->seconds};
  if (!end.time) return {DateVerdict::kWithin, std::nullopt};
  if (now > end.time->seconds) return {DateVerdict::kAfter, std::nullopt};
  return {DateVerdict::kWithin, end.time->seconds + 1};
}

}  // namespace

DateJudgement judge_date(const model::DateExpression& expression, base::Timestamp now) {
  const Boundary start = read_boundary(expression.start, now);
  Boundary end = read_boundary(expression.end, now);
  if (!start.valid || !end.valid) return {};
  const std::string operation = base::to_lower(expression.operation);
  if (operation == "date_spec") {
    if (!expression.spec) return {};
    return {judge_spec(*expression.spec, now), std::nullopt};
  }
  if (operation.empty() || operation == "in_range") {
    if (!end.time && start.time && expression.duration) {
      end.time = base::add(*start.time, read_duration(*expression.duration));
    }
    return judge_range(start, end, now.seconds);
  }
  if (operation == "gt" && start.time) {
    if (now.seconds > start.time->seconds) return {DateVerdict::kWithin, std::nullopt};
    return {DateVerdict::kBefore, start.time->seconds + 1};
  }
  if (operation == "lt" && end.time) {
    if (now.seconds >= end.time->seconds) return {DateVerdict::kAfter, std::nullopt};
    return {DateVerdict::kWithin, end.time->seconds};
  }
  return {};
}

bool passes_date(const model::DateExpression& expression, const RuleContext& context) {
  const DateJudgement judged = judge_date(expression, context.now);
  if (judged.changes_at && context.next_change != nullptr) {
    context.next_change->consider(*judged.changes_at, context.now.seconds);
  }
  return judged.verdict == DateVerdict::kWithin || judged.verdict == DateVerdict::kMatches;
}

}  // namespace systole::policy
