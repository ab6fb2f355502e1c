#include "lib/process/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <vector>

#include "lib/daemon/event_loop.h"

namespace systole::process {
namespace {

using namespace std::chrono_literals;

Command script_command(std::string script) {
  return {.argv = {"/bin/sh", "-c", std::move(script)}, .environment = {"PATH=/usr/bin:/bin"}};
}

class RunnerTest : public ::testing::Test {
 protected:
  daemon::EventLoop loop_;
  Runner runner_{loop_};
};

TEST_F(RunnerTest, TellsHowAProgramEnded) {
  std::optional<Outcome> outcome;
  ASSERT_TRUE(
      runner_.start(script_command("echo hello; exit 3"), {}, [&](Outcome o) { outcome = o; }));
  EXPECT_FALSE(outcome.has_value());
  ASSERT_TRUE(loop_.run_until([&] { return outcome.has_value(); }, 5s));
  EXPECT_EQ(outcome->end, End::kExited);
  EXPECT_EQ(outcome->code, 3);
  EXPECT_EQ(outcome->out.text(), "hello\n");
  EXPECT_EQ(runner_.running(), 0u);
}

TEST_F(RunnerTest, RunsProgramsSideBySide) {
  int ended = 0;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(runner_.start(script_command("sleep 0.3"), {}, [&](Outcome) { ++ended; }));
  }
  ASSERT_TRUE(loop_.run_until([&] { return ended == 50; }, 10s));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST_F(RunnerTest, KillsAProgram_WhenItsTimeIsUp) {
  std::optional<Outcome> outcome;
  ASSERT_TRUE(
      runner_.start(script_command("exec >&- 2>&-; trap '' TERM; while :; do sleep 1; done"),
                    {.timeout = 50ms, .grace = 50ms}, [&](Outcome o) { outcome = o; }));
  ASSERT_TRUE(loop_.run_until([&] { return outcome.has_value(); }, 5s));
  EXPECT_EQ(outcome->end, End::kTimedOut);
}

TEST_F(RunnerTest, StopsAProgramOnRequest) {
  std::optional<Outcome> outcome;
  const auto run = runner_.start(script_command("sleep 100"), {}, [&](Outcome o) { outcome = o; });
  ASSERT_TRUE(run.ok());
  runner_.stop(*run);
  ASSERT_TRUE(loop_.run_until([&] { return outcome.has_value(); }, 5s));
  EXPECT_EQ(outcome->end, End::kStopped);
  runner_.stop(*run);
}

TEST_F(RunnerTest, MayStartTheNextProgram_WhenOneHasEnded) {
  std::vector<int> codes;
  ASSERT_TRUE(runner_.start(script_command("exit 1"), {}, [&](Outcome first) {
    codes.push_back(first.code);
    ASSERT_TRUE(runner_.start(script_command("exit 2"), {},
                              [&](Outcome second) { codes.push_back(second.code); }));
  }));
  ASSERT_TRUE(loop_.run_until([&] { return codes.size() == 2; }, 5s));
  EXPECT_THAT(codes, ::testing::ElementsAre(1, 2));
}

}  // namespace
}  // namespace systole::process
