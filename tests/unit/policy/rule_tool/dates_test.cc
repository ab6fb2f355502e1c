#include "policy/rule_tool/dates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/rule_tool/duration_text.h"
#include "tests/unit/policy/tool_run.h"

namespace systole::policy::rule_tool {
namespace {

using ::testing::HasSubstr;

ToolRun dates(std::vector<std::string> arguments) {
  return run_tool(kDatesProgram, run_dates, std::move(arguments));
}

TEST(Iso8601, ShowsADateInEveryForm) {
  const std::string date = "2005-040 12:30:45 +02:00";
  EXPECT_EQ(dates({"-d", date}).out, "Date: 2005-02-09 10:30:45Z\n");
  EXPECT_EQ(dates({"-d", date, "-L"}).out, "Date: 2005-02-09 12:30:45 +02:00\n");
  EXPECT_EQ(dates({"-d", date, "-O"}).out, "Date: 2005-040 10:30:45Z\n");
  EXPECT_EQ(dates({"-d", date, "-W"}).out, "Date: 2005-W06-3 10:30:45Z\n");
  EXPECT_EQ(dates({"-d", date, "-S"}).out, "Date: 1107945045\n");
  EXPECT_EQ(dates({"-d", date, "-s"}).out, "Date: 63243541845\n");
}

TEST(Iso8601, ShowsPeriodsAndDurations) {
  EXPECT_EQ(dates({"-p", "2005-040/P1M"}).out,
            "Period: 2005-02-09 00:00:00Z to 2005-03-09 00:00:00Z\n");
  EXPECT_EQ(dates({"-D", "P1M"}).out, "Duration:  1 month \n");
  EXPECT_EQ(dates({"-d", "2005-040", "-D", "P1D"}).out,
            "Date: 2005-02-09 00:00:00Z\nDuration:  1 day \nDuration ends at: 2005-02-10 "
            "00:00:00Z\n");
}

TEST(Iso8601, RefusesWhatItCannotRead) {
  const ToolRun date = dates({"-d", "foo"});
  EXPECT_EQ(date.code, 2);
  EXPECT_EQ(date.err, "iso8601: Invalid date/time specified: foo\n");
  EXPECT_EQ(dates({"-D", "P"}).err, "iso8601: Invalid duration specified: P\n");
  EXPECT_EQ(dates({"-p", "x/y"}).err, "iso8601: Invalid interval specified: x/y\n");
  EXPECT_THAT(dates({"-V", "-d", "2020-02-30"}).err,
              HasSubstr("because '30' is not a valid day of the month"));
  EXPECT_EQ(dates({"-Z"}).code, 64);
}

TEST(Iso8601, ComparesTheLastDateWithWhatIsExpected) {
  EXPECT_EQ(dates({"-d", "2005-040", "-E", "2005-02-09 00:00:00Z"}).code, 0);
  EXPECT_EQ(dates({"-d", "2005-040", "-E", "2005-02-10 00:00:00Z"}).code, 1);
  EXPECT_EQ(dates({"-d", "2005-040", "-D", "P1D", "-E", "2005-02-10 00:00:00Z"}).code, 0);
  EXPECT_EQ(dates({"-D", "P1D", "-E", "x"}).code, 0);
}

TEST(DurationText, LeavesZeroesOut_AndSpellsClocks) {
  EXPECT_EQ(
      duration_text({.years = 1, .months = 2, .days = 3, .hours = 4, .minutes = 5, .seconds = 6}),
      "   1 year  2 months  3 days 14706 seconds (4 hours 5 minutes 6 seconds)");
  EXPECT_EQ(duration_text({.weeks = 2}), "14 days ");
  EXPECT_EQ(duration_text({.seconds = 1}), "1 second");
  EXPECT_EQ(duration_text({.minutes = 90}), "5400 seconds (1 hour 30 minutes)");
  EXPECT_EQ(duration_text({}), "0 seconds");
}

}  // namespace
}  // namespace systole::policy::rule_tool
