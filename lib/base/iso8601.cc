#include "lib/base/iso8601.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "lib/base/strings.h"

namespace systole::base {

namespace {

/// Takes characters from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool empty() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }
  std::string_view rest() const { return text_; }
  std::size_t digits_ahead() const {
    return static_cast<std::size_t>(std::find_if_not(text_.begin(), text_.end(), is_digit) -
                                    text_.begin());
  }
  bool take(char c) {
    if (peek() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::optional<std::int64_t> number(std::size_t digits) {
    if (digits == 0 || digits > 15 || digits_ahead() < digits) return std::nullopt;
    const auto value = parse_integer<std::int64_t>(text_.substr(0, digits));
    text_.remove_prefix(digits);
    return value;
  }

 private:
  std::string_view text_;
};

/// A part of a text is out of its range. `reason` ends the sentence that says so.
Error bad_part(std::string reason) {
  return {Errc::kInvalidArgument, std::move(reason)};
}

Error bad_form() {
  return bad_part({});
}

Result<std::int64_t> read_week_date(Reader& in, std::int64_t year) {
  const auto week = in.number(2);
  in.take('-');
  const auto day = in.number(1);
  if (!week || !day) return bad_form();
  const int weeks = weeks_in_year(year);
  if (*week < 1 || *week > weeks) {
    return bad_part(cat("'", *week, "' is not a valid week of the year (max ", weeks, ")"));
  }
  if (*day < 1 || *day > 7) return bad_part(cat("'", *day, "' is not a valid day of the week"));
  return days_from_week_date(year, *week, *day);
}

Result<std::int64_t> read_ordinal_date(Reader& in, std::int64_t year) {
  const auto day = in.number(3);
  const int days = days_in_year(year);
  if (!day || *day < 1 || *day > days) {
    return bad_part(cat("'", day.value_or(0), "' is not a valid day of the year (max ", days, ")"));
  }
  return days_from_date(year, 1, 1) + *day - 1;
}

/// Days since 1970-01-01.
Result<std::int64_t> read_date(Reader& in) {
  const auto year = in.number(4);
  if (!year) return bad_form();
  in.take('-');
  if (in.take('W')) return read_week_date(in, *year);
  if (in.digits_ahead() == 3) return read_ordinal_date(in, *year);
  const auto month = in.number(2);
  in.take('-');
  const auto day = in.number(2);
  if (!month || !day) return bad_form();
  if (*month < 1 || *month > 12) return bad_part(cat("'", *month, "' is not a valid month"));
  if (*day < 1 || *day > days_in_month(*year, *month)) {
    return bad_part(cat("'", *day, "' is not a valid day of the month"));
  }
  return days_from_date(*year, *month, *day);
}

Error bad_time(std::string_view time, std::int64_t value, std::string_view part) {
  return {Errc::kInvalidArgument, cat(time, " is not a valid ISO 8601 time specification because ",
                                      value, " is not a valid ", part)};
}

/// hh[:mm[:ss]] or hhmm[ss] in seconds.
Result<std::int64_t> read_clock(Reader& in) {
  const std::string_view text = in.rest();
  const auto hour = in.number(2);
  if (!hour) return bad_form();
  if (*hour > 24) return bad_time(text, *hour, "hour");
  std::int64_t seconds = *hour * 3600;
  struct Unit {
    std::int64_t seconds;
    std::string_view name;
  };
  for (const Unit unit : {Unit{60, "minute"}, Unit{1, "second"}}) {
    if (!in.take(':') && !is_digit(in.peek())) break;
    const auto part = in.number(2);
    if (!part) return bad_form();
    if (*part > 59) return bad_time(text, *part, unit.name);
    seconds += *part * unit.seconds;
  }
  if (in.take('.') || in.take(',')) in.number(in.digits_ahead());
  if (seconds > kSecondsPerDay) return bad_time(text, *hour, "hour");
  return seconds;
}

/// Z, +hh, +hh:mm or +hhmm in seconds; `local` where there is none.
Result<std::int32_t> read_offset(Reader& in, std::int32_t local) {
  if (in.empty()) return local;
  if (in.take('Z')) return 0;
  const bool west = in.peek() == '-';
  if (!in.take('+') && !in.take('-')) return bad_form();
  const std::string_view text = in.rest();
  const auto hours = in.number(2);
  in.take(':');
  const auto minutes = in.empty() ? std::optional<std::int64_t>(0) : in.number(2);
  if (!hours || !minutes) return bad_form();
  if (*hours > 24) return bad_time(text, *hours, "hour");
  if (*minutes > 59) return bad_time(text, *minutes, "minute");
  const auto offset = static_cast<std::int32_t>(*hours * 3600 + *minutes * 60);
  return west ? -offset : offset;
}

Result<Timestamp> read_timestamp(Reader& in, Timestamp now) {
  const bool time_only =
      in.peek() == 'T' || (in.digits_ahead() == 2 && in.rest().substr(2, 1) != "-");
  const std::int64_t today = now.seconds + now.utc_offset;
  std::int64_t midnight = today - ((today % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  if (!time_only) {
    const auto date = read_date(in);
    if (!date) return date.error();
    midnight = *date * kSecondsPerDay;
    in.take('Z');
    if (in.empty()) return Timestamp{midnight, 0};
  }
  const bool separated = in.take('T') || in.take(' ');
  if (!separated && !time_only) return bad_form();
  const auto clock = read_clock(in);
  if (!clock) return clock.error();
  while (in.take(' ')) {
  }
  const auto offset = read_offset(in, now.utc_offset);
  if (!offset) return offset.error();
  if (!in.empty()) return bad_form();
  return Timestamp{midnight + *clock - *offset, *offset};
}

std::int64_t* period_part(CalendarPeriod& period, char letter, bool in_time) {
  switch (letter) {
    case 'Y':
      return in_time ? nullptr : &period.years;
    case 'M':
      return in_time ? &period.minutes : &period.months;
    case 'W':
      return in_time ? nullptr : &period.weeks;
    case 'D':
      return in_time ? nullptr : &period.days;
    case 'H':
      return &period.hours;
    case 'S':
      return &period.seconds;
    default:
      return nullptr;
  }
}

}  // namespace

Result<Timestamp> parse_timestamp(std::string_view text, Timestamp now) {
  Reader in(trim(text));
  if (in.empty()) {
    return {Errc::kInvalidArgument, "No ISO 8601 date/time specification given"};
  }
  if (in.rest() == "epoch") return Timestamp{0, 0};
  Result<Timestamp> time = read_timestamp(in, now);
  if (time || time.error().message.find("ISO 8601") != std::string::npos) return time;
  std::string sentence = cat("'", text, "' is not a valid ISO 8601 date/time specification");
  if (!time.error().message.empty()) sentence += cat(" because ", time.error().message);
  return {Errc::kInvalidArgument, std::move(sentence)};
}

Result<CalendarPeriod> parse_period(std::string_view text) {
  const Error bad{Errc::kInvalidArgument, cat("'", text, "' is not a valid ISO 8601 duration")};
  // Fits every sum that is made of parts, and what Pacemaker takes.
  constexpr std::int64_t kMost = 0x7fffffff;
  Reader in(trim(text));
  if (!in.take('P') || in.empty()) return bad;
  CalendarPeriod period;
  bool in_time = false;
  while (!in.empty()) {
    if (in.take('T')) {
      if (in_time) return bad;
      in_time = true;
      continue;
    }
    const bool is_negative = in.take('-');
    const auto number = in.number(in.digits_ahead());
    const char letter = in.peek();
    std::int64_t* part = period_part(period, letter, in_time);
    if (!number || part == nullptr) return bad;
    in.take(letter);
    *part += is_negative ? -*number : *number;
    if (std::abs(*part) > kMost) return bad;
  }
  return period;
}

Result<TimeSpan> parse_interval(std::string_view text, Timestamp now) {
  const Error bad{Errc::kInvalidArgument, cat("'", text, "' is not a valid ISO 8601 interval")};
  const std::size_t slash = text.find('/');
  const std::string_view front = text.substr(0, slash);
  const auto duration = parse_period(front);
  if (slash == std::string_view::npos) {
    if (!duration) return bad;
    return TimeSpan{now, add(now, *duration)};
  }
  const std::string_view back = text.substr(slash + 1);
  if (duration) {
    const auto end = parse_timestamp(back, now);
    if (!end) return bad;
    return TimeSpan{subtract(*end, *duration), *end};
  }
  const auto start = parse_timestamp(front, now);
  if (!start) return bad;
  if (const auto length = parse_period(back)) return TimeSpan{*start, add(*start, *length)};
  const auto end = parse_timestamp(back, now);
  if (!end) return bad;
  return TimeSpan{*start, *end};
}

std::string format_timestamp(Timestamp time, DateForm form) {
  const CalendarFields f = calendar_fields(time);
  const auto as_long = [](std::int64_t value) { return static_cast<long long>(value); };
  char text[160];
  std::size_t length = 0;
  const auto append = [&](const char* format, auto... values) {
    length += static_cast<std::size_t>(
        std::snprintf(text + length, sizeof text - length, format, as_long(values)...));
  };
  if (form == DateForm::kCalendar) append("%04lld-%02lld-%02lld", f.year, f.month, f.day);
  if (form == DateForm::kOrdinal) append("%04lld-%03lld", f.year, f.year_day);
  if (form == DateForm::kWeek) append("%04lld-W%02lld-%lld", f.week_year, f.week, f.weekday);
  append(" %02lld:%02lld:%02lld", f.hour, f.minute, f.second);
  if (time.utc_offset == 0) return cat(std::string_view(text, length), "Z");
  const int offset = std::abs(time.utc_offset);
  append(time.utc_offset < 0 ? " -%02lld:%02lld" : " +%02lld:%02lld", offset / 3600,
         offset / 60 % 60);
  return std::string(text, length);
}

std::string format_utc(std::int64_t seconds) {
  return format_timestamp({seconds, 0});
}

}  // namespace systole::base
