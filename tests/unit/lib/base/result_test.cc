#include "lib/base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace systole::base {
namespace {

TEST(Result, HoldsMoveOnlyValues) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  ASSERT_TRUE(result);
  std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

TEST(Result, CarriesItsError) {
  const Result<int> result(Errc::kNoSpace, "no space for cib.xml");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::kNoSpace);
  EXPECT_EQ(result.error().message, "no space for cib.xml");
  EXPECT_EQ(result.value_or(3), 3);
}

TEST(ResultDeathTest, StopsTheProcess_WhenTheValueOfAnErrorIsTaken) {
  Result<int> result(Errc::kInternal, "no");
  EXPECT_DEATH(static_cast<void>(result.value()), "broken invariant");
}

TEST(Result, OfVoidIsSuccessByDefault) {
  EXPECT_TRUE(Result<void>());
  EXPECT_FALSE(Result<void>(Errc::kIo, "x"));
}

}  // namespace
}  // namespace systole::base
