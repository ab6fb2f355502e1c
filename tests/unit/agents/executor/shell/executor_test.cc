#include "agents/executor/shell/executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <vector>

#include "agents/executor/keeper/run_file.h"
#include "lib/base/md5.h"
#include "lib/client/executor_client.h"
#include "lib/process/process_group.h"
#include "tests/unit/agents/executor/shell/forked_executor.h"

namespace systole::executor {
namespace {

using namespace std::chrono_literals;
using client::ExecutorClient;
using client::ExecutorOperation;
using client::ExecutorResult;
using model::ExecutionStatus;
using model::ExitCode;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// An agent that does what its parameters say and leaves traces in $FOLDER.
constexpr const char* kAgent = R"(
echo "$1" >> "$FOLDER/trace.$OCF_RESOURCE_INSTANCE"
[ -z "$OCF_RESKEY_print" ] || echo "$OCF_RESKEY_print"
[ -z "$OCF_RESKEY_reason" ] || echo "ocf-exit-reason:$OCF_RESKEY_reason" >&2
[ -z "$OCF_RESKEY_sleep" ] || sleep "$OCF_RESKEY_sleep"
[ -z "$OCF_RESKEY_wait" ] || while [ ! -e "$FOLDER/$OCF_RESKEY_wait" ]; do sleep 0.02; done
[ ! -e "$FOLDER/$OCF_RESOURCE_INSTANCE.$1" ] || exit $(cat "$FOLDER/$OCF_RESOURCE_INSTANCE.$1")
exit ${OCF_RESKEY_exit:-0}
)";

/// The controller's side of an executor.
class ExecutorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    executor_.add_agent("Does", kAgent);
    executor_.start();
    make_client();
    add_resource("web");
  }

  /// Another controller process, as far as the executor can see.
  void make_client() {
    results_.clear();
    client_ = std::make_unique<ExecutorClient>(
        loop_, "test",
        ExecutorClient::Handlers{
            .on_connected = [this] { ++connections_; },
            .on_disconnected = {},
            .on_result = [this](const ExecutorResult& result) { results_.push_back(result); }},
        executor_.endpoint);
    client_->start();
    ASSERT_TRUE(loop_.run_until([&] { return client_->connected(); }, 5s));
  }

  void add_resource(const std::string& id, ocf::AgentName agent = {"ocf", "test", "Does"}) {
    std::optional<base::Result<void>> answer;
    client_->register_resource({.id = id, .agent = std::move(agent)},
                               [&](base::Result<void> result) { answer = result; });
    ASSERT_TRUE(loop_.run_until([&] { return answer.has_value(); }, 5s));
    EXPECT_TRUE(answer->ok());
  }

  int execute(ExecutorOperation operation) {
    std::optional<base::Result<int>> answer;
    client_->execute(operation, [&](base::Result<int> result) { answer = result; });
    EXPECT_TRUE(loop_.run_until([&] { return answer.has_value(); }, 5s));
    EXPECT_TRUE(answer && answer->ok());
    return answer ? answer->value_or(0) : 0;
  }

  ExecutorResult next_result() {
    EXPECT_TRUE(loop_.run_until([&] { return !results_.empty(); }, 10s)) << "no result";
    if (results_.empty()) return {};
    const ExecutorResult result = results_.front();
    results_.erase(results_.begin());
    return result;
  }

  ExecutorResult run(ExecutorOperation operation) {
    const int call = execute(std::move(operation));
    const ExecutorResult result = next_result();
    EXPECT_EQ(result.call, call);
    client_->confirm(result.number);
    return result;
  }

  void touch(const std::string& name) { std::ofstream(executor_.folder / name) << "\n"; }
  bool wait_for_trace(const std::string& text) {
    return loop_.run_until(
        [&] {
          loop_.post([] {});
          return executor_.content("trace.web").find(text) != std::string::npos;
        },
        5s);
  }

  ForkedExecutor executor_;
  daemon::EventLoop loop_;
  std::unique_ptr<ExecutorClient> client_;
  std::vector<ExecutorResult> results_;
  int connections_ = 0;
};

