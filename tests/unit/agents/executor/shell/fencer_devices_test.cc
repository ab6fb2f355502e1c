#include "agents/executor/shell/fencer_devices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace systole::executor {
namespace {

using namespace std::chrono_literals;
using client::FencerResult;
using model::ExecutionStatus;
using model::ExitCode;
using ::testing::ElementsAre;
using ::testing::Pair;

const Agent kFenceAgent{"stonith", "", "fence_apc"};

TEST(FenceDevice, HasTheResourcesParameters_WithoutTheOperations) {
  const client::FencerDevice device =
      fence_device(kFenceAgent, {.resource = "f1",
                                 .action = "start",
                                 .parameters = {{"ip", "10.0.0.9"},
                                                {"pcmk_host_list", "a b"},
                                                {"CRM_meta_timeout", "20000"},
                                                {"crm_feature_set", "3.16.1"}}});
  EXPECT_EQ(device.id, "f1");
  EXPECT_EQ(device.agent, "fence_apc");
  EXPECT_THAT(device.parameters,
              ElementsAre(Pair("ip", "10.0.0.9"), Pair("pcmk_host_list", "a b")));
}

TEST(FenceDevice, ResultSaysWhatTheFencerSaid) {
  EXPECT_EQ(fence_device_result("start", FencerResult{.status = 0, .code = 0}).code, ExitCode::kOk);
  const AgentResult late =
      fence_device_result("monitor", FencerResult{.status = 2, .code = 1, .reason = "slow"});
  EXPECT_EQ(late.status, ExecutionStatus::kTimedOut);
  EXPECT_EQ(late.exit_reason, "slow");
  EXPECT_EQ(fence_device_result("monitor", FencerResult{.status = 10, .code = 1}).code,
            ExitCode::kNotRunning);
  const AgentResult lost =
      fence_device_result("start", base::Error{base::Errc::kNotConnected, "no fencer"});
  EXPECT_EQ(lost.code, ExitCode::kGenericError);
  EXPECT_EQ(lost.exit_reason, "no fencer");
}

class FencerDevicesTest : public ::testing::Test {
 protected:
  AgentResult run(const Operation& operation) {
    std::optional<AgentResult> result;
    devices_.run(kFenceAgent, operation, [&](AgentResult answer) { result = std::move(answer); });
    EXPECT_FALSE(result.has_value()) << "never from within";
    EXPECT_TRUE(loop_.run_until([&] { return result.has_value(); }, 5s));
    return result.value_or(AgentResult{});
  }
  daemon::EventLoop loop_;
  FencerDevices devices_{loop_};
};

TEST_F(FencerDevicesTest, ProbeSaysNotRunning_BeforeTheStart) {
  EXPECT_EQ(run({.resource = "f1", .action = "monitor"}).code, ExitCode::kNotRunning);
}

TEST_F(FencerDevicesTest, CanBeStopped_WithoutTheFencer) {
  EXPECT_EQ(run({.resource = "f1", .action = "stop"}).code, ExitCode::kOk);
}

TEST_F(FencerDevicesTest, StartWaitsForTheFencer_UpToItsTimeout) {
  const auto began = std::chrono::steady_clock::now();
  const AgentResult result = run({.resource = "f1", .action = "start", .timeout = 700ms});
  EXPECT_NE(result.code, ExitCode::kOk);
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GE(took, 400ms);
  EXPECT_LE(took, 3s);
}

TEST_F(FencerDevicesTest, CannotDoWhatOnlyServicesCan) {
  const AgentResult result = run({.resource = "f1", .action = "promote"});
  EXPECT_EQ(result.status, ExecutionStatus::kNotSupported);
}

}  // namespace
}  // namespace systole::executor
