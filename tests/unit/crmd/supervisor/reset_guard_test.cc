#include "crmd/supervisor/reset_guard.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "lib/base/strings.h"
#include "lib/daemon/reset_demand.h"

namespace systole::supervisor {
namespace {

class ResetGuardTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = base::cat("/tmp/systole-reset-guard-test-", getpid());
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<ResetGuard> start() {
    auto guard = ResetGuard::start(folder_, [this](std::string_view reason) {
      const std::lock_guard lock(mutex_);
      reason_ = reason;
      changed_.notify_one();
    });
    EXPECT_TRUE(guard.ok()) << guard.error().message;
    return guard ? std::move(*guard) : nullptr;
  }

  /// The reason that the guard reset for, however long it takes.
  std::string wait_for_reset() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return reason_.has_value(); });
    return *reason_;
  }

  std::string folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::string> reason_;
};

TEST_F(ResetGuardTest, MeetsADemand_WhoeverEndsOrHangs) {
  const auto guard = start();
  ASSERT_TRUE(daemon::demand_reset(folder_, "it is condemned").ok());
  EXPECT_EQ(wait_for_reset(), "it is condemned");
}

TEST_F(ResetGuardTest, MeetsADemandThatNobodyMetBefore) {
  ASSERT_TRUE(daemon::demand_reset(folder_, "the supervisor was away").ok());
  const auto guard = start();
  EXPECT_EQ(wait_for_reset(), "the supervisor was away");
}

TEST_F(ResetGuardTest, TakesADemandOnce) {
  ASSERT_TRUE(daemon::demand_reset(folder_, "once").ok());
  EXPECT_EQ(daemon::take_reset_demand(folder_), "once");
  EXPECT_FALSE(daemon::take_reset_demand(folder_));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(ResetGuardTest, LeavesOtherFilesOfTheFolderAlone) {
  const auto guard = start();
  std::filesystem::create_directory(folder_ + "/other");
  std::filesystem::rename(folder_ + "/other", folder_ + "/another");
  ASSERT_TRUE(daemon::demand_reset(folder_, "").ok());
  EXPECT_EQ(wait_for_reset(), "");
  EXPECT_TRUE(std::filesystem::exists(folder_ + "/another"));
}

TEST_F(ResetGuardTest, SaysWhatCannotBeWatched) {
  const auto guard = ResetGuard::start(folder_ + "/missing", [](std::string_view) {});
  ASSERT_FALSE(guard.ok());
  EXPECT_NE(guard.error().message.find("missing"), std::string::npos);
}

}  // namespace
}  // namespace systole::supervisor
