#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::base {

/// An instant and the offset from UTC in which it was written.
struct Timestamp {
  std::int64_t seconds = 0;     ///< since 1970-01-01T00:00:00Z
  std::int32_t utc_offset = 0;  ///< seconds east of Greenwich
  bool operator==(const Timestamp&) const = default;
};

/// A length of time by calendar, as ISO 8601 durations and date rules write it.
struct CalendarPeriod {
  std::int64_t years = 0;
  std::int64_t months = 0;
  std::int64_t weeks = 0;
  std::int64_t days = 0;
  std::int64_t hours = 0;
  std::int64_t minutes = 0;
  std::int64_t seconds = 0;
};

/// The parts of an instant in its own offset. Weeks are ISO weeks; `weekday` is 1 for Monday.
struct CalendarFields {
  std::int64_t year = 0;
  std::int64_t month = 0;
  std::int64_t day = 0;
  std::int64_t hour = 0;
  std::int64_t minute = 0;
  std::int64_t second = 0;
  std::int64_t year_day = 0;
  std::int64_t week_year = 0;
  std::int64_t week = 0;
  std::int64_t weekday = 0;
};

/// Reads a date and time: YYYY-MM-DD, YYYYMMDD, YYYY-DDD or YYYY-Www-D, a time after T or a blank
/// (hh, hh:mm, hh:mm:ss, hhmmss) and an offset (Z, +hh, +hh:mm, +hhmm); "epoch"; or a time alone,
/// which is today's. A date without a time is midnight UTC, a time without an offset is local.
/// `now` gives today and the local offset.
Result<Timestamp> parse_timestamp(std::string_view text, Timestamp now);

/// Reads an ISO 8601 duration such as P1Y2M3DT4H or P2W. Hours and seconds are understood without
/// the T, too.
Result<CalendarPeriod> parse_period(std::string_view text);

/// The length of `period` with years of 365 and months of 30 days.
std::int64_t nominal_seconds(const CalendarPeriod& period);

/// `start` plus `period` by the calendar; days that a month does not have become its last day.
Timestamp add(Timestamp start, const CalendarPeriod& period);

CalendarFields calendar_fields(Timestamp time);

/// "YYYY-MM-DD HH:MM:SSZ", in UTC.
std::string format_utc(std::int64_t seconds);

}  // namespace systole::base
