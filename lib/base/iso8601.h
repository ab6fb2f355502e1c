#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/calendar.h"
#include "lib/base/result.h"

namespace systole::base {

/// Reads a date and time: YYYY-MM-DD, YYYYMMDD, YYYY-DDD or YYYY-Www-D, a time after T or a blank
/// (hh, hh:mm, hh:mm:ss, hhmmss) and an offset (Z, +hh, +hh:mm, +hhmm); "epoch"; or a time alone,
/// which is today's. A date without a time is midnight UTC, a time without an offset is local.
/// `now` gives today and the local offset. Errors: kInvalidArgument, a sentence that names the part
/// that is wrong.
Result<Timestamp> parse_timestamp(std::string_view text, Timestamp now);

/// Reads an ISO 8601 duration such as P1Y2M3DT4H or P2W. Hours and seconds are understood without
/// the T, too; parts may be negative and may repeat, which adds them up.
Result<CalendarPeriod> parse_period(std::string_view text);

/// A span of time from one instant to another, which need not be the later one.
struct TimeSpan {
  Timestamp start;
  Timestamp end;
};

/// Reads an interval: START/END, START/DURATION, DURATION/END, or a DURATION from `now` on.
Result<TimeSpan> parse_interval(std::string_view text, Timestamp now);

/// How a date is written: 2005-02-09, 2005-040, 2005-W06-3.
enum class DateForm { kCalendar, kOrdinal, kWeek };

/// "2005-02-09 12:30:45 +02:00" in the offset of `time`; "2005-02-09 10:30:45Z" where that is 0.
std::string format_timestamp(Timestamp time, DateForm form = DateForm::kCalendar);

/// "YYYY-MM-DD HH:MM:SSZ", in UTC.
std::string format_utc(std::int64_t seconds);

}  // namespace systole::base
