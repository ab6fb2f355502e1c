#include "crmd/supervisor/child_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/daemon/process_setup.h"

namespace systole::supervisor {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

process::Command command_of(Child child, const ChildOptions& options, bool ran_before = false) {
  const auto command = child_command(child, options, ran_before);
  EXPECT_TRUE(command.ok());
  return command.value_or({});
}

TEST(ChildCommand, RunsTheProgramByItsFullPath_InASessionOfItsOwn) {
  const auto command = command_of(Child::kExecutor, {.folder = "/usr/lib/pacemaker"});
  EXPECT_THAT(command.argv, testing::ElementsAre("/usr/lib/pacemaker/pacemaker-execd"));
  EXPECT_EQ(command.leads, process::Leads::kSession);
  EXPECT_FALSE(command.user.has_value());
}

TEST(ChildCommand, OnlyTheControllerIsUnprivileged) {
  if (geteuid() != 0) GTEST_SKIP() << "changing the user is root's";
  const auto account = daemon::daemon_account();
  const auto command = child_command(Child::kController, {.folder = "/f"}, false);
  ASSERT_EQ(command.ok(), account.has_value());
  if (!account) GTEST_SKIP() << "needs the user hacluster";
  ASSERT_TRUE(command->user.has_value());
  EXPECT_EQ(command->user->uid, account->uid);
  EXPECT_EQ(command->user->gid, account->gid);
  EXPECT_FALSE(command_of(Child::kFencer, {.folder = "/f"}).user.has_value());
}

TEST(ChildCommand, EnvironmentIsWhatDaemonsExpectOfTheirParent) {
  setenv("PCMK_logfacility", "local1", 1);
  const auto first =
      command_of(Child::kExecutor, {.folder = "/f", .standby = false, .watchdog = true});
  unsetenv("PCMK_logfacility");
  for (const char* expected :
       {"LC_ALL=C", "PCMK_mcp=true", "HA_mcp=true", "PCMK_cluster_type=corosync",
        "HA_quorum_type=corosync", "PCMK_watchdog=true", "PCMK_logfacility=local1",
        "HA_LOGFACILITY=local1", "PCMK_logfile=/var/log/pacemaker/pacemaker.log"}) {
    EXPECT_THAT(first.environment, Contains(expected));
  }
  EXPECT_THAT(first.environment, Not(Contains(HasSubstr("PCMK_respawned"))));
  EXPECT_THAT(first.environment, Not(Contains(HasSubstr("PCMK_node_start_state"))));
  const auto again =
      command_of(Child::kExecutor, {.folder = "/f", .standby = true, .watchdog = false}, true);
  EXPECT_THAT(again.environment, Contains("PCMK_respawned=true"));
  EXPECT_THAT(again.environment, Contains("PCMK_node_start_state=standby"));
  EXPECT_THAT(again.environment, Contains("PCMK_watchdog=false"));
}

TEST(ChildCommand, ServiceManagerIsTheSupervisorsAlone) {
  setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1);
  setenv("WATCHDOG_USEC", "30000000", 1);
  const auto command = command_of(Child::kExecutor, {.folder = "/f"});
  unsetenv("NOTIFY_SOCKET");
  unsetenv("WATCHDOG_USEC");
  EXPECT_THAT(command.environment, Not(Contains(HasSubstr("NOTIFY_SOCKET"))));
  EXPECT_THAT(command.environment, Not(Contains(HasSubstr("WATCHDOG"))));
}

TEST(DaemonFolder, CanBeOverriddenByAnAbsolutePathOnly) {
  unsetenv("SYSTOLE_DAEMON_DIR");
  EXPECT_EQ(daemon_folder(), "/usr/lib/pacemaker");
  setenv("SYSTOLE_DAEMON_DIR", "relative", 1);
  EXPECT_EQ(daemon_folder(), "/usr/lib/pacemaker");
  setenv("SYSTOLE_DAEMON_DIR", "/opt/daemons", 1);
  EXPECT_EQ(daemon_folder(), "/opt/daemons");
  unsetenv("SYSTOLE_DAEMON_DIR");
}

}  // namespace
}  // namespace systole::supervisor
