#include "lib/base/strings.h"

#include <gtest/gtest.h>

namespace systole::base {
namespace {

TEST(Strings, CatJoinsTextAndNumbers) {
  EXPECT_EQ(cat("node ", 3, " of ", 5u, '!'), "node 3 of 5!");
}

TEST(Strings, SplitLeavesOutEmptyPieces) {
  const std::vector<std::string_view> expected = {"a", "b", "c"};
  EXPECT_EQ(split(" a, b,,c ", ", "), expected);
  EXPECT_TRUE(split(", ,", ", ").empty());
}

TEST(Strings, ParseIntegerTakesTheWholeText) {
  EXPECT_EQ(parse_integer<int>("-12"), -12);
  EXPECT_EQ(parse_integer<int>("12x"), std::nullopt);
  EXPECT_EQ(parse_integer<int>(""), std::nullopt);
  EXPECT_EQ(parse_integer<unsigned char>("300"), std::nullopt);
}

TEST(Strings, ParseBoolKnowsEverySpelling) {
  EXPECT_EQ(parse_bool("Yes"), true);
  EXPECT_EQ(parse_bool("OFF"), false);
  EXPECT_EQ(parse_bool("1"), true);
  EXPECT_EQ(parse_bool("maybe"), std::nullopt);
}

}  // namespace
}  // namespace systole::base
