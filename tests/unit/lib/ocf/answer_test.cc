#include "lib/ocf/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace systole::ocf {
namespace {

using model::ExitCode;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(LsbAnswer, OfStatusTellsWhetherItRuns) {
  EXPECT_EQ(lsb_action("monitor"), "status");
  EXPECT_EQ(lsb_answer("monitor", 0), ExitCode::kOk);
  for (int code : {1, 2, 3}) EXPECT_EQ(lsb_answer("monitor", code), ExitCode::kNotRunning);
  EXPECT_EQ(lsb_answer("status", 4), ExitCode::kGenericError);
  EXPECT_EQ(lsb_answer("monitor", 99), ExitCode::kGenericError);
}

TEST(LsbAnswer, OfOtherActionsIsOcfs_WhereBothAgree) {
  EXPECT_EQ(lsb_answer("start", 0), ExitCode::kOk);
  EXPECT_EQ(lsb_answer("start", 5), ExitCode::kNotInstalled);
  EXPECT_EQ(lsb_answer("stop", 7), ExitCode::kNotRunning);
  EXPECT_EQ(lsb_answer("stop", 8), ExitCode::kGenericError) << "8 is 'promoted' only for OCF";
}

TEST(ExitReason, IsTheLastOneGiven) {
  EXPECT_EQ(exit_reason("x\nocf-exit-reason:first\nocf-exit-reason:second one\nlog\n"),
            "second one");
  EXPECT_EQ(exit_reason("nothing of that kind"), "");
  EXPECT_EQ(exit_reason(""), "");
}

TEST(ExitReason, IsBoundedAndFitForXml) {
  std::string text = "ocf-exit-reason:\x01\xff" + std::string(100000, 'x');
  const std::string reason = exit_reason(text);
  EXPECT_LT(reason.size(), 1200u);
  EXPECT_EQ(reason.find('\x01'), std::string::npos);
}

TEST(PrintableOutput, PrefersErrors) {
  EXPECT_EQ(printable_output("out\n", "err\n"), "err");
  EXPECT_EQ(printable_output("out\n", " \n"), "out");
  EXPECT_EQ(printable_output("", ""), "");
}

TEST(PrintableOutput, KeepsBothEnds_WithoutCuttingACharacter) {
  std::string text = "begin";
  for (int i = 0; i < 20000; ++i) text += "\xe2\x82\xac";
  text += "end";
  const std::string output = printable_output(text, "");
  EXPECT_LT(output.size(), 9000u);
  EXPECT_THAT(output, StartsWith("begin\xe2\x82\xac"));
  EXPECT_THAT(output, EndsWith("\xe2\x82\xac"
                               "end"));
  EXPECT_THAT(output, HasSubstr("\xe2\x82\xac\n["));
  EXPECT_THAT(output, HasSubstr("]\n\xe2\x82\xac"));
}

}  // namespace
}  // namespace systole::ocf
