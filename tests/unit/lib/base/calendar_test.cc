#include "lib/base/calendar.h"

#include <gtest/gtest.h>

#include "lib/base/iso8601.h"

namespace systole::base {
namespace {

constexpr Timestamp kEpoch{0, 0};

std::string later(const char* start, const char* period) {
  return format_utc(add(*parse_timestamp(start, kEpoch), *parse_period(period)).seconds)
      .substr(0, 10);
}

std::string earlier(const char* end, const char* period) {
  return format_utc(subtract(*parse_timestamp(end, kEpoch), *parse_period(period)).seconds)
      .substr(0, 10);
}

TEST(Calendar, KnowsLeapYears) {
  EXPECT_EQ(days_in_year(2000), 366);
  EXPECT_EQ(days_in_year(1900), 365);
  EXPECT_EQ(days_in_year(2004), 366);
  EXPECT_EQ(days_in_month(2004, 2), 29);
  EXPECT_EQ(days_in_month(2005, 2), 28);
}

TEST(Calendar, KnowsLongWeekYears) {
  EXPECT_EQ(weeks_in_year(2004), 53);
  EXPECT_EQ(weeks_in_year(2005), 52);
  EXPECT_EQ(weeks_in_year(2009), 53);
  EXPECT_EQ(days_from_week_date(2009, 53, 7), days_from_date(2010, 1, 3));
}

TEST(Calendar, FieldsAndDaysAreInverse_OverFourCenturies) {
  for (std::int64_t day = days_from_date(1899, 12, 1); day < days_from_date(2301, 1, 1); ++day) {
    const CalendarFields f = calendar_fields({day * kSecondsPerDay, 0});
    ASSERT_EQ(days_from_date(f.year, f.month, f.day), day);
    ASSERT_EQ(days_from_week_date(f.week_year, f.week, f.weekday), day);
    ASSERT_EQ(days_from_date(f.year, 1, 1) + f.year_day - 1, day);
    ASSERT_LE(f.week, weeks_in_year(f.week_year));
  }
}

TEST(Calendar, MonthsKeepTheDayOrTakeTheLast) {
  EXPECT_EQ(later("2005-01-31", "P1M"), "2005-02-28");
  EXPECT_EQ(later("2004-01-31", "P1M"), "2004-02-29");
  EXPECT_EQ(later("2005-01-31", "P13M"), "2006-02-28");
  EXPECT_EQ(later("2005-10-31", "P4M"), "2006-02-28");
  EXPECT_EQ(earlier("2005-03-31", "P1M"), "2005-02-28");
  EXPECT_EQ(earlier("2005-03-31", "P13M"), "2004-02-29");
}

TEST(Calendar, YearsKeepTheDayOfTheYear) {
  EXPECT_EQ(later("2003-03-15", "P1Y"), "2004-03-14");
  EXPECT_EQ(later("2004-02-29", "P1Y"), "2005-03-01");
  EXPECT_EQ(later("2004-12-31", "P1Y"), "2005-12-31");
  EXPECT_EQ(earlier("2004-02-29", "P1Y"), "2003-03-01");
}

TEST(Calendar, PartsAreAddedFromYearsToSeconds) {
  EXPECT_EQ(later("2004-01-31", "P1Y1M"), "2005-02-28");
  EXPECT_EQ(later("2005-01-31", "P1M1W"), "2005-03-07");
  EXPECT_EQ(later("2005-12-31", "P1DT24H"), "2006-01-02");
  EXPECT_EQ(earlier("2005-01-01", "PT1S"), "2004-12-31");
}

}  // namespace
}  // namespace systole::base
