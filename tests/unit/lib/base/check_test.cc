#include "lib/base/check.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "lib/base/log.h"

namespace systole::base {
namespace {

void print_with_level(LogLevel level, std::string_view message) {
  std::fprintf(stderr, "<%d> %.*s\n", static_cast<int>(level), static_cast<int>(message.size()),
               message.data());
}

void break_another(LogLevel, std::string_view) {
  CHECK(false && "of the log");
}

TEST(CheckDeathTest, IsLogged_ForStandardErrorMayGoNowhere) {
  EXPECT_DEATH(
      {
        set_log_sink(print_with_level);
        CHECK(1 > 2);
      },
      "<2> .*check_test.cc:[0-9]+: broken invariant: 1 > 2");
}

TEST(CheckDeathTest, StopsTheProcess_WhenTheLogBreaksAnInvariantToo) {
  EXPECT_DEATH(
      {
        set_log_sink(break_another);
        CHECK(1 > 2);
      },
      "broken invariant: false");
}

}  // namespace
}  // namespace systole::base
