#include "lib/model/scalars.h"

#include <gtest/gtest.h>

#include "lib/model/text.h"

namespace systole::model {
namespace {

TEST(Interval, ReadsUnitsByTheirBeginning) {
  EXPECT_EQ(read_interval_ms("10"), 10000);
  EXPECT_EQ(read_interval_ms("10s"), 10000);
  EXPECT_EQ(read_interval_ms("1.9s"), 1000);
  EXPECT_EQ(read_interval_ms("20 msec"), 20);
  EXPECT_EQ(read_interval_ms("2min"), 120000);
  EXPECT_EQ(read_interval_ms("1h"), 3600000);
  EXPECT_EQ(read_interval_ms("PT1M"), 60000);
}

TEST(Interval, RefusesOtherText) {
  EXPECT_FALSE(read_interval_ms("-1s"));
  EXPECT_FALSE(read_interval_ms("+1s"));
  EXPECT_FALSE(read_interval_ms("9223372036854775807"));
  EXPECT_FALSE(read_interval_ms("ten"));
  EXPECT_FALSE(read_interval_ms("10 fortnights"));
}

TEST(Interval, RoundsToSeconds_NeverToZero) {
  EXPECT_EQ(to_seconds(0), 0);
  EXPECT_EQ(to_seconds(1), 1);
  EXPECT_EQ(to_seconds(1499), 1);
  EXPECT_EQ(to_seconds(1500), 2);
}

TEST(Time, IsOneThatACalendarHolds) {
  EXPECT_EQ(leading_time("1700000000"), 1700000000);
  EXPECT_EQ(leading_time("99999999999999999999"), 253402300799);
  EXPECT_EQ(leading_time("-5"), 0);
  EXPECT_EQ(leading_time("soon"), std::nullopt);
}

TEST(Score, KnowsTheWordsOfNodeHealth) {
  const HealthScores health{base::Score::minus_infinity(), base::Score(-5), base::Score(7)};
  EXPECT_EQ(read_score("red", health), base::Score::minus_infinity());
  EXPECT_EQ(read_score("Yellow", health), base::Score(-5));
  EXPECT_EQ(read_score("+INFINITY", health), base::Score::infinity());
  EXPECT_EQ(read_score("99999999999999999999", health), base::Score::infinity());
  EXPECT_EQ(read_score("5x", health), base::Score(5));
  EXPECT_FALSE(read_score("x5", health));
}

TEST(Version, ComparesSegmentsAsNumbers) {
  EXPECT_LT(compare_versions("3.9", "3.10"), 0);
  EXPECT_EQ(compare_versions("3", "3.0.0"), 0);
  EXPECT_GT(compare_versions("3.0.1-rc1", "3.0"), 0);
}

TEST(TextPool, KeepsTextWhenTheSourceIsGone) {
  TextPool pool;
  std::vector<Text> kept;
  for (int i = 0; i < 10000; ++i) {
    std::string text = "resource-" + std::to_string(i);
    kept.push_back(pool.keep(text));
    text.assign(text.size(), '!');
  }
  EXPECT_EQ(kept.front(), "resource-0");
  EXPECT_EQ(kept.back(), "resource-9999");
  EXPECT_EQ(pool.keep(std::string(200000, 'x')).size(), 200000u);
}

}  // namespace
}  // namespace systole::model