TEST_F(ExecutorTest, RunsAnAgentAndTellsAll) {
  const ExecutorResult result =
      run({.resource = "web",
           .action = "start",
           .timeout = 5s,
           .user_data = "2:7:0:uuid",
           .parameters = {{"exit", "6"}, {"reason", "no <port> & \"more\""}, {"9odd", "x"}}});
  EXPECT_EQ(result.code, ExitCode::kNotConfigured);
  EXPECT_EQ(result.status, ExecutionStatus::kDone);
  EXPECT_EQ(result.exit_reason, "no <port> & \"more\"");
  EXPECT_EQ(result.operation.user_data, "2:7:0:uuid");
  EXPECT_EQ(result.operation.timeout, 5s);
  EXPECT_THAT(result.operation.parameters,
              ::testing::Contains(std::pair<std::string, std::string>("9odd", "x")));
  EXPECT_GT(result.last_run.count(), 1600000000);
  EXPECT_LT(result.run_time, 2s);
}

TEST_F(ExecutorTest, NamesTheAgent_WhenItIsNotInstalled) {
  add_resource("gone", {"ocf", "heartbeat", "nosuch"});
  const ExecutorResult result = run({.resource = "gone", .action = "monitor"});
  EXPECT_EQ(result.code, ExitCode::kNotInstalled);
  EXPECT_EQ(result.status, ExecutionStatus::kNotInstalled);
  EXPECT_THAT(result.exit_reason, HasSubstr("ocf:heartbeat:nosuch"));
}

TEST_F(ExecutorTest, DoesNotLeaveTheAgentsFolder) {
  add_resource("evil", {"ocf", "test", "../../../../../../bin/sh"});
  EXPECT_EQ(run({.resource = "evil", .action = "monitor"}).code, ExitCode::kNotInstalled);
}

TEST_F(ExecutorTest, SaysThatAStandardIsNotSupported) {
  add_resource("unit", {"systemd", "", "nginx"});
  const ExecutorResult result = run({.resource = "unit", .action = "start"});
  EXPECT_EQ(result.code, ExitCode::kUnimplemented);
  EXPECT_EQ(result.status, ExecutionStatus::kNotSupported);
  EXPECT_THAT(result.exit_reason, HasSubstr("systemd"));
}

TEST_F(ExecutorTest, NeverHandsOutAPlaceholderAsASecret) {
  const ExecutorResult result =
      run({.resource = "web", .action = "start", .parameters = {{"password", "lrm://"}}});
  EXPECT_EQ(result.status, ExecutionStatus::kNoSecrets);
  EXPECT_THAT(executor_.content("trace.web"), IsEmpty());
}

TEST_F(ExecutorTest, StopsWithoutASecret) {
  EXPECT_EQ(run({.resource = "web", .action = "stop", .parameters = {{"print", "lrm://"}}}).output,
            "");
  EXPECT_EQ(executor_.content("trace.web"), "stop\n");
}

TEST_F(ExecutorTest, HandsOutSecrets_AndKeepsThemOutOfResults) {
  std::filesystem::create_directories(executor_.folder / "secrets/web");
  std::ofstream(executor_.folder / "secrets/web/print") << "s3 cret\n";
  std::ofstream(executor_.folder / "secrets/web/print.sign") << base::md5_hex("s3 cret") << "\n";
  const ExecutorResult result =
      run({.resource = "web", .action = "start", .parameters = {{"print", "lrm://"}}});
  EXPECT_EQ(result.output, "s3 cret") << "the agent knows it, and this one tells";
  EXPECT_EQ(result.operation.parameters[0].second, "lrm://");
  EXPECT_THAT(executor_.content("state/journal"), Not(HasSubstr("5:print,7:s3 cret,")));
  std::ofstream(executor_.folder / "secrets/web/print") << "changed\n";
  EXPECT_EQ(run({.resource = "web", .action = "start", .parameters = {{"print", "lrm://"}}}).status,
            ExecutionStatus::kNoSecrets);
}

