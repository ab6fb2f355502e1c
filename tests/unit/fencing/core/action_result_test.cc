#include "fencing/core/action_result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace systole::fencing {
namespace {

TEST(LegacyRc, IsZero_OnSuccess) {
  EXPECT_EQ(legacy_rc(success("Power: ON")), 0);
}

TEST(LegacyRc, FollowsTheStatus) {
  EXPECT_EQ(legacy_rc(failure(ExecutionStatus::kNoFenceDevice, "none")), -ENODEV);
  EXPECT_EQ(legacy_rc(failure(ExecutionStatus::kTimeout, "")), -ETIME);
  EXPECT_EQ(legacy_rc(failure(ExecutionStatus::kNotInstalled, "")), -ENOENT);
  ActionResult invalid = failure(ExecutionStatus::kInvalid, "no");
  invalid.rc = kRcInsufficientPrivileges;
  EXPECT_EQ(legacy_rc(invalid), -EACCES);
  invalid.rc = kRcProtocol;
  EXPECT_EQ(legacy_rc(invalid), -EPROTO);
}

TEST(LegacyRc, ReadsTheAgentsWords_OfAPlainFailure) {
  EXPECT_EQ(legacy_rc(failure(ExecutionStatus::kError, "")), -ENODATA);
  EXPECT_EQ(legacy_rc(failure(ExecutionStatus::kError, "Connection timed out")), -ETIME);
  EXPECT_EQ(legacy_rc(failure(ExecutionStatus::kError, "Unrecognised: unrecognised action 'x'")),
            -EOPNOTSUPP);
  EXPECT_EQ(legacy_rc(failure(ExecutionStatus::kError, "login failed")), -201);
}

TEST(ActionResult, IsNoSuccess_WhenTheAgentRanAndFailed) {
  EXPECT_FALSE(
      (ActionResult{.status = ExecutionStatus::kDone, .rc = 1, .reason = {}, .output = {}}).ok());
}

}  // namespace
}  // namespace systole::fencing
