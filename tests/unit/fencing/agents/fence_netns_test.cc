#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace systole::fencing {
namespace {

using testing::HasSubstr;

struct Ended {
  int code = -1;
  std::string output;
};

/// Runs a shell command and keeps what it prints.
Ended shell(const std::string& command) {
  Ended ended;
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    ended.output.append(buffer.data(), size);
  }
  ended.code = WEXITSTATUS(pclose(pipe));
  return ended;
}

pid_t spawn(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  return posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environ) == 0 ? pid : -1;
}

class FenceNetnsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "needs root for namespaces";
    char name[] = "/tmp/fence_netns_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    const std::string source = SYSTOLE_SOURCE_DIR;
    agent_ = source + "/fencing/agents/fence_netns";
    switch_ = spawn({source + "/tests/cluster/power_switch", "--socket", folder_ + "/socket",
                     "--nodes-dir", folder_, "--on-command", "/bin/echo started"});
    for (int i = 0; i < 500 && access((folder_ + "/socket").c_str(), F_OK) != 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  void TearDown() override {
    for (const pid_t pid : {switch_, node_}) {
      if (pid <= 0) continue;
      kill(pid, SIGKILL);
      waitpid(pid, nullptr, 0);
    }
    if (!folder_.empty()) (void)!system(("rm -rf " + folder_).c_str());
  }

  void start_node() {
    node_ = spawn({"unshare", "--pid", "--fork", "--kill-child", "sleep", "1000"});
    plug_in(node_, start_time(node_));
  }
  /// In clock ticks since boot: field 22 of /proc/PID/stat, 20 after the name.
  static std::string start_time(pid_t pid) {
    return shell("sed 's/.*) //' /proc/" + std::to_string(pid) + "/stat | cut -d ' ' -f 20").output;
  }
  void plug_in(pid_t pid, const std::string& started) {
    std::ofstream(folder_ + "/n1.pid") << pid << " " << started << "\n";
  }
  Ended agent(const std::string& action, const std::string& plug = "n1") {
    return shell("printf 'action=" + action + "\\nplug=" + plug + "\\nsocket=" + folder_ +
                 "/socket\\n' | " + agent_);
  }

  std::string folder_;
  std::string agent_;
  pid_t switch_ = -1;
  pid_t node_ = -1;
};

TEST_F(FenceNetnsTest, KillsANode_AndKnowsItsStatus) {
  start_node();
  EXPECT_EQ(agent("status").code, 0);
  EXPECT_THAT(agent("list").output, HasSubstr("n1,"));
  const Ended off = agent("off");
  EXPECT_EQ(off.code, 0) << off.output;
  EXPECT_EQ(agent("status").code, 2) << "off is 2 in the fence-agents API";
  int status = 0;
  EXPECT_EQ(waitpid(node_, &status, WNOHANG), node_) << "dead when the agent says so";
  node_ = -1;
  EXPECT_EQ(agent("off").code, 0) << "a node that is off can be switched off";
}

TEST_F(FenceNetnsTest, SparesTheProcess_ThatHasTheNumberOfADeadNode) {
  node_ = spawn({"sleep", "1000"});
  plug_in(node_, "1");
  EXPECT_EQ(agent("status").code, 2);
  EXPECT_EQ(agent("off").code, 0);
  EXPECT_EQ(waitpid(node_, nullptr, WNOHANG), 0) << "it lives";
}

TEST_F(FenceNetnsTest, FailsForANodeThatIsNotPluggedIn) {
  const Ended off = agent("off", "n9");
  EXPECT_EQ(off.code, 1);
  EXPECT_THAT(off.output, HasSubstr("n9"));
  EXPECT_EQ(agent("off", "../n1").code, 1);
}

TEST_F(FenceNetnsTest, FailsWhenTheSwitchIsGone) {
  start_node();
  kill(switch_, SIGKILL);
  waitpid(switch_, nullptr, 0);
  switch_ = -1;
  const Ended off = agent("off");
  EXPECT_EQ(off.code, 1);
  EXPECT_THAT(off.output, HasSubstr("power switch"));
  EXPECT_EQ(kill(node_, 0), 0) << "and the node lives";
}

TEST_F(FenceNetnsTest, RunsTheStartCommand_ForOn) {
  std::ofstream(folder_ + "/n1.pid") << "0\n";
  EXPECT_EQ(agent("on").code, 0);
  EXPECT_EQ(agent("monitor").code, 0);
  EXPECT_EQ(agent("dance").code, 1);
}

}  // namespace
}  // namespace systole::fencing