TEST_F(ExecutorTest, EndsAHungAgent) {
  const auto start = std::chrono::steady_clock::now();
  const ExecutorResult result = run({.resource = "web",
                                     .action = "start",
                                     .timeout = 200ms,
                                     .parameters = {{"sleep", "100"}, {"reason", "waiting"}}});
  EXPECT_EQ(result.status, ExecutionStatus::kTimedOut);
  EXPECT_EQ(result.code, ExitCode::kGenericError);
  EXPECT_THAT(result.exit_reason, AllOf(HasSubstr("waiting"), HasSubstr("200 ms")));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

TEST_F(ExecutorTest, TellsGarbageAsBoundedText) {
  executor_.add_agent("Noisy", "head -c 300000 /dev/urandom >&2; exit 1\n");
  add_resource("noisy", {"ocf", "test", "Noisy"});
  const ExecutorResult result = run({.resource = "noisy", .action = "monitor"});
  EXPECT_EQ(result.code, ExitCode::kGenericError);
  EXPECT_LT(result.output.size(), 64u * 1024);
  EXPECT_THAT(result.output, Not(IsEmpty()));
}

TEST_F(ExecutorTest, RunsInitScripts) {
  executor_.add_init_script("old", "[ \"$1\" = status ] && exit 3\n[ -z \"$OCF_ROOT\" ]\n");
  add_resource("old", {"lsb", "", "old"});
  EXPECT_EQ(run({.resource = "old", .action = "monitor"}).code, ExitCode::kNotRunning);
  EXPECT_EQ(run({.resource = "old", .action = "start"}).code, ExitCode::kOk);
}

TEST_F(ExecutorTest, RepeatsMonitors_AndTellsChanges) {
  execute({.resource = "web",
           .action = "monitor",
           .interval = 50ms,
           .timeout = 5s,
           .only_changes = true});
  EXPECT_EQ(next_result().code, ExitCode::kOk);
  loop_.run_until([] { return false; }, 300ms);
  EXPECT_THAT(results_, IsEmpty());
  std::ofstream(executor_.folder / "web.monitor") << 7;
  EXPECT_EQ(next_result().code, ExitCode::kNotRunning);
  std::optional<bool> cancelled;
  client_->cancel("web", "monitor", 50ms, [&](base::Result<void> done) { cancelled = done.ok(); });
  EXPECT_EQ(next_result().status, ExecutionStatus::kCancelled);
  EXPECT_EQ(cancelled, true);
}

TEST_F(ExecutorTest, StopsARunningMonitor_WhenItIsCancelled) {
  execute({.resource = "web",
           .action = "monitor",
           .interval = 10s,
           .timeout = 60s,
           .parameters = {{"sleep", "100"}}});
  ASSERT_TRUE(wait_for_trace("monitor"));
  const auto start = std::chrono::steady_clock::now();
  client_->cancel("web", "monitor", 10s, {});
  EXPECT_EQ(next_result().status, ExecutionStatus::kCancelled);
  EXPECT_EQ(run({.resource = "web", .action = "stop"}).code, ExitCode::kOk);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 3s);
}

TEST_F(ExecutorTest, AnswersWithErrorsThatTellWhy) {
  std::vector<base::Errc> codes;
  client_->cancel("web", "monitor", 1s,
                  [&](base::Result<void> done) { codes.push_back(done.error().code); });
  client_->execute({.resource = "nosuch", .action = "start"},
                   [&](base::Result<int> done) { codes.push_back(done.error().code); });
  client_->execute({.resource = "web", .action = ""},
                   [&](base::Result<int> done) { codes.push_back(done.error().code); });
  ASSERT_TRUE(loop_.run_until([&] { return codes.size() == 3; }, 5s));
  EXPECT_THAT(codes, ::testing::ElementsAre(base::Errc::kNotFound, base::Errc::kNotFound,
                                            base::Errc::kInvalidArgument));
}

TEST_F(ExecutorTest, HoldsResults_WhileTheControllerIsAway) {
  const int call = execute({.resource = "web", .action = "start", .parameters = {{"wait", "go"}}});
  ASSERT_TRUE(wait_for_trace("start"));
  client_.reset();
  touch("go");
  loop_.run_until([] { return false; }, 200ms);
  make_client();
  EXPECT_EQ(next_result().call, call);
  EXPECT_TRUE(loop_.run_until([&] { return results_.empty(); }, 200ms)) << "told once";
}

TEST_F(ExecutorTest, TellsANewController_WhatStillRuns) {
  const int call = execute({.resource = "web",
                            .action = "start",
                            .user_data = "5:6:0:key",
                            .parameters = {{"wait", "go"}}});
  client_.reset();
  make_client();
  std::optional<std::vector<client::RecurringOperation>> pending;
  client_->recurring_operations("", [&](const auto& answer) { pending = *answer; });
  ASSERT_TRUE(loop_.run_until([&] { return pending.has_value(); }, 5s));
  ASSERT_THAT(*pending, SizeIs(1));
  EXPECT_EQ((*pending)[0].user_data, "5:6:0:key");
  EXPECT_EQ((*pending)[0].call, call);
  touch("go");
  EXPECT_EQ(next_result().call, call);
}

