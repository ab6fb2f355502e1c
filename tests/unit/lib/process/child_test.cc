#include "lib/process/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>

#include "lib/process/descriptor_limit.h"
#include "lib/process/process_group.h"

namespace systole::process {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Command shell(std::string script) {
  return {.argv = {"/bin/sh", "-c", std::move(script)},
          .environment = {"PATH=/usr/bin:/bin", "COLOUR=blue"}};
}

Outcome run_shell(std::string script, Limits limits = {}) {
  base::Result<Outcome> outcome = run(shell(std::move(script)), limits);
  EXPECT_TRUE(outcome.ok());
  return outcome.value_or({});
}

base::Milliseconds elapsed_since(Child::Clock::time_point start) {
  return std::chrono::duration_cast<base::Milliseconds>(Child::Clock::now() - start);
}

TEST(Child, ReportsExitCodeAndOutput) {
  const Outcome outcome = run_shell("echo out; echo err >&2; exit 7");
  EXPECT_EQ(outcome.end, End::kExited);
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.out.text(), "out\n");
  EXPECT_EQ(outcome.err.text(), "err\n");
}

TEST(Child, HasExactlyTheEnvironmentThatItWasGiven) {
  base::Result<Outcome> outcome =
      run({.argv = {"/usr/bin/env"}, .environment = {"COLOUR=blue"}}, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->out.text(), "COLOUR=blue\n");
}

TEST(Child, MayOpenAsManyDescriptorsAsWeMight_BeforeWeRaisedOurLimit) {
  rlimit at_first = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &at_first), 0);
  const rlimit low = {.rlim_cur = 200, .rlim_max = at_first.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  raise_descriptor_limit();
  rlimit raised = {};
  getrlimit(RLIMIT_NOFILE, &raised);
  EXPECT_EQ(raised.rlim_cur, at_first.rlim_max);
  EXPECT_EQ(run_shell("ulimit -S -n").out.text(), "200\n");
  setrlimit(RLIMIT_NOFILE, &at_first);
}

TEST(Child, ReadsItsInput_HoweverLong) {
  Command command = shell("wc -c");
  command.input = std::string(300000, 'x');
  base::Result<Outcome> outcome = run(command, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_THAT(outcome->out.text(), HasSubstr("300000"));
}

TEST(Child, ReadsAnEmptyInput_WhenItIsGivenNone) {
  EXPECT_THAT(run_shell("wc -c").out.text(), HasSubstr("0"));
}

TEST(Child, HasNoDescriptorOfOurs) {
  const int leak = dup(2);
  const Outcome outcome = run_shell("ls /proc/self/fd | sort -n | tr '\\n' ' '");
  close(leak);
  EXPECT_EQ(outcome.out.text(), "0 1 2 3 ") << "3 is the folder that ls reads";
}

TEST(Child, HasDefaultSignals_WhateverOursAre) {
  sigset_t mask;
  sigset_t before;
  sigfillset(&mask);
  sigprocmask(SIG_BLOCK, &mask, &before);
  const auto ignored = signal(SIGPIPE, SIG_IGN);
  const Outcome outcome = run_shell("grep -E 'Sig(Blk|Ign)' /proc/self/status");
  signal(SIGPIPE, ignored);
  sigprocmask(SIG_SETMASK, &before, nullptr);
  EXPECT_EQ(outcome.out.text(), "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Child, RunsInTheFolderWithTheMask) {
  Command command = shell("pwd; umask");
  command.directory = "/usr";
  command.umask = 026;
  base::Result<Outcome> outcome = run(command, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->out.text(), "/usr\n0026\n");
}

TEST(Child, RunsAsTheUser_WhenOneIsNamed) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can change the user";
  Command command = shell("id -u; id -g; id -G");
  command.user = User{.uid = 65534, .gid = 65533};
  base::Result<Outcome> outcome = run(command, {});
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->out.text(), "65534\n65533\n65533\n");
}

