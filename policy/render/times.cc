#include "policy/render/times.h"

#include <array>
#include <ctime>

#include "lib/base/strings.h"

namespace systole::policy::render {
namespace {

std::string formatted(const std::tm& parts, const char* format) {
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &parts)};
}

std::tm local_parts(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  localtime_r(&time, &parts);
  return parts;
}

}  // namespace

std::string local_time_text(std::int64_t seconds) {
  return formatted(local_parts(seconds), "%a %b %e %H:%M:%S %Y");
}

std::string sortable_time_text(std::int64_t seconds) {
  const std::tm parts = local_parts(seconds);
  if (parts.tm_gmtoff == 0) return formatted(parts, "%Y-%m-%d %H:%M:%SZ");
  std::string offset = formatted(parts, "%z");
  offset.insert(3, ":");
  return base::cat(formatted(parts, "%Y-%m-%d %H:%M:%S "), offset);
}

std::string utc_time_text(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  return formatted(parts, "%Y-%m-%d %H:%M:%SZ");
}

std::string seconds_text(std::int64_t milliseconds) {
  struct Unit {
    std::int64_t length;
    std::string_view letter;
  };
  constexpr std::array<Unit, 3> kUnits = {{{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}}};
  if (milliseconds > 0 && milliseconds <= 1000) return base::cat(milliseconds, "ms");
  std::string text;
  for (const Unit& unit : kUnits) {
    if (milliseconds <= unit.length) continue;
    text += base::cat(milliseconds / unit.length, unit.letter);
    milliseconds %= unit.length;
  }
  if (milliseconds == 0 && !text.empty()) return text;
  text += std::to_string(milliseconds / 1000);
  if (const std::int64_t rest = milliseconds % 1000; rest != 0) {
    const std::string digits = std::to_string(rest);
    text += base::cat(".", std::string(3 - digits.size(), '0'), digits);
  }
  return text + "s";
}

}  // namespace systole::policy::render
