#include <algorithm>
#include <chrono>
#include <ctime>

#include "crmd/shell/alert_calls.h"
#include "lib/base/calendar.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr std::size_t kDigits = 6;  ///< of the microseconds
constexpr std::size_t kLongestTime = 64UL * 1024;

std::string digits_of(std::int32_t microseconds) {
  const std::string digits = std::to_string(microseconds);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

std::tm local_fields(const AlertTime& time) {
  const base::CalendarFields fields =
      base::calendar_fields({.seconds = time.seconds, .utc_offset = time.utc_offset});
  constexpr int kFirstYear = 1900;
  constexpr int kDaysInWeek = 7;
  std::tm out{};
  out.tm_year = static_cast<int>(fields.year) - kFirstYear;
  out.tm_mon = static_cast<int>(fields.month) - 1;
  out.tm_mday = static_cast<int>(fields.day);
  out.tm_hour = static_cast<int>(fields.hour);
  out.tm_min = static_cast<int>(fields.minute);
  out.tm_sec = static_cast<int>(fields.second);
  out.tm_yday = static_cast<int>(fields.year_day) - 1;
  out.tm_wday = static_cast<int>(fields.weekday) % kDaysInWeek;
  out.tm_gmtoff = time.utc_offset;
  out.tm_zone = time.zone.c_str();
  return out;
}

/// Replaces what strftime does not know (%N) or would take from the process's own zone (%s).
std::string resolved(const AlertTime& time, const std::string& format) {
  std::string out;
  for (std::size_t at = 0; at < format.size(); ++at) {
    if (format[at] != '%') {
      out.push_back(format[at]);
      continue;
    }
    std::size_t end = at + 1;
    while (end < format.size() && format[end] >= '0' && format[end] <= '9') ++end;
    const char what = end < format.size() ? format[end] : '\0';
    if (what == 'N') {
      const auto width =
          base::parse_integer<std::size_t>(std::string_view(format).substr(at + 1, end - at - 1));
      out += digits_of(time.microseconds).substr(0, width.value_or(kDigits));
    } else if (what == 's' && end == at + 1) {
      out += std::to_string(time.seconds);
    } else {
      // The character after a % belongs to it, be it another one.
      end = std::min(at + 1, format.size() - 1);
      out.append(format, at, end - at + 1);
    }
    at = end;
  }
  return out;
}

}  // namespace

AlertTime alert_time_now() {
  const auto now = std::chrono::system_clock::now();
  const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  AlertTime out;
  out.seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
  out.microseconds = static_cast<std::int32_t>((since % std::chrono::seconds(1)).count());
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm local{};
  if (localtime_r(&seconds, &local) != nullptr) {
    out.utc_offset = static_cast<std::int32_t>(local.tm_gmtoff);
    out.zone = local.tm_zone;
  }
  return out;
}

std::string format_alert_time(const AlertTime& time, const std::string& format) {
  const std::tm fields = local_fields(time);
  // One character more tells an empty result from one that is too long.
  const std::string wanted = resolved(time, format) + "|";
  for (std::size_t size = 256; size <= kLongestTime; size *= 4) {
    std::string text(size, '\0');
    const std::size_t length = std::strftime(text.data(), size, wanted.c_str(), &fields);
    if (length == 0) continue;
    text.resize(length - 1);
    return text;
  }
  return {};
}

}  // namespace systole::crmd
