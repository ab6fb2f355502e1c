#include "fencing/shell/agent_runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "lib/daemon/event_loop.h"

namespace systole::fencing {
namespace {

using testing::HasSubstr;

class AgentRunnerTest : public testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/fencing_agents_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
  }
  void TearDown() override { (void)!system(("rm -rf " + folder_).c_str()); }

  void write_agent(const std::string& name, const std::string& script) {
    std::ofstream(folder_ + "/" + name) << "#!/bin/sh\n" << script;
    ASSERT_EQ(chmod((folder_ + "/" + name).c_str(), 0755), 0);
  }

  ActionResult run(const RunAgent& order, const std::string& folder) {
    daemon::EventLoop loop;
    std::optional<ActionResult> result;
    AgentRunner runner(loop, folder, [&](RunId, ActionResult ended) { result = std::move(ended); });
    runner.run(order);
    EXPECT_TRUE(loop.run_until([&] { return result.has_value(); }, std::chrono::seconds(20)));
    return result.value_or(ActionResult{});
  }

  RunAgent order(const std::string& agent, Action action, milliseconds timeout) {
    return {.run = RunId(1),
            .device = "f1",
            .agent = agent,
            .action = action,
            .input = {{"action", std::string(to_string(action))}, {"plug", "n1"}},
            .timeout = timeout};
  }

  std::string folder_;
  const std::string shipped_ = std::string(SYSTOLE_SOURCE_DIR) + "/fencing/agents";
};

TEST_F(AgentRunnerTest, GivesParametersOnStandardInput) {
  write_agent("fence_echo", "sort; [ $# -eq 0 ]");
  const ActionResult result = run(order("fence_echo", Action::kOff, milliseconds(5000)), folder_);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.output, "action=off\nplug=n1");
}

TEST_F(AgentRunnerTest, DoesNotLetAValueSmuggleAParameter) {
  write_agent("fence_echo", "sort");
  RunAgent evil = order("fence_echo", Action::kOff, milliseconds(5000));
  evil.input["name"] = "x\naction=on";
  EXPECT_EQ(run(evil, folder_).output, "action=off\nplug=n1");
}

TEST_F(AgentRunnerTest, KillsAnAgentThatHangs_WithItsChildren) {
  RunAgent hanging = order("fence_dummy", Action::kOff, milliseconds(300));
  hanging.input["mode"] = "hang";
  const auto started = std::chrono::steady_clock::now();
  const ActionResult result = run(hanging, shipped_);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(8));
  EXPECT_EQ(result.status, ExecutionStatus::kTimeout);
  EXPECT_THAT(result.reason, HasSubstr("f1"));
  EXPECT_THAT(result.reason, HasSubstr("300 ms"));
}

TEST_F(AgentRunnerTest, SurvivesGarbage_AndCountsItAsFailure) {
  RunAgent garbage = order("fence_dummy", Action::kOff, milliseconds(5000));
  garbage.input["mode"] = "garbage";
  const ActionResult result = run(garbage, shipped_);
  EXPECT_EQ(result.status, ExecutionStatus::kError);
  EXPECT_THAT(result.reason, HasSubstr("f1"));
  EXPECT_LT(result.reason.size(), 1000u);
}

TEST_F(AgentRunnerTest, NamesAnAgentThatDoesNotExist) {
  const ActionResult result = run(order("fence_none", Action::kOff, milliseconds(5000)), folder_);
  EXPECT_EQ(result.status, ExecutionStatus::kNotInstalled);
  EXPECT_THAT(result.reason, HasSubstr("fence_none"));
}

TEST_F(AgentRunnerTest, KeepsTheCodeOfAStatus) {
  write_agent("fence_off", "exit 2");
  const ActionResult result = run(order("fence_off", Action::kStatus, milliseconds(5000)), folder_);
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.rc, 2);
}

TEST_F(AgentRunnerTest, DrivesPluginsThroughTheirAgent) {
  write_agent("fence_legacy", "sort");
  const ActionResult result =
      run(order("external/ipmi", Action::kOff, milliseconds(5000)), folder_);
  EXPECT_THAT(result.output, HasSubstr("plugin=external/ipmi"));
}

TEST_F(AgentRunnerTest, ReadsWhatAnAgentCanDo) {
  daemon::EventLoop loop;
  AgentRunner runner(loop, shipped_, [](RunId, const ActionResult&) {});
  std::optional<AgentCapabilities> known;
  runner.describe("fence_dummy", [&](const std::string&, AgentCapabilities read) { known = read; });
  ASSERT_TRUE(loop.run_until([&] { return known.has_value(); }, std::chrono::seconds(20)));
  EXPECT_TRUE(known->known);
  EXPECT_TRUE(known->list);
  EXPECT_TRUE(known->plug);
  EXPECT_FALSE(known->automatic_on);
  EXPECT_EQ(runner.capabilities("fence_dummy"), *known);
}

}  // namespace
}  // namespace systole::fencing
