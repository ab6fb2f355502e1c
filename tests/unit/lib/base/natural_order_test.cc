#include "lib/base/natural_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace systole::base {
namespace {

TEST(NaturalOrder, ReadsRunsOfDigitsAsNumbers) {
  std::vector<std::string> names = {"node10", "Node2", "node", "node2b", "alpha"};
  std::sort(names.begin(), names.end(), naturally_less);
  EXPECT_EQ(names, (std::vector<std::string>{"alpha", "node", "Node2", "node2b", "node10"}));
}

TEST(NaturalOrder, TakesNumbersOfAnyLength) {
  EXPECT_TRUE(naturally_less("n99999999999999999999998", "n99999999999999999999999"));
  EXPECT_TRUE(naturally_less("n9", "n100000000000000000000000"));
}

TEST(NaturalOrder, IgnoresLeadingZeros_UntilNothingElseDiffers) {
  EXPECT_TRUE(naturally_less("n01", "n2"));
  EXPECT_TRUE(naturally_less("n1", "n01"));
  EXPECT_FALSE(naturally_less("n1", "N1"));
  EXPECT_FALSE(naturally_less("N1", "n1"));
}

}  // namespace
}  // namespace systole::base
