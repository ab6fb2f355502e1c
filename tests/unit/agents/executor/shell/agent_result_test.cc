#include "agents/executor/shell/agent_result.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace systole::executor {
namespace {

using namespace std::chrono_literals;
using model::ExecutionStatus;
using model::ExitCode;
using ::testing::AllOf;
using ::testing::HasSubstr;

const Agent kOcf{"ocf", "heartbeat", "nginx"};
const Agent kLsb{"lsb", "", "nginx"};

AgentResult ended(process::Outcome outcome, const Agent& agent = kOcf) {
  return agent_result(agent, {.resource = "web", .action = "monitor", .timeout = 20s},
                      std::move(outcome));
}

TEST(AgentResult, HoldsCodeReasonAndOutput) {
  const AgentResult result = ended({.end = process::End::kExited,
                                    .code = 6,
                                    .run_time = 42ms,
                                    .out = {.head = "printed"},
                                    .err = {.head = "ocf-exit-reason:no such port\n"}});
  EXPECT_EQ(result.code, ExitCode::kNotConfigured);
  EXPECT_EQ(result.status, ExecutionStatus::kDone);
  EXPECT_EQ(result.exit_reason, "no such port");
  EXPECT_EQ(result.output, "ocf-exit-reason:no such port");
  EXPECT_EQ(result.run_time, 42ms);
}

TEST(AgentResult, OfAnInitScriptIsTranslated) {
  EXPECT_EQ(ended({.end = process::End::kExited, .code = 3}, kLsb).code, ExitCode::kNotRunning);
  EXPECT_EQ(ended({.end = process::End::kExited, .code = 3}, kOcf).code, ExitCode::kUnimplemented);
}

TEST(AgentResult, NamesTheTimeoutAndWhatSurvivedIt) {
  const AgentResult result = ended({.end = process::End::kTimedOut,
                                    .err = {.head = "ocf-exit-reason:waiting for the disk\n"},
                                    .survivors = {{.pid = 12, .name = "mount.nfs", .state = 'D'}}});
  EXPECT_EQ(result.code, ExitCode::kGenericError);
  EXPECT_EQ(result.status, ExecutionStatus::kTimedOut);
  EXPECT_THAT(result.exit_reason, AllOf(HasSubstr("waiting for the disk"), HasSubstr("20000 ms"),
                                        HasSubstr("mount.nfs (12, D)")));
}

TEST(AgentResult, NamesTheSignal) {
  const AgentResult result = ended({.end = process::End::kSignaled, .code = SIGSEGV});
  EXPECT_EQ(result.status, ExecutionStatus::kError);
  EXPECT_THAT(result.exit_reason, HasSubstr("signal 11"));
}

TEST(AgentResult, NamesTheAgent_WhenItIsNotInstalled) {
  const AgentResult result =
      agent_result(kOcf, {}, base::Error{base::Errc::kNoSuchFile, "cannot run /usr/lib/ocf/..."});
  EXPECT_EQ(result.code, ExitCode::kNotInstalled);
  EXPECT_EQ(result.status, ExecutionStatus::kNotInstalled);
  EXPECT_THAT(result.exit_reason, HasSubstr("ocf:heartbeat:nginx"));
}

}  // namespace
}  // namespace systole::executor
