#include "policy/rule_tool/duration_text.h"

#include <cstdlib>

#include "lib/base/strings.h"

namespace systole::policy::rule_tool {
namespace {

/// "3 days", right-aligned number first.
std::string count(std::int64_t number, std::size_t width, std::string_view unit) {
  std::string digits = std::to_string(number);
  if (digits.size() < width) digits.insert(0, width - digits.size(), ' ');
  return base::cat(digits, " ", unit, number == 1 ? "" : "s");
}

std::string clock_text(std::int64_t seconds) {
  std::string text;
  const auto add = [&](std::int64_t number, std::string_view unit) {
    if (number != 0) text += base::cat(text.empty() ? "" : " ", count(number, 0, unit));
  };
  add(seconds / 3600, "hour");
  add(seconds / 60 % 60, "minute");
  add(seconds % 60, "second");
  return text;
}

}  // namespace

std::string duration_text(const base::CalendarPeriod& period) {
  std::string text;
  const std::int64_t days = period.weeks * 7 + period.days;
  const std::int64_t seconds = period.hours * 3600 + period.minutes * 60 + period.seconds;
  if (period.years != 0) text += count(period.years, 4, "year") + " ";
  if (period.months != 0) text += count(period.months, 2, "month") + " ";
  if (days != 0) text += count(days, 2, "day") + " ";
  if (seconds == 0 && !text.empty()) return text;
  text += count(seconds, 0, "second");
  if (std::abs(seconds) >= 60) text += base::cat(" (", clock_text(seconds), ")");
  return text;
}

}  // namespace systole::policy::rule_tool
