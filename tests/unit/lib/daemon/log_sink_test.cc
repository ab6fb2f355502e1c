#include "lib/daemon/log_sink.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "lib/base/log.h"
#include "lib/base/strings.h"

namespace systole::daemon {
namespace {

class LogEnvironment : public testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }
  static void clear() {
    for (const char* name : {"PCMK_logfile", "PCMK_logfile_mode", "PCMK_logfacility",
                             "PCMK_logpriority", "PCMK_debug", "PCMK_stderr"}) {
      unsetenv(name);
    }
  }
};

TEST_F(LogEnvironment, DefaultsAreTheStandardFileAndDaemonNotice) {
  const LogSettings settings = log_settings_from_environment("crmd");
  EXPECT_EQ(settings.file, "/var/log/pacemaker/pacemaker.log");
  EXPECT_EQ(settings.file_mode, 0660u);
  EXPECT_EQ(settings.facility, LOG_DAEMON);
  EXPECT_EQ(settings.syslog_priority, LOG_NOTICE);
  EXPECT_FALSE(settings.debug);
}

TEST_F(LogEnvironment, VariablesAreRead) {
  setenv("PCMK_logfile", "/tmp/x.log", 1);
  setenv("PCMK_logfile_mode", "0600", 1);
  setenv("PCMK_logfacility", "local3", 1);
  setenv("PCMK_logpriority", "debug", 1);
  setenv("PCMK_debug", "pacemakerd,crmd", 1);
  const LogSettings settings = log_settings_from_environment("crmd");
  EXPECT_EQ(settings.file, "/tmp/x.log");
  EXPECT_EQ(settings.file_mode, 0600u);
  EXPECT_EQ(settings.facility, LOG_LOCAL3);
  EXPECT_EQ(settings.syslog_priority, LOG_DEBUG);
  EXPECT_TRUE(settings.debug);
  EXPECT_FALSE(log_settings_from_environment("fencer").debug);
}

TEST_F(LogEnvironment, NoneTurnsOff_AndNonsenseCountsAsUnset) {
  setenv("PCMK_logfile", "none", 1);
  setenv("PCMK_logfacility", "none", 1);
  setenv("PCMK_logfile_mode", "rw", 1);
  const LogSettings settings = log_settings_from_environment("crmd");
  EXPECT_EQ(settings.file, "");
  EXPECT_LT(settings.facility, 0);
  EXPECT_EQ(settings.file_mode, 0660u);
}

TEST(Logging, WritesOneLineAMessage) {
  // In a folder of its own: in one that all share, the kernel may let nobody create what is there
  // and belongs to another user (fs.protected_regular), and the log is hacluster's.
  std::string folder = "/tmp/systole-log-test-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/log";
  start_logging("100%T", {.file = path,
                          .file_mode = 0640,
                          .facility = -1,
                          .syslog_priority = LOG_NOTICE,
                          .debug = false,
                          .to_stderr = false});
  base::log(base::LogLevel::kNotice, "started with 50% of ", 3);
  base::log(base::LogLevel::kDebug, "unseen");
  base::log(base::LogLevel::kError, "two\nlines, ", std::string(3000, 'x'), "end");
  stop_logging();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  struct stat info = {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  unlink(path.c_str());
  rmdir(folder.c_str());
  EXPECT_EQ(info.st_mode & 0777, 0640u);
  EXPECT_THAT(
      text.str(),
      testing::MatchesRegex(
          "[A-Z][a-z][a-z] [0-9][0-9] [0-9:]+[.][0-9]+ [^ ]+ 100_T +\\[" + base::cat(getpid()) +
          "\\] \tnotice: started with 50% of 3\n[^\n]*\terror: two lines, x+end\n"));
}

}  // namespace
}  // namespace systole::daemon