TEST(Child, IsAnError_WhenTheProgramDoesNotExist) {
  const base::Result<Outcome> outcome = run({.argv = {"/nonexistent/agent"}}, {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, base::Errc::kNoSuchFile);
  EXPECT_THAT(outcome.error().message, HasSubstr("/nonexistent/agent"));
}

TEST(Child, IsAnError_WhenTheFileIsNotExecutable) {
  const base::Result<Outcome> outcome = run({.argv = {"/etc/passwd"}}, {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, base::Errc::kPermission);
}

TEST(Child, IsAnError_WhenTheEnvironmentIsTooLong) {
  const base::Result<Outcome> outcome =
      run({.argv = {"/bin/true"}, .environment = {"A=" + std::string(4 << 20, 'x')}}, {});
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, base::Errc::kTooLarge);
}

TEST(Child, ReportsTheSignalThatEndedIt) {
  const Outcome outcome = run_shell("kill -SEGV $$");
  EXPECT_EQ(outcome.end, End::kSignaled);
  EXPECT_EQ(outcome.code, SIGSEGV);
}

TEST(Child, IsTimedOut_WithItsChildren) {
  const auto start = Child::Clock::now();
  base::Result<std::unique_ptr<Child>> child =
      Child::start(shell("sleep 100 & sleep 100 & wait"), {.timeout = 100ms, .grace = 200ms});
  ASSERT_TRUE(child.ok());
  const Outcome outcome = wait_for(**child);
  EXPECT_EQ(outcome.end, End::kTimedOut);
  EXPECT_LT(elapsed_since(start), 2000ms);
  EXPECT_TRUE(outcome.survivors.empty());
  EXPECT_TRUE(group_members((*child)->pid()).empty());
}

TEST(Child, IsKilled_WhenItIgnoresTheFirstSignal) {
  const auto start = Child::Clock::now();
  const Outcome outcome = run_shell("trap '' TERM; echo on; while :; do sleep 1; done",
                                    {.timeout = 100ms, .grace = 150ms});
  EXPECT_EQ(outcome.end, End::kTimedOut);
  EXPECT_EQ(outcome.out.text(), "on\n");
  EXPECT_GE(elapsed_since(start), 250ms);
  EXPECT_LT(elapsed_since(start), 3000ms);
}

TEST(Child, GroupIsNotLookedFor_WhileItsLeaderLives) {
  base::Result<std::unique_ptr<Child>> child =
      Child::start(shell("trap '' TERM; echo ready; while :; do sleep 1; done"), {.grace = 60s});
  ASSERT_TRUE(child.ok());
  const Child::Clock::time_point now = Child::Clock::now();
  (*child)->stop(now);
  EXPECT_EQ((*child)->deadline(), now + 60s);
}

TEST(Child, CanCleanUp_WhenItsTimeIsUp) {
  const Outcome outcome =
      run_shell("trap 'echo cleaned; exit 0' TERM; while :; do sleep 0.05; done",
                {.timeout = 100ms, .grace = 2000ms});
  EXPECT_EQ(outcome.end, End::kTimedOut);
  EXPECT_THAT(outcome.out.text(), HasSubstr("cleaned"));
}

TEST(Child, LeavesADaemonAlone_AndDoesNotWaitForItsOutput) {
  const auto start = Child::Clock::now();
  const Outcome outcome = run_shell("sleep 30 & echo $!");
  EXPECT_EQ(outcome.end, End::kExited);
  EXPECT_LT(elapsed_since(start), 2000ms);
  const pid_t daemon = std::stoi(outcome.out.text());
  EXPECT_EQ(kill(daemon, SIGKILL), 0) << "the daemon was killed with its starter";
}

TEST(Child, KeepsBoundedOutput_WhenTheProgramPrintsForEver) {
  const Outcome outcome =
      run_shell("head -c 5000000 /dev/zero; echo end", {.head_bytes = 100, .tail_bytes = 4});
  EXPECT_EQ(outcome.end, End::kExited);
  EXPECT_EQ(outcome.out.head.size(), 100u);
  EXPECT_EQ(outcome.out.tail, "end\n");
  EXPECT_EQ(outcome.out.dropped, 4999900u);
}

TEST(Child, CanBeStopped) {
  base::Result<std::unique_ptr<Child>> child = Child::start(shell("sleep 100"), {});
  ASSERT_TRUE(child.ok());
  (*child)->stop(Child::Clock::now());
  const Outcome outcome = wait_for(**child);
  EXPECT_EQ(outcome.end, End::kStopped);
  EXPECT_TRUE((*child)->reaped());
}

TEST(ProcessGroup, NamesItsLiveMembers) {
  base::Result<std::unique_ptr<Child>> child =
      Child::start({.argv = {"/bin/sleep", "100"}, .leads = Leads::kSession}, {});
  ASSERT_TRUE(child.ok());
  const std::vector<Survivor> group = group_members((*child)->pid());
  ASSERT_EQ(group.size(), 1u);
  EXPECT_EQ(group[0].name, "sleep");
  EXPECT_EQ(session_members((*child)->pid()).size(), 1u);
  EXPECT_THAT(describe(group), StartsWith("1 process survived SIGKILL: sleep ("));
}

}  // namespace
}  // namespace systole::process
