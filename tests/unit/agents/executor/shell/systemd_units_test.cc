#include "agents/executor/shell/systemd_units.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "tests/unit/agents/executor/shell/fake_systemd.h"

namespace systole::executor {
namespace {

using namespace std::chrono_literals;
using model::ExecutionStatus;
using model::ExitCode;
using testing::ElementsAre;
using testing::HasSubstr;

class SystemdUnitsTest : public testing::Test {
 protected:
  SystemdUnitsTest()
      : systemd_(loop_),
        folder_(testing::TempDir() + "systemd_units_test." + std::to_string(getpid())),
        units_(loop_, {.open = [this] { return systemd_.open(); },
                       .bus_name = "",
                       .drop_in_folder = folder_}) {
    systemd_.units["web.service"] = {};
  }
  ~SystemdUnitsTest() override { std::filesystem::remove_all(folder_); }

  void begin(const std::string& action, Milliseconds timeout = 5s,
             const std::string& type = "web") {
    result_.reset();
    units_.run({"systemd", "", type}, {.resource = "r", .action = action, .timeout = timeout},
               [this](AgentResult result) { result_ = std::move(result); });
    EXPECT_FALSE(result_.has_value()) << "never from within";
  }
  AgentResult wait() {
    EXPECT_TRUE(loop_.run_until([this] { return result_.has_value(); }, 10s));
    return result_.value_or(AgentResult{});
  }
  AgentResult run(const std::string& action) {
    begin(action);
    return wait();
  }
  std::string drop_in() const { return folder_ + "/web.service.d/50-pacemaker.conf"; }

  daemon::EventLoop loop_;
  FakeSystemd systemd_;
  std::string folder_;
  SystemdUnits units_;
  std::optional<AgentResult> result_;
};

TEST_F(SystemdUnitsTest, StartEndsWithItsJob_AndSystemdNoLongerRestartsTheUnit) {
  EXPECT_EQ(run("start").code, ExitCode::kOk);
  EXPECT_THAT(systemd_.calls,
              ElementsAre("Subscribe", "LoadUnit web.service", "Reload", "StartUnit web.service"));
  EXPECT_TRUE(std::filesystem::exists(drop_in()));
  EXPECT_EQ(run("monitor").code, ExitCode::kOk);
}

TEST_F(SystemdUnitsTest, StopTakesTheDropInBackFirst_ForItWouldWaitForTheClusterManager) {
  run("start");
  systemd_.calls.clear();
  EXPECT_EQ(run("stop").code, ExitCode::kOk);
  EXPECT_THAT(systemd_.calls,
              ElementsAre("LoadUnit web.service", "Reload", "StopUnit web.service"));
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/web.service.d"));
  EXPECT_EQ(run("monitor").code, ExitCode::kNotRunning);
}

TEST_F(SystemdUnitsTest, AJobThatFailsSaysHow) {
  systemd_.job_result = "failed";
  const AgentResult result = run("start");
  EXPECT_EQ(result.code, ExitCode::kGenericError);
  EXPECT_THAT(result.exit_reason, HasSubstr("web.service ended: failed"));
}

TEST_F(SystemdUnitsTest, AJobThatLastsTooLongTimesOut) {
  systemd_.job_result = "";
  begin("start", 50ms);
  EXPECT_EQ(wait().status, ExecutionStatus::kTimedOut);
  systemd_.end_job("done");
  loop_.run_until([] { return false; }, 20ms);
}

TEST_F(SystemdUnitsTest, AMonitorWaitsForAUnitOnItsWay) {
  systemd_.units["web.service"].active_state = "activating";
  begin("monitor");
  loop_.run_until([this] { return result_.has_value(); }, 50ms);
  EXPECT_FALSE(result_.has_value());
  systemd_.set_state("web.service", "failed");
  const AgentResult result = wait();
  EXPECT_EQ(result.code, ExitCode::kNotRunning);
  EXPECT_EQ(result.exit_reason, "the unit is failed");
}

TEST_F(SystemdUnitsTest, AUnitThatDoesNotExistIsNotInstalled_ButStopped) {
  systemd_.units["web.service"].load_state = "not-found";
  EXPECT_EQ(run("start").code, ExitCode::kNotInstalled);
  EXPECT_EQ(run("monitor").code, ExitCode::kNotInstalled);
  EXPECT_EQ(run("stop").code, ExitCode::kOk);
  begin("start", 5s, "../etc");
  EXPECT_EQ(wait().code, ExitCode::kNotInstalled);
}

TEST_F(SystemdUnitsTest, WhatAUnitCannotDoIsNotSupported) {
  EXPECT_EQ(run("promote").status, ExecutionStatus::kNotSupported);
}

TEST_F(SystemdUnitsTest, ALostBusEndsWhatIsUnderWay) {
  systemd_.job_result = "";
  begin("start");
  loop_.run_until([this] { return systemd_.calls.size() == 4; }, 5s);
  systemd_.die();
  const AgentResult result = wait();
  EXPECT_EQ(result.status, ExecutionStatus::kError);
  EXPECT_THAT(result.exit_reason, HasSubstr("bus"));
}

/// A message bus of its own, with systemd's name taken by the fake.
class SystemdOnABus : public testing::Test {
 protected:
  void SetUp() override {
    if (access("/usr/bin/dbus-daemon", X_OK) != 0) GTEST_SKIP() << "there is no dbus-daemon";
    pid_ = fork();
    if (pid_ == 0) {
      const std::string address = "--address=" + address_;
      execl("/usr/bin/dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile",
            address.c_str(), nullptr);
      _exit(127);
    }
    for (int i = 0; i < 1000 && access(socket_.c_str(), F_OK) != 0; ++i) usleep(10000);
    ASSERT_EQ(access(socket_.c_str(), F_OK), 0);
  }
  ~SystemdOnABus() override {
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    std::filesystem::remove_all(folder_);
  }

