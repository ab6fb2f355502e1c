#include "lib/cib/request.h"

#include <gtest/gtest.h>

namespace systole::cib {
namespace {

TEST(Request, OperationsHaveTheirWireNames) {
  EXPECT_EQ(wire_name(Operation::kApplyDiff), "cib_apply_diff");
  EXPECT_EQ(operation_named("cib_erase"), Operation::kErase);
  EXPECT_EQ(operation_named("cib_sync"), std::nullopt);
  EXPECT_FALSE(modifies(Operation::kQuery));
  EXPECT_TRUE(modifies(Operation::kBump));
}

TEST(Request, WrittenTimeHasTheFormOfCtime) {
  EXPECT_EQ(format_written({2026, 11, 20, 22, 16, 46}), "Fri Nov 20 22:16:46 2026");
  EXPECT_EQ(format_written({2024, 2, 9, 1, 2, 3}), "Fri Feb  9 01:02:03 2024");
}

}  // namespace
}  // namespace systole::cib
