#include "lib/base/duration.h"

#include <algorithm>
#include <array>
#include <limits>

#include "lib/base/strings.h"

namespace systole::base {
namespace {

struct Unit {
  std::string_view name;
  long long multiplier;
  long long divisor;
};

// The first that the text begins with counts.
constexpr std::array kUnits = {
    Unit{"s", 1000, 1},  Unit{"ms", 1, 1},      Unit{"us", 1, 1000},
    Unit{"m", 60000, 1}, Unit{"h", 3600000, 1},
};
constexpr std::string_view kDefaultUnit = "s";

Error no_duration(std::string_view text) {
  return Error{Errc::kInvalidArgument, cat("'", text, "' is not a length of time")};
}

}  // namespace

Result<Milliseconds> parse_duration(std::string_view text) {
  std::string_view rest = trim(text);
  const auto digits_end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const auto number = parse_integer<long long>(rest.substr(0, digits_end));
  if (!number) return no_duration(text);
  rest.remove_prefix(digits_end);
  rest.remove_prefix(std::min(rest.find_first_not_of("0123456789."), rest.size()));
  rest = trim(rest);
  if (rest.empty()) rest = kDefaultUnit;
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [rest](const Unit& candidate) {
    return equal_ignoring_case(rest.substr(0, candidate.name.size()), candidate.name);
  });
  if (unit == kUnits.end()) return no_duration(text);
  if (*number > std::numeric_limits<long long>::max() / unit->multiplier) {
    return Milliseconds::max();
  }
  return Milliseconds(*number * unit->multiplier / unit->divisor);
}

}  // namespace systole::base
