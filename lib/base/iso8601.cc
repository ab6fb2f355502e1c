#include "lib/base/iso8601.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "lib/base/strings.h"

namespace systole::base {

namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_leap(std::int64_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_length(std::int64_t year, std::int64_t month) {
  static constexpr std::array<int, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kLengths[static_cast<std::size_t>(month - 1)];
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
std::int64_t days_from_civil(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

struct Civil {
  std::int64_t year, month, day;
};

Civil civil_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
  const std::int64_t month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  return {year_of_era + era * 400 + (month <= 2), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

/// 1 for Monday.
std::int64_t weekday_of(std::int64_t days) {
  return ((days + 3) % 7 + 7) % 7 + 1;
}

std::int64_t first_monday_of_week_year(std::int64_t year) {
  const std::int64_t fourth = days_from_civil(year, 1, 4);
  return fourth - (weekday_of(fourth) - 1);
}

/// Takes characters from the front of a text.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool empty() const { return text_.empty(); }
  char peek() const { return text_.empty() ? '\0' : text_.front(); }
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

std::optional<std::int64_t> read_week_date(Reader& in, std::int64_t year) {
  const auto week = in.number(2);
  in.take('-');
  const auto day = in.number(1);
  if (!week || !day || *week < 1 || *week > 53 || *day < 1 || *day > 7) return std::nullopt;
  return first_monday_of_week_year(year) + (*week - 1) * 7 + *day - 1;
}

/// Days since 1970-01-01.
std::optional<std::int64_t> read_date(Reader& in) {
  const auto year = in.number(4);
  if (!year) return std::nullopt;
  in.take('-');
  if (in.take('W')) return read_week_date(in, *year);
  if (in.digits_ahead() == 3) {
    const auto day = in.number(3);
    if (!day || *day < 1 || *day > 366) return std::nullopt;
    return days_from_civil(*year, 1, 1) + *day - 1;
  }
  const auto month = in.number(2);
  in.take('-');
  const auto day = in.number(2);
  if (!month || !day || *month < 1 || *month > 12) return std::nullopt;
  if (*day < 1 || *day > month_length(*year, *month)) return std::nullopt;
  return days_from_civil(*year, *month, *day);
}

/// hh[:mm[:ss]] or hhmm[ss] in seconds.
std::optional<std::int64_t> read_clock(Reader& in) {
  const auto hour = in.number(2);
  if (!hour || *hour > 24) return std::nullopt;
  std::int64_t seconds = *hour * 3600;
  for (const std::int64_t unit : {std::int64_t{60}, std::int64_t{1}}) {
    if (!in.take(':') && !is_digit(in.peek())) break;
    const auto part = in.number(2);
    if (!part || *part > 59) return std::nullopt;
    seconds += *part * unit;
  }
  if (in.take('.') || in.take(',')) in.number(in.digits_ahead());
  return seconds <= kDay ? std::optional(seconds) : std::nullopt;
}

/// Z, +hh, +hh:mm or +hhmm in seconds; `local` where there is none.
std::optional<std::int32_t> read_offset(Reader& in, std::int32_t local) {
  if (in.empty()) return local;
  if (in.take('Z')) return 0;
  const bool west = in.peek() == '-';
  if (!in.take('+') && !in.take('-')) return std::nullopt;
  const auto hours = in.number(2);
  in.take(':');
  const auto minutes = in.empty() ? std::optional<std::int64_t>(0) : in.number(2);
  if (!hours || !minutes || *hours > 24 || *minutes > 59) return std::nullopt;
  const auto offset = static_cast<std::int32_t>(*hours * 3600 + *minutes * 60);
  return west ? -offset : offset;
}

Error bad_time(std::string_view text) {
  return {Errc::kInvalidArgument, cat("'", text, "' is no ISO 8601 date or time")};
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
  if (in.empty()) return bad_time(text);
  if (trim(text) == "epoch") return Timestamp{0, 0};

  const bool time_only = in.peek() == 'T' || (in.digits_ahead() == 2);
  std::int64_t day = floor_divide(now.seconds + now.utc_offset, kDay);
  if (!time_only) {
    const auto date = read_date(in);
    if (!date) return bad_time(text);
    day = *date;
    if (in.empty()) return Timestamp{day * kDay, 0};
    if (in.take('Z'))
      return in.empty() ? Result<Timestamp>(Timestamp{day * kDay, 0}) : bad_time(text);
  }
  const bool separated = in.take('T') || in.take(' ');
  if (!separated && !time_only) return bad_time(text);
  const auto clock = read_clock(in);
  while (in.take(' ')) {
  }
  const auto offset = clock ? read_offset(in, now.utc_offset) : std::nullopt;
  if (!clock || !offset || !in.empty()) return bad_time(text);
  return Timestamp{day * kDay + *clock - *offset, *offset};
}

Result<CalendarPeriod> parse_period(std::string_view text) {
  const Error bad{Errc::kInvalidArgument, cat("'", text, "' is no ISO 8601 duration")};
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
    const auto number = in.number(in.digits_ahead());
    const char letter = in.peek();
    std::int64_t* part = period_part(period, letter, in_time);
    if (!number || part == nullptr) return bad;
    in.take(letter);
    *part = *number;
  }
  return period;
}

std::int64_t nominal_seconds(const CalendarPeriod& period) {
  const std::int64_t days =
      period.years * 365 + period.months * 30 + period.weeks * 7 + period.days;
  return days * kDay + period.hours * 3600 + period.minutes * 60 + period.seconds;
}

Timestamp add(Timestamp start, const CalendarPeriod& period) {
  const std::int64_t local = start.seconds + start.utc_offset;
  const std::int64_t days = floor_divide(local, kDay);
  Civil civil = civil_from_days(days);
  const std::int64_t months = civil.month - 1 + period.months;
  civil.year += period.years + floor_divide(months, 12);
  civil.month = months - floor_divide(months, 12) * 12 + 1;
  civil.day = std::min<std::int64_t>(civil.day, month_length(civil.year, civil.month));
  const std::int64_t moved =
      days_from_civil(civil.year, civil.month, civil.day) + period.weeks * 7 + period.days;
  const std::int64_t clock =
      local - days * kDay + period.hours * 3600 + period.minutes * 60 + period.seconds;
  return {moved * kDay + clock - start.utc_offset, start.utc_offset};
}

CalendarFields calendar_fields(Timestamp time) {
  const std::int64_t local = time.seconds + time.utc_offset;
  const std::int64_t days = floor_divide(local, kDay);
  const std::int64_t clock = local - days * kDay;
  const Civil civil = civil_from_days(days);
  CalendarFields fields;
  fields.year = civil.year;
  fields.month = civil.month;
  fields.day = civil.day;
  fields.hour = clock / 3600;
  fields.minute = clock / 60 % 60;
  fields.second = clock % 60;
  fields.year_day = days - days_from_civil(civil.year, 1, 1) + 1;
  fields.weekday = weekday_of(days);
  fields.week_year = civil.year + 1;
  while (first_monday_of_week_year(fields.week_year) > days) --fields.week_year;
  fields.week = (days - first_monday_of_week_year(fields.week_year)) / 7 + 1;
  return fields;
}

std::string format_utc(std::int64_t seconds) {
  const CalendarFields f = calendar_fields({seconds, 0});
  char text[96];
  std::snprintf(text, sizeof text, "%04lld-%02lld-%02lld %02lld:%02lld:%02lldZ",
                static_cast<long long>(f.year), static_cast<long long>(f.month),
                static_cast<long long>(f.day), static_cast<long long>(f.hour),
                static_cast<long long>(f.minute), static_cast<long long>(f.second));
  return text;
}

}  // namespace systole::base
