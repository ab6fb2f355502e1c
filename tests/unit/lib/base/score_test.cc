#include "lib/base/score.h"

#include <gtest/gtest.h>

namespace systole::base {
namespace {

TEST(Score, ArithmeticSaturates) {
  EXPECT_EQ(Score(999999) + Score(2), Score::infinity());
  EXPECT_EQ(Score(-999999) + Score(-2), Score::minus_infinity());
  EXPECT_EQ(Score(40) + Score(2), Score(42));
}

TEST(Score, InfinityStays_WhenFiniteScoresAreAdded) {
  EXPECT_EQ(Score::infinity() + Score(-5), Score::infinity());
  EXPECT_EQ(Score::minus_infinity() + Score(5), Score::minus_infinity());
}

TEST(Score, MinusInfinityWins_AgainstInfinity) {
  EXPECT_EQ(Score::infinity() + Score::minus_infinity(), Score::minus_infinity());
  EXPECT_EQ(Score::minus_infinity() + Score::infinity(), Score::minus_infinity());
}

TEST(Score, ParsesEverySpelling) {
  EXPECT_EQ(*parse_score("INFINITY"), Score::infinity());
  EXPECT_EQ(*parse_score("+infinity"), Score::infinity());
  EXPECT_EQ(*parse_score("-INFINITY"), Score::minus_infinity());
  EXPECT_EQ(*parse_score(" 17 "), Score(17));
  EXPECT_EQ(*parse_score("+17"), Score(17));
  EXPECT_EQ(*parse_score("-17"), Score(-17));
  EXPECT_EQ(*parse_score("5000000"), Score::infinity());
  EXPECT_EQ(*parse_score("-99999999999999999999999"), Score::minus_infinity());
}

TEST(Score, RefusesWhatIsNoScore_NamingIt) {
  const Result<Score> score = parse_score("many");
  ASSERT_FALSE(score);
  EXPECT_EQ(score.error().code, Errc::kInvalidArgument);
  EXPECT_NE(score.error().message.find("many"), std::string::npos);
  EXPECT_FALSE(parse_score(""));
  EXPECT_FALSE(parse_score("1x"));
}

TEST(Score, PrintsInfinityByName) {
  EXPECT_EQ(to_string(Score::infinity()), "INFINITY");
  EXPECT_EQ(to_string(Score::minus_infinity()), "-INFINITY");
  EXPECT_EQ(to_string(Score(-3)), "-3");
}

}  // namespace
}  // namespace systole::base