  pid_t pid_ = 0;
  daemon::EventLoop loop_;
  const std::string socket_ = testing::TempDir() + "systemd_bus." + std::to_string(getpid());
  const std::string folder_ = socket_ + ".units";
  const std::string address_ = "unix:path=" + socket_;
};

TEST_F(SystemdOnABus, JobsAndStatesAreHeardOf) {
  FakeSystemd systemd(loop_, address_);
  systemd.units["web.service"] = {};
  SystemdUnits units(loop_, {.open = [this]() -> base::Result<BusHandle> {
                               return FakeSystemd::open_bus(address_);
                             },
                             .drop_in_folder = folder_});
  const auto run = [&](const std::string& action) {
    std::optional<AgentResult> result;
    units.run({"systemd", "", "web"}, {.resource = "r", .action = action, .timeout = 10s},
              [&](AgentResult answer) { result = std::move(answer); });
    EXPECT_TRUE(loop_.run_until([&] { return result.has_value(); }, 15s));
    return result.value_or(AgentResult{}).code;
  };
  EXPECT_EQ(run("monitor"), ExitCode::kNotRunning);
  EXPECT_EQ(run("start"), ExitCode::kOk);
  EXPECT_EQ(run("monitor"), ExitCode::kOk);
  EXPECT_EQ(run("stop"), ExitCode::kOk);
  EXPECT_EQ(run("monitor"), ExitCode::kNotRunning);
}

TEST(SystemdUnitNames, ServicesNeedNoSuffix) {
  EXPECT_EQ(systemd_unit_name("nginx"), "nginx.service");
  EXPECT_EQ(systemd_unit_name("getty@tty1"), "getty@tty1.service");
  EXPECT_EQ(systemd_unit_name("backup.timer"), "backup.timer");
  EXPECT_EQ(systemd_unit_name("php8.2-fpm"), "php8.2-fpm.service");
  EXPECT_EQ(systemd_unit_name("a/b"), "");
}

}  // namespace
}  // namespace systole::executor
