#include "lib/base/duration.h"

#include <gtest/gtest.h>

namespace systole::base {
namespace {

using std::chrono::milliseconds;

TEST(Duration, NumberAloneIsSeconds) {
  EXPECT_EQ(*parse_duration("20"), milliseconds(20000));
}

TEST(Duration, ReadsEveryUnit) {
  EXPECT_EQ(*parse_duration("250ms"), milliseconds(250));
  EXPECT_EQ(*parse_duration("10s"), milliseconds(10000));
  EXPECT_EQ(*parse_duration("10 sec"), milliseconds(10000));
  EXPECT_EQ(*parse_duration("2MIN"), milliseconds(120000));
  EXPECT_EQ(*parse_duration("1h"), milliseconds(3600000));
  EXPECT_EQ(*parse_duration("1500us"), milliseconds(1));
}

TEST(Duration, KnowsUnitsByTheirBeginning) {
  EXPECT_EQ(*parse_duration("5seconds"), milliseconds(5000));
  EXPECT_EQ(*parse_duration("5 minutes"), milliseconds(300000));
  EXPECT_EQ(*parse_duration("5msecs"), milliseconds(5));
  EXPECT_EQ(*parse_duration("2hours"), milliseconds(7200000));
}

TEST(Duration, CutsOffFractions) {
  EXPECT_EQ(*parse_duration("1.5s"), milliseconds(1000));
  EXPECT_EQ(*parse_duration("1..5"), milliseconds(1000));
  EXPECT_EQ(*parse_duration("5. s"), milliseconds(5000));
}

TEST(Duration, RefusesWhatIsNoDuration) {
  EXPECT_FALSE(parse_duration(""));
  EXPECT_FALSE(parse_duration("soon"));
  EXPECT_FALSE(parse_duration("-5s"));
  EXPECT_FALSE(parse_duration("+5s"));
  EXPECT_FALSE(parse_duration("PT5S"));
  EXPECT_FALSE(parse_duration("5 fortnights"));
}

TEST(Duration, SaturatesInsteadOfWrapping) {
  EXPECT_EQ(*parse_duration("9223372036854775807h"), Milliseconds::max());
}

}  // namespace
}  // namespace systole::base
