#include "lib/base/errc.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace systole::base {
namespace {

TEST(Errc, KnowsItsWireNumber) {
  EXPECT_EQ(legacy_number(Errc::kNotFound), ENXIO);
  EXPECT_EQ(legacy_number(Errc::kSchema), 203);
}

TEST(Errc, ReadsWireNumbersOfEitherSign) {
  EXPECT_EQ(errc_from_legacy(-203), Errc::kSchema);
  EXPECT_EQ(errc_from_legacy(205), Errc::kOldData);
  EXPECT_EQ(errc_from_legacy(-EINVAL), Errc::kInvalidArgument);
  EXPECT_EQ(errc_from_legacy(-ETIME), Errc::kTimeout);
  EXPECT_EQ(errc_from_legacy(-4242), Errc::kInternal);
}

TEST(Errc, KnowsTheExitCodeOfTools) {
  EXPECT_EQ(exit_code(Errc::kNotFound), 105);
  EXPECT_EQ(exit_code(Errc::kUsage), 64);
  EXPECT_EQ(exit_code(Errc::kAlreadyDone), 0);
  EXPECT_EQ(exit_code(Errc::kNotConnected), 102);
  EXPECT_EQ(exit_code(Errc::kReset), 102);
}

}  // namespace
}  // namespace systole::base