TEST_F(ExecutorTest, KilledInTheMiddle_TakesUpTheAgentThatStillRuns) {
  const int call = execute({.resource = "web",
                            .action = "start",
                            .timeout = 30s,
                            .user_data = "key",
                            .parameters = {{"wait", "go"}, {"exit", "6"}}});
  ASSERT_TRUE(wait_for_trace("start"));
  executor_.kill_hard();
  executor_.start();
  loop_.run_until([] { return false; }, 200ms);
  EXPECT_THAT(results_, IsEmpty());
  touch("go");
  const ExecutorResult result = next_result();
  EXPECT_EQ(result.call, call);
  EXPECT_EQ(result.code, ExitCode::kNotConfigured);
  EXPECT_EQ(result.operation.user_data, "key");
  EXPECT_EQ(executor_.content("trace.web"), "start\n") << "it ran once";
  EXPECT_EQ(connections_, 2);
}

TEST_F(ExecutorTest, TerminatedInTheMiddle_StartsNothingBesideWhatStillRuns) {
  const int call = execute({.resource = "web",
                            .action = "start",
                            .timeout = 30s,
                            .user_data = "key",
                            .parameters = {{"wait", "go"}, {"exit", "6"}}});
  ASSERT_TRUE(wait_for_trace("start"));
  executor_.end_by(SIGTERM);
  executor_.start();
  loop_.run_until([] { return false; }, 200ms);
  touch("go");
  const ExecutorResult result = next_result();
  EXPECT_EQ(result.call, call);
  EXPECT_EQ(result.code, ExitCode::kNotConfigured);
  EXPECT_EQ(executor_.content("trace.web"), "start\n") << "it ran once";
}

TEST_F(ExecutorTest, TerminatedInTheMiddle_KeepsWhatRuns_WhenTheControllerIsGoneToo) {
  const int call = execute({.resource = "web", .action = "start", .parameters = {{"wait", "go"}}});
  ASSERT_TRUE(wait_for_trace("start"));
  client_.reset();
  executor_.end_by(SIGTERM);
  executor_.start();
  make_client();
  touch("go");
  EXPECT_EQ(next_result().call, call);
}

TEST_F(ExecutorTest, TerminatedIdleByTheSupervisor_LeavesNothing) {
  execute({.resource = "web", .action = "monitor", .interval = 60s, .timeout = 5s});
  client_->confirm(next_result().number);
  client_.reset();
  executor_.end_by(SIGTERM);
  executor_.start();
  make_client();
  std::optional<std::vector<client::RecurringOperation>> pending;
  client_->recurring_operations("", [&](const auto& answer) { pending = *answer; });
  ASSERT_TRUE(loop_.run_until([&] { return pending.has_value(); }, 5s));
  EXPECT_THAT(*pending, IsEmpty());
}

TEST_F(ExecutorTest, KilledInTheMiddle_FindsWhatEndedMeanwhile) {
  const int call = execute(
      {.resource = "web", .action = "stop", .parameters = {{"wait", "go"}, {"reason", "done"}}});
  ASSERT_TRUE(wait_for_trace("stop"));
  executor_.kill_hard();
  touch("go");
  loop_.run_until([] { return false; }, 300ms);
  executor_.start();
  const ExecutorResult result = next_result();
  EXPECT_EQ(result.call, call);
  EXPECT_EQ(result.code, ExitCode::kOk);
  EXPECT_EQ(result.exit_reason, "done");
  EXPECT_EQ(executor_.content("trace.web"), "stop\n");
}

TEST_F(ExecutorTest, KilledInTheMiddle_KeepsTheTimeoutOfWhatHangs) {
  execute(
      {.resource = "web", .action = "start", .timeout = 400ms, .parameters = {{"sleep", "100"}}});
  ASSERT_TRUE(wait_for_trace("start"));
  executor_.kill_hard();
  executor_.start();
  EXPECT_EQ(next_result().status, ExecutionStatus::kTimedOut);
}

TEST_F(ExecutorTest, KilledIdle_RemembersResourcesMonitorsAndResults) {
  execute({.resource = "web",
           .action = "monitor",
           .interval = 60s,
           .timeout = 5s,
           .only_changes = true});
  const ExecutorResult first = next_result();
  executor_.kill_hard();
  std::ofstream(executor_.folder / "web.monitor") << 7;
  executor_.start();
  const ExecutorResult again = next_result();
  EXPECT_EQ(again.operation.action, "monitor");
  EXPECT_EQ(again.code, ExitCode::kNotRunning) << "its change was noticed at once";
  EXPECT_NE(again.number, first.number);
  EXPECT_THAT(results_, IsEmpty()) << "what was passed on is not passed on again";
}

