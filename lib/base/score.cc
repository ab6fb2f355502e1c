#include "lib/base/score.h"

#include <charconv>

#include "lib/base/strings.h"

namespace systole::base {

Result<Score> parse_score(std::string_view text) {
  const std::string_view trimmed = trim(text);
  if (equal_ignoring_case(trimmed, "INFINITY") || equal_ignoring_case(trimmed, "+INFINITY")) {
    return Score::infinity();
  }
  if (equal_ignoring_case(trimmed, "-INFINITY")) return Score::minus_infinity();

  std::string_view digits = trimmed;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  long long value = 0;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (code == std::errc::result_out_of_range) {
    return digits.starts_with('-') ? Score::minus_infinity() : Score::infinity();
  }
  if (code != std::errc() || end != digits.data() + digits.size()) {
    return Error{Errc::kInvalidArgument, cat("'", text, "' is not a score")};
  }
  return Score(static_cast<int>(std::clamp<long long>(value, -Score::kInfinity, Score::kInfinity)));
}

std::string to_string(Score score) {
  if (score.is_plus_infinity()) return "INFINITY";
  if (score.is_minus_infinity()) return "-INFINITY";
  return std::to_string(score.value());
}

}  // namespace systole::base
