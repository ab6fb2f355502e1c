#include "lib/base/calendar.h"

#include <algorithm>
#include <array>

namespace systole::base {
namespace {

bool is_leap(std::int64_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

struct Date {
  std::int64_t year, month, day;
};

Date date_from_days(std::int64_t days) {
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
  const std::int64_t fourth = days_from_date(year, 1, 4);
  return fourth - (weekday_of(fourth) - 1);
}

std::int64_t add_years(std::int64_t days, std::int64_t years) {
  if (years == 0) return days;
  const Date date = date_from_days(days);
  const std::int64_t year = date.year + years;
  const std::int64_t day_of_year = days - days_from_date(date.year, 1, 1);
  return days_from_date(year, 1, 1) + std::min<std::int64_t>(day_of_year, days_in_year(year) - 1);
}

std::int64_t add_months(std::int64_t days, std::int64_t months) {
  if (months == 0) return days;
  const Date date = date_from_days(days);
  const std::int64_t total = date.month - 1 + months;
  const std::int64_t year = date.year + floor_divide(total, 12);
  const std::int64_t month = total - floor_divide(total, 12) * 12 + 1;
  return days_from_date(year, month, std::min<std::int64_t>(date.day, days_in_month(year, month)));
}

CalendarPeriod negative(const CalendarPeriod& period) {
  return {-period.years, -period.months,  -period.weeks,  -period.days,
          -period.hours, -period.minutes, -period.seconds};
}

}  // namespace

int days_in_month(std::int64_t year, std::int64_t month) {
  static constexpr std::array<int, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kLengths[static_cast<std::size_t>(month - 1)];
}

int days_in_year(std::int64_t year) {
  return is_leap(year) ? 366 : 365;
}

int weeks_in_year(std::int64_t year) {
  return static_cast<int>((first_monday_of_week_year(year + 1) - first_monday_of_week_year(year)) /
                          7);
}

std::int64_t days_from_date(std::int64_t year, std::int64_t month, std::int64_t day) {
  year -= month <= 2;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

std::int64_t days_from_week_date(std::int64_t year, std::int64_t week, std::int64_t weekday) {
  return first_monday_of_week_year(year) + (week - 1) * 7 + weekday - 1;
}

std::int64_t nominal_seconds(const CalendarPeriod& period) {
  const std::int64_t days =
      period.years * 365 + period.months * 30 + period.weeks * 7 + period.days;
  return days * kSecondsPerDay + period.hours * 3600 + period.minutes * 60 + period.seconds;
}

Timestamp add(Timestamp start, const CalendarPeriod& period) {
  const std::int64_t local = start.seconds + start.utc_offset;
  std::int64_t days = floor_divide(local, kSecondsPerDay);
  const std::int64_t clock = local - days * kSecondsPerDay;
  days = add_months(add_years(days, period.years), period.months);
  days += period.weeks * 7 + period.days;
  const std::int64_t seconds = period.hours * 3600 + period.minutes * 60 + period.seconds;
  return {days * kSecondsPerDay + clock + seconds - start.utc_offset, start.utc_offset};
}

Timestamp subtract(Timestamp end, const CalendarPeriod& period) {
  return add(end, negative(period));
}

CalendarFields calendar_fields(Timestamp time) {
  const std::int64_t local = time.seconds + time.utc_offset;
  const std::int64_t days = floor_divide(local, kSecondsPerDay);
  const std::int64_t clock = local - days * kSecondsPerDay;
  const Date date = date_from_days(days);
  CalendarFields fields;
  fields.year = date.year;
  fields.month = date.month;
  fields.day = date.day;
  fields.hour = clock / 3600;
  fields.minute = clock / 60 % 60;
  fields.second = clock % 60;
  fields.year_day = days - days_from_date(date.year, 1, 1) + 1;
  fields.weekday = weekday_of(days);
  fields.week_year = date.year + 1;
  while (first_monday_of_week_year(fields.week_year) > days) --fields.week_year;
  fields.week = (days - first_monday_of_week_year(fields.week_year)) / 7 + 1;
  return fields;
}

}  // namespace systole::base
