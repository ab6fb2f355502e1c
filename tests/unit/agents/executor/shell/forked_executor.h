#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "agents/executor/shell/executor.h"
#include "lib/daemon/event_loop.h"

namespace systole::executor {

/// An executor in a process of its own, with its own endpoint, state and agents.
class ForkedExecutor {
 public:
  ForkedExecutor() {
    static int number = 0;
    endpoint = "lrmd-test-" + std::to_string(getpid()) + "-" + std::to_string(++number);
    folder = std::filesystem::temp_directory_path() / endpoint;
    std::filesystem::create_directories(folder / "state");
    std::filesystem::create_directories(folder / "ocf/resource.d/test");
    std::filesystem::create_directories(folder / "init.d");
  }
  ~ForkedExecutor() {
    if (pid_ > 0) kill_hard();
    std::filesystem::remove_all(folder);
  }

  void add_agent(const std::string& type, const std::string& script) {
    add_program(folder / "ocf/resource.d/test" / type, script);
  }
  void add_init_script(const std::string& type, const std::string& script) {
    add_program(folder / "init.d" / type, script);
  }

  /// Returns once it serves.
  void start() {
    int ready[2];
    ASSERT_EQ(pipe(ready), 0);
    pid_ = fork();
    if (pid_ == 0) {
      close(ready[0]);
      serve(ready[1]);
    }
    close(ready[1]);
    char byte = 0;
    EXPECT_EQ(read(ready[0], &byte, 1), 1) << "the executor did not start";
    close(ready[0]);
  }

  void kill_hard() { end_by(SIGKILL); }

  void end_by(int signal) {
    kill(pid_, signal);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

  std::string content(const std::string& file) const {
    std::ifstream in(folder / file);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }

  std::string endpoint;
  std::filesystem::path folder;

 private:
  static void add_program(const std::filesystem::path& path, const std::string& script) {
    std::ofstream(path) << "#!/bin/sh\n" << script;
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  [[noreturn]] void serve(int ready) {
    daemon::EventLoop loop;
    const auto executor = Executor::start(
        loop,
        {.state_folder = folder / "state",
         .endpoint = endpoint,
         .keeper_path = SYSTOLE_BINARY_DIR "/bin/systole-agent-keeper",
         .environment = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "FOLDER=" + folder.string()},
         .working_directory = folder,
         .secrets_folder = folder / "secrets",
         .roots = {.ocf = folder / "ocf", .lsb = folder / "init.d"}},
        {});
    const auto terminate = loop.on_signal(SIGTERM, [&] { (*executor)->end([&] { loop.stop(); }); });
    if (executor && terminate && write(ready, "x", 1) == 1) {
      close(ready);
      loop.run();
    }
    _exit(1);
  }

  pid_t pid_ = 0;
};

}  // namespace systole::executor
