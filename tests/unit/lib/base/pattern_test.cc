#include "lib/base/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace systole::base {
namespace {

using testing::ElementsAre;

TEST(Pattern, IsFoundAnywhere) {
  const auto pattern = Pattern::compile("b+");
  ASSERT_TRUE(pattern);
  EXPECT_TRUE(pattern->matches("abba"));
  EXPECT_FALSE(pattern->matches("aa"));
  EXPECT_FALSE(pattern->find("aa"));
}

TEST(Pattern, TellsItsGroups) {
  const auto pattern = Pattern::compile("^(web|db)-([0-9]+)(x)?");
  ASSERT_TRUE(pattern);
  EXPECT_THAT(pattern->find("db-12"),
              testing::Optional(ElementsAre("db-12", "db", "12", "", "", "", "", "", "", "")));
}

TEST(Pattern, IsNone_WhereTheTextIsNoExpression) {
  EXPECT_FALSE(Pattern::compile("web("));
  EXPECT_FALSE(Pattern::compile("[a"));
}

}  // namespace
}  // namespace systole::base
