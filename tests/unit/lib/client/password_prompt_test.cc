#include "lib/client/password_prompt.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "lib/process/unique_fd.h"

namespace systole::client {
namespace {

/// A terminal, with a program at it that asks for a password and ends with its length.
class PasswordPrompt : public testing::Test {
 protected:
  void SetUp() override {
    int master = -1;
    child_ = ::forkpty(&master, nullptr, nullptr, nullptr);
    ASSERT_GE(child_, 0);
    if (child_ == 0) ::_exit(static_cast<int>(ask_password("Secret? ").size()));
    terminal_ = process::UniqueFd(master);
    while (shown_.find("? ") == std::string::npos) ASSERT_TRUE(read_some());
  }

  bool read_some() {
    char bytes[256];
    const ssize_t got = ::read(terminal_.get(), bytes, sizeof bytes);
    if (got > 0) shown_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  void type(std::string_view keys) {
    ASSERT_EQ(::write(terminal_.get(), keys.data(), keys.size()),
              static_cast<ssize_t>(keys.size()));
  }

  bool echoes() const {
    termios now{};
    EXPECT_EQ(::tcgetattr(terminal_.get(), &now), 0);
    return (now.c_lflag & ECHO) != 0;
  }

  int end() const {
    int status = 0;
    EXPECT_EQ(::waitpid(child_, &status, 0), child_);
    return status;
  }

  pid_t child_ = -1;
  process::UniqueFd terminal_;
  std::string shown_;
};

TEST_F(PasswordPrompt, ReadsALineThatIsNotShown) {
  EXPECT_FALSE(echoes());
  type("secret\n");
  const int status = end();
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 6);
  EXPECT_TRUE(echoes());
  while (read_some()) {
  }
  EXPECT_EQ(shown_.find("secret"), std::string::npos);
}

TEST_F(PasswordPrompt, LeavesTheTerminalAsItWasWhenItIsInterrupted) {
  EXPECT_FALSE(echoes());
  type("sec\x03");
  const int status = end();
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
  EXPECT_TRUE(echoes());
}

}  // namespace
}  // namespace systole::client
