#include "agents/executor/keeper/run_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

namespace systole::executor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class RunFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::temp_directory_path() / ("run-file-" + std::to_string(getpid()));
    fs::remove(path_);
  }
  void TearDown() override { fs::remove(path_); }
  std::string path_;
};

process::Outcome outcome() {
  return {.end = process::End::kTimedOut,
          .code = 0,
          .run_time = 1234ms,
          .out = {.head = "a,b:c", .tail = "z", .dropped = 17},
          .err = {.head = "ocf-exit-reason:why\n"},
          .survivors = {{.pid = 12, .name = "mount.nfs", .state = 'D'}}};
}

TEST_F(RunFileTest, TellsHowTheAgentEnded) {
  {
    const auto file = create_run_file(path_);
    ASSERT_TRUE(file.ok());
    write_keeper(file->get(), 4711);
    write_outcome(file->get(), outcome());
  }
  const auto run = read_run_file(path_);
  ASSERT_TRUE(run.ok());
  EXPECT_FALSE(run->kept);
  EXPECT_EQ(run->keeper, 4711);
  ASSERT_TRUE(run->outcome.has_value());
  ASSERT_TRUE(run->outcome->ok());
  const process::Outcome& read = **run->outcome;
  EXPECT_EQ(read.end, process::End::kTimedOut);
  EXPECT_EQ(read.run_time, 1234ms);
  EXPECT_EQ(read.out.head, "a,b:c");
  EXPECT_EQ(read.out.tail, "z");
  EXPECT_EQ(read.out.dropped, 17u);
  EXPECT_EQ(read.err.head, "ocf-exit-reason:why\n");
  ASSERT_EQ(read.survivors.size(), 1u);
  EXPECT_EQ(read.survivors[0].name, "mount.nfs");
  EXPECT_EQ(read.survivors[0].state, 'D');
}

TEST_F(RunFileTest, TellsWhyTheAgentCouldNotBeStarted) {
  {
    const auto file = create_run_file(path_);
    write_keeper(file->get(), 1);
    write_outcome(file->get(), base::Error{base::Errc::kPermission, "not you"});
  }
  const auto run = read_run_file(path_);
  ASSERT_TRUE(run->outcome.has_value());
  EXPECT_EQ(run->outcome->error().code, base::Errc::kPermission);
  EXPECT_EQ(run->outcome->error().message, "not you");
}

TEST_F(RunFileTest, HasNoOutcome_WhereverItIsCut) {
  {
    const auto file = create_run_file(path_);
    write_keeper(file->get(), 4711);
    write_outcome(file->get(), outcome());
  }
  for (auto size = fs::file_size(path_); size > 0;) {
    fs::resize_file(path_, --size);
    const auto run = read_run_file(path_);
    ASSERT_TRUE(run.ok());
    EXPECT_FALSE(run->outcome.has_value()) << "cut at " << size;
  }
}

TEST_F(RunFileTest, IsKeptAsLongAsSomebodyHasItOpen) {
  auto file = create_run_file(path_);
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  *file = process::UniqueFd();
  EXPECT_TRUE(read_run_file(path_)->kept) << "the child has inherited the lock";
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_FALSE(read_run_file(path_)->kept);
}

/// As a full file system does: writes beyond the first page fail.
class FullAfterOnePage {
 public:
  FullAfterOnePage() {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    const rlimit page{.rlim_cur = 4096, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &page);
  }
  ~FullAfterOnePage() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_{};
};

TEST_F(RunFileTest, LosesTheOutputAlone_WhenThereIsNoRoom) {
  process::Outcome large = outcome();
  large.out.head = std::string(10000, 'x');
  large.code = 7;
  {
    const FullAfterOnePage full;
    const auto file = create_run_file(path_);
    ASSERT_TRUE(file.ok());
    write_keeper(file->get(), 4711);
    write_outcome(file->get(), large);
  }
  const auto run = read_run_file(path_);
  ASSERT_TRUE(run->outcome.has_value());
  ASSERT_TRUE(run->outcome->ok());
  EXPECT_EQ((*run->outcome)->code, 7);
  EXPECT_EQ((*run->outcome)->end, process::End::kTimedOut);
  EXPECT_EQ((*run->outcome)->out.head, "");
}

TEST_F(RunFileTest, WorksWithoutAFolder) {
  auto file = create_unnamed_run_file();
  ASSERT_TRUE(file.ok());
  const auto ours = reopen_without_lock(file->get());
  ASSERT_TRUE(ours.ok());
  const std::string path = path_of_open_file(ours->get());
  EXPECT_TRUE(read_run_file(path)->kept);
  write_keeper(file->get(), 4711);
  write_outcome(file->get(), outcome());
  *file = process::UniqueFd();
  const auto run = read_run_file(path);
  EXPECT_FALSE(run->kept);
  EXPECT_TRUE(run->outcome.has_value());
}

TEST_F(RunFileTest, IsMadeOnce) {
  const auto first = create_run_file(path_);
  EXPECT_TRUE(first.ok());
  EXPECT_FALSE(create_run_file(path_).ok());
  EXPECT_EQ(read_run_file("/nonexistent/run").error().code, base::Errc::kNoSuchFile);
}

}  // namespace
}  // namespace systole::executor
