#pragma once

#include <cstdint>

namespace systole::base {

inline constexpr std::int64_t kSecondsPerDay = 24 * 60 * 60;

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
  bool operator==(const CalendarPeriod&) const = default;
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
CalendarFields calendar_fields(Timestamp time);

/// Of the proleptic Gregorian calendar.
int days_in_month(std::int64_t year, std::int64_t month);
int days_in_year(std::int64_t year);
/// ISO weeks: 52 or 53.
int weeks_in_year(std::int64_t year);

/// Days from 1970-01-01.
std::int64_t days_from_date(std::int64_t year, std::int64_t month, std::int64_t day);
std::int64_t days_from_week_date(std::int64_t year, std::int64_t week, std::int64_t weekday);

/// The length of `period` with years of 365 and months of 30 days.
std::int64_t nominal_seconds(const CalendarPeriod& period);

/// `start` plus `period`, part by part from years to seconds. A year keeps the number of the day in
/// the year, which is what Pacemaker does: rules must come into force on the same day. A month
/// keeps the day of the month, or takes the last one that there is.
Timestamp add(Timestamp start, const CalendarPeriod& period);
Timestamp subtract(Timestamp end, const CalendarPeriod& period);

}  // namespace systole::base
