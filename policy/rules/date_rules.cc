#include "policy/rules/date_rules.h"

#include <array>
#include <utility>

#include "lib/base/strings.h"
#include "lib/model/scalars.h"

namespace systole::policy {

namespace {

using base::CalendarFields;
using base::CalendarPeriod;
using model::Text;

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

/// "n", "n-m", "n-" (no end) or "-m" (no start).
bool range_contains(Text range, std::int64_t value) {
  range = base::trim(range);
  const std::size_t dash = range.find('-');
  if (dash == Text::npos) {
    const auto only = base::parse_integer<std::int64_t>(range);
    return only && value == *only;
  }
  const Text low = range.substr(0, dash);
  const Text high = range.substr(dash + 1);
  if (low.empty() && high.empty()) return false;
  const auto least = base::parse_integer<std::int64_t>(low);
  const auto most = base::parse_integer<std::int64_t>(high);
  if ((!low.empty() && !least) || (!high.empty() && !most)) return false;
  return (!least || value >= *least) && (!most || value <= *most);
}

bool passes_spec(const std::vector<model::NameValue>& spec, base::Timestamp now) {
  const CalendarFields fields = base::calendar_fields(now);
  for (const auto& [name, field] : kSpecFields) {
    const Text* range = model::find_value(spec, name);
    if (range != nullptr && !range_contains(*range, fields.*field)) return false;
  }
  return true;
}

/// A boundary of a rule; `valid` is false where its text is no time.
struct Boundary {
  std::optional<base::Timestamp> time;
  bool valid = true;
};

Boundary read_boundary(const std::optional<Text>& text, const RuleContext& context) {
  if (!text) return {};
  const auto time = base::parse_timestamp(*text, context.now);
  if (!time) return {std::nullopt, false};
  return {*time, true};
}

bool passes_range(const Boundary& start, const Boundary& end, const RuleContext& context) {
  if (!start.time && !end.time) return false;
  const std::int64_t now = context.now.seconds;
  if (start.time && now < start.time->seconds) {
    if (context.next_change != nullptr) context.next_change->consider(start.time->seconds, now);
    return false;
  }
  if (!end.time) return true;
  if (now > end.time->seconds) return false;
  if (context.next_change != nullptr) context.next_change->consider(end.time->seconds + 1, now);
  return true;
}

}  // namespace

CalendarPeriod read_duration(const std::vector<model::NameValue>& attributes) {
  CalendarPeriod period;
  for (const auto& [name, part] : kPeriodParts) {
    const Text* value = model::find_value(attributes, name);
    if (value != nullptr) period.*part = model::leading_integer(*value).value_or(0);
  }
  return period;
}

bool passes_date(const model::DateExpression& expression, const RuleContext& context) {
  const Boundary start = read_boundary(expression.start, context);
  Boundary end = read_boundary(expression.end, context);
  if (!start.valid || !end.valid) return false;
  const std::string operation = base::to_lower(expression.operation);
  if (operation == "date_spec") {
    return expression.spec && passes_spec(*expression.spec, context.now);
  }
  if (operation.empty() || operation == "in_range") {
    if (!end.time && start.time && expression.duration) {
      end.time = base::add(*start.time, read_duration(*expression.duration));
    }
    return passes_range(start, end, context);
  }
  const std::int64_t now = context.now.seconds;
  if (operation == "gt" && start.time) {
    if (now > start.time->seconds) return true;
    if (context.next_change != nullptr) context.next_change->consider(start.time->seconds + 1, now);
    return false;
  }
  if (operation == "lt" && end.time) {
    if (now >= end.time->seconds) return false;
    if (context.next_change != nullptr) context.next_change->consider(end.time->seconds, now);
    return true;
  }
  return false;
}

}  // namespace systole::policy
