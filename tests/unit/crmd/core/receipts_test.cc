#include "crmd/core/receipts.h"

#include <gtest/gtest.h>

namespace systole::crmd {
namespace {

TEST(Receipts, AreTakenOnce) {
  Receipts receipts;
  EXPECT_TRUE(receipts.take(1));
  EXPECT_FALSE(receipts.take(1));
  EXPECT_TRUE(receipts.take(2));
}

TEST(Receipts, LateOne_IsTakenAfterItsSuccessors) {
  Receipts receipts;
  EXPECT_TRUE(receipts.take(1));
  EXPECT_TRUE(receipts.take(3));
  EXPECT_TRUE(receipts.take(2));
  EXPECT_FALSE(receipts.take(2));
  EXPECT_FALSE(receipts.take(3));
}

TEST(Receipts, GapsThatNeverClose_AreForgotten) {
  Receipts receipts;
  for (std::uint64_t receipt = 10; receipt < 5000; receipt += 2)
    EXPECT_TRUE(receipts.take(receipt));
  EXPECT_FALSE(receipts.take(11));
  EXPECT_TRUE(receipts.take(4997));
}

}  // namespace
}  // namespace systole::crmd
