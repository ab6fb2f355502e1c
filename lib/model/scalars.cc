#include "lib/model/scalars.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "lib/base/duration.h"
#include "lib/base/iso8601.h"
#include "lib/base/strings.h"

namespace systole::model {

namespace {

/// What is longer is nonsense, and would overflow when a time is added.
constexpr base::Milliseconds kLongestLength{std::numeric_limits<std::int64_t>::max() / 3600};

/// Takes the next dotted number from the front of a version; 0 where there is none.
std::int64_t take_segment(std::string_view& version) {
  std::size_t digits = 0;
  while (digits < version.size() && base::is_digit(version[digits])) ++digits;
  const std::int64_t value = leading_integer(version.substr(0, digits)).value_or(0);
  version.remove_prefix(digits);
  if (digits > 0 && !version.empty() && version.front() == '.') {
    version.remove_prefix(1);
  } else {
    version = {};
  }
  return value;
}

}  // namespace

bool is_true(std::string_view text) {
  return base::parse_bool(text).value_or(false);
}

std::optional<std::int64_t> leading_integer(std::string_view text) {
  text = base::trim(text);
  std::size_t end = !text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0;
  const std::size_t first_digit = end;
  while (end < text.size() && base::is_digit(text[end])) ++end;
  if (end == first_digit) return std::nullopt;
  std::string_view digits = text.substr(0, end);
  if (digits.front() == '+') digits.remove_prefix(1);
  if (const auto value = base::parse_integer<std::int64_t>(digits)) return value;
  return digits.front() == '-' ? std::numeric_limits<std::int64_t>::min()
                               : std::numeric_limits<std::int64_t>::max();
}

std::optional<std::int64_t> leading_time(std::string_view text) {
  constexpr std::int64_t kLastSecond = 253402300799;
  const auto seconds = leading_integer(text);
  if (!seconds) return std::nullopt;
  return std::clamp<std::int64_t>(*seconds, 0, kLastSecond);
}

std::optional<base::Score> read_score(std::string_view text, const HealthScores& health) {
  if (text == "INFINITY" || text == "+INFINITY") return base::Score::infinity();
  if (text == "-INFINITY") return base::Score::minus_infinity();
  if (base::equal_ignoring_case(text, "red")) return health.red;
  if (base::equal_ignoring_case(text, "yellow")) return health.yellow;
  if (base::equal_ignoring_case(text, "green")) return health.green;
  const auto number = leading_integer(text);
  if (!number) return std::nullopt;
  return base::Score(static_cast<int>(
      std::clamp<std::int64_t>(*number, -base::Score::kInfinity, base::Score::kInfinity)));
}

std::optional<std::int64_t> read_interval_ms(std::string_view text) {
  text = base::trim(text);
  if (!text.empty() && text.front() == 'P') {
    const auto period = base::parse_period(text);
    if (!period) return std::nullopt;
    return base::nominal_seconds(*period) * 1000;
  }
  const base::Result<base::Milliseconds> length = base::parse_duration(text);
  if (!length || *length > kLongestLength) return std::nullopt;
  return length->count();
}

std::int64_t to_seconds(std::int64_t milliseconds) {
  if (milliseconds > 0 && milliseconds < 1000) return 1;
  return (milliseconds + 500) / 1000;
}

int compare_versions(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const std::int64_t left = take_segment(a);
    const std::int64_t right = take_segment(b);
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

}  // namespace systole::model