TEST_F(ExecutorTest, RunsAgain_WhenTheKeeperOfARepeatableActionIsKilled) {
  const int call = execute({.resource = "web", .action = "start", .parameters = {{"wait", "go"}}});
  ASSERT_TRUE(wait_for_trace("start"));
  for (const auto& entry : std::filesystem::directory_iterator(executor_.folder / "state/runs")) {
    const auto run = read_run_file(entry.path());
    ASSERT_GT(run->keeper, 0);
    kill(run->keeper, SIGKILL);
  }
  ASSERT_TRUE(wait_for_trace("start\nstart\n"));
  touch("go");
  EXPECT_EQ(next_result().call, call);
}

TEST_F(ExecutorTest, SparesTheSession_ThatHasTheNumberOfADeadKeeper) {
  execute({.resource = "web", .action = "start", .parameters = {{"wait", "go"}}});
  ASSERT_TRUE(wait_for_trace("start"));
  executor_.kill_hard();
  const pid_t bystander = fork();
  if (bystander == 0) {
    setsid();
    execl("/bin/sleep", "sleep", "100", nullptr);
    _exit(1);
  }
  for (const auto& entry : std::filesystem::directory_iterator(executor_.folder / "state/runs")) {
    const auto run = read_run_file(entry.path());
    for (const auto& member : process::session_members(run->keeper)) kill(member.pid, SIGKILL);
    std::filesystem::remove(entry.path());
    write_keeper(create_run_file(entry.path())->get(), bystander);
  }
  executor_.start();
  EXPECT_TRUE(wait_for_trace("start\nstart\n"));
  EXPECT_EQ(waitpid(bystander, nullptr, WNOHANG), 0) << "it lives";
  kill(bystander, SIGKILL);
  waitpid(bystander, nullptr, 0);
  touch("go");
  next_result();
}

TEST_F(ExecutorTest, GoesOn_WhenItsStateFolderTakesNothing) {
  std::filesystem::remove_all(executor_.folder / "state/runs");
  const ExecutorResult result =
      run({.resource = "web", .action = "stop", .parameters = {{"exit", "6"}}});
  EXPECT_EQ(result.code, ExitCode::kNotConfigured);
  EXPECT_EQ(executor_.content("trace.web"), "stop\n");
}

TEST_F(ExecutorTest, LeavesNothingBehind) {
  for (int i = 0; i < 20; ++i) run({.resource = "web", .action = "monitor"});
  EXPECT_TRUE(loop_.run_until(
      [&] {
        loop_.post([] {});
        return std::filesystem::is_empty(executor_.folder / "state/runs");
      },
      2s));
}

TEST_F(ExecutorTest, RunsDebiansDummyUnmodified) {
  constexpr const char* kDummy = "/usr/lib/ocf/resource.d/pacemaker/Dummy";
  if (!std::filesystem::exists(kDummy)) GTEST_SKIP() << "resource agents are not installed";
  std::filesystem::create_directories(executor_.folder / "ocf/resource.d/pacemaker");
  std::filesystem::copy_file(kDummy, executor_.folder / "ocf/resource.d/pacemaker/Dummy");
  std::filesystem::create_directory_symlink("/usr/lib/ocf/lib", executor_.folder / "ocf/lib");
  std::filesystem::create_directory_symlink("/usr/lib/ocf/resource.d/heartbeat",
                                            executor_.folder / "ocf/resource.d/heartbeat");
  add_resource("d1", {"ocf", "pacemaker", "Dummy"});
  const client::Parameters state = {{"state", (executor_.folder / "d1.state").string()}};
  const auto result = [&](const std::string& action) {
    return run({.resource = "d1", .action = action, .timeout = 20s, .parameters = state}).code;
  };
  EXPECT_EQ(result("monitor"), ExitCode::kNotRunning);
  EXPECT_EQ(result("start"), ExitCode::kOk);
  EXPECT_EQ(result("monitor"), ExitCode::kOk);
  EXPECT_EQ(result("stop"), ExitCode::kOk);
  EXPECT_EQ(result("monitor"), ExitCode::kNotRunning);
}

}  // namespace
}  // namespace systole::executor
