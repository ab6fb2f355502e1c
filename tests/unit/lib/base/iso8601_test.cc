#include "lib/base/iso8601.h"

#include <gtest/gtest.h>

namespace systole::base {
namespace {

constexpr Timestamp kNoon{1700049600, 3600};  // 2023-11-15T12:00:00Z, one hour east

TEST(Timestamp, ReadsEveryFormOfADate) {
  for (const char* text : {"2005-01-20", "20050120", "2005-020", "2005-W03-4"}) {
    const auto time = parse_timestamp(text, kNoon);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(format_utc(time->seconds), "2005-01-20 00:00:00Z") << text;
  }
}

TEST(Timestamp, IsLocal_WithATimeAndNoOffset) {
  EXPECT_EQ(parse_timestamp("2023-11-15T13:30", kNoon)->seconds, kNoon.seconds + 1800);
  EXPECT_EQ(parse_timestamp("2023-11-15 12:30Z", kNoon)->seconds, kNoon.seconds + 1800);
  EXPECT_EQ(parse_timestamp("2023-11-15T123000-0130", kNoon)->seconds, kNoon.seconds + 7200);
}

TEST(Timestamp, IsToday_WithATimeAlone) {
  EXPECT_EQ(parse_timestamp("T14:00:00", kNoon)->seconds, kNoon.seconds + 3600);
}

TEST(Timestamp, TakesTwentyFourHoursAsTheNextDay) {
  EXPECT_EQ(format_utc(parse_timestamp("2023-12-31T24:00:00Z", kNoon)->seconds),
            "2024-01-01 00:00:00Z");
}

TEST(Timestamp, RefusesWhatIsNoTime) {
  for (const char* text : {"", "tomorrow", "2005-13-01", "2005-02-30", "2005-01-20T25",
                           "2005-01-20x", "2005-01-20T10:00+"}) {
    EXPECT_FALSE(parse_timestamp(text, kNoon)) << text;
  }
}

TEST(Period, AddsUpByTheCalendar) {
  const auto start = *parse_timestamp("2024-01-31", kNoon);
  EXPECT_EQ(format_utc(add(start, *parse_period("P1M")).seconds), "2024-02-29 00:00:00Z");
  EXPECT_EQ(format_utc(add(start, *parse_period("P1Y1DT2H")).seconds), "2025-02-01 02:00:00Z");
}

TEST(Period, HasANominalLength) {
  EXPECT_EQ(nominal_seconds(*parse_period("P1Y1M1W1DT1H1M1S")),
            (365 + 30 + 7 + 1) * 86400 + 3600 + 60 + 1);
  EXPECT_EQ(nominal_seconds(*parse_period("P10S")), 10);
  EXPECT_FALSE(parse_period("10S"));
  EXPECT_FALSE(parse_period("P1X"));
}

TEST(CalendarFields, CountIsoWeeks) {
  const CalendarFields fields = calendar_fields(*parse_timestamp("2021-01-03", kNoon));
  EXPECT_EQ(fields.week_year, 2020);
  EXPECT_EQ(fields.week, 53);
  EXPECT_EQ(fields.weekday, 7);
  EXPECT_EQ(fields.year_day, 3);
}

}  // namespace
}  // namespace systole::base
