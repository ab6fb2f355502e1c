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

TEST(Timestamp, SaysWhichPartIsWrong) {
  const auto complaint = [](const char* text) {
    const auto time = parse_timestamp(text, kNoon);
    return time ? std::string("none") : time.error().message;
  };
  const std::string invalid = " is not a valid ISO 8601 date/time specification";
  EXPECT_EQ(complaint(""), "No ISO 8601 date/time specification given");
  EXPECT_EQ(complaint("foo"), "'foo'" + invalid);
  EXPECT_EQ(complaint("2020-13-01"),
            "'2020-13-01'" + invalid + " because '13' is not a valid month");
  EXPECT_EQ(complaint("2020-02-30"),
            "'2020-02-30'" + invalid + " because '30' is not a valid day of the month");
  EXPECT_EQ(complaint("2021-366"),
            "'2021-366'" + invalid + " because '366' is not a valid day of the year (max 365)");
  EXPECT_EQ(complaint("2021-W53-1"),
            "'2021-W53-1'" + invalid + " because '53' is not a valid week of the year (max 52)");
  EXPECT_EQ(complaint("2020-W10-9"),
            "'2020-W10-9'" + invalid + " because '9' is not a valid day of the week");
  EXPECT_EQ(complaint("2020-02-20 10:99:00"),
            "10:99:00 is not a valid ISO 8601 time specification because 99 is not a valid minute");
  EXPECT_EQ(complaint("2020-02-20 10:00:00 +25:00"),
            "25:00 is not a valid ISO 8601 time specification because 25 is not a valid hour");
}

TEST(Timestamp, HasOrdinalAndWeekDates_AtTheEdgesOfYears) {
  EXPECT_EQ(format_utc(parse_timestamp("2004-366", kNoon)->seconds), "2004-12-31 00:00:00Z");
  EXPECT_EQ(format_utc(parse_timestamp("2009-W53-7", kNoon)->seconds), "2010-01-03 00:00:00Z");
  EXPECT_EQ(format_utc(parse_timestamp("2005-W01-1", kNoon)->seconds), "2005-01-03 00:00:00Z");
}

TEST(Timestamp, IsWrittenInEveryForm) {
  const auto time = *parse_timestamp("2010-01-03 01:30:00 +02:00", kNoon);
  EXPECT_EQ(format_timestamp(time), "2010-01-03 01:30:00 +02:00");
  EXPECT_EQ(format_timestamp({time.seconds, 0}), "2010-01-02 23:30:00Z");
  EXPECT_EQ(format_timestamp(time, DateForm::kOrdinal), "2010-003 01:30:00 +02:00");
  EXPECT_EQ(format_timestamp(time, DateForm::kWeek), "2009-W53-7 01:30:00 +02:00");
  EXPECT_EQ(format_timestamp({0, -12600}), "1969-12-31 20:30:00 -03:30");
}

TEST(Interval, IsReadInEveryForm) {
  const auto text = [](const char* interval) {
    const auto span = parse_interval(interval, kNoon);
    if (!span) return std::string("none");
    return format_utc(span->start.seconds) + " " + format_utc(span->end.seconds);
  };
  EXPECT_EQ(text("2005-040/2005-043"), "2005-02-09 00:00:00Z 2005-02-12 00:00:00Z");
  EXPECT_EQ(text("2005-040/P1M"), "2005-02-09 00:00:00Z 2005-03-09 00:00:00Z");
  EXPECT_EQ(text("P1M/2005-040"), "2005-01-09 00:00:00Z 2005-02-09 00:00:00Z");
  EXPECT_EQ(text("PT1H"), "2023-11-15 12:00:00Z 2023-11-15 13:00:00Z");
  for (const char* bad :
       {"", "2005-040", "2005-040/", "/2005-040", "P1M/P1M", "foo/bar", "R5/2005-040/P1D"}) {
    EXPECT_EQ(text(bad), "none") << bad;
  }
}

TEST(Period, AddsPartsUp_NegativeOnesToo) {
  EXPECT_EQ(*parse_period("PT1H1H"), (CalendarPeriod{.hours = 2}));
  EXPECT_EQ(*parse_period("P-1M"), (CalendarPeriod{.months = -1}));
  EXPECT_EQ(*parse_period("P2WT5M"), (CalendarPeriod{.weeks = 2, .minutes = 5}));
  for (const char* bad : {"P", "P1", "PX", "1M", "P1.5D", "P99999999999D", "PT1D", "P1D1"}) {
    EXPECT_FALSE(parse_period(bad)) << bad;
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
