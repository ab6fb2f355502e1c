#include "policy/input/stream.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace systole::policy::input {
namespace {

/// A path of its own for a test, in a folder that goes with it.
class Writing : public testing::Test {
 protected:
  Writing() { std::filesystem::create_directories(folder_); }
  ~Writing() override { std::filesystem::remove_all(folder_); }

  const std::string folder_ = testing::TempDir() + "stream_test." + std::to_string(::getpid());
  const std::string path_ = folder_ + "/file";
};

TEST_F(Writing, OverALongerFile_LeavesNothingOfIt) {
  ASSERT_TRUE(write_text(path_, std::string(100000, 'x')));
  ASSERT_TRUE(write_text(path_, "short"));
  EXPECT_EQ(read_text(path_).value(), "short");
  ASSERT_TRUE(write_text(path_, ""));
  EXPECT_EQ(std::filesystem::file_size(path_), 0U);
}

TEST_F(Writing, OverAFile_KeepsItsRights) {
  ASSERT_TRUE(write_text(path_, "old"));
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  ASSERT_TRUE(write_text(path_, "longer than it was"));
  EXPECT_EQ(read_text(path_).value(), "longer than it was");
  EXPECT_EQ(std::filesystem::status(path_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(Writing, InPieces_JoinsThem) {
  const auto written = write_pieces(path_, [](const TextSink& sink) {
    sink("one ");
    sink(std::string(1 << 20, 'y'));
  });
  ASSERT_TRUE(written);
  EXPECT_EQ(read_text(path_).value(), "one " + std::string(1 << 20, 'y'));
}

TEST_F(Writing, WhereNoFileCanBe_IsAnErrorThatNamesIt) {
  const auto written = write_text(folder_, "text");
  ASSERT_FALSE(written);
  EXPECT_NE(written.error().message.find(folder_), std::string::npos);
}

TEST_F(Writing, ToADevice_NeedsNoLength) {
  EXPECT_TRUE(write_text("/dev/null", "text"));
  EXPECT_FALSE(write_text("/dev/full", "text"));
}

}  // namespace
}  // namespace systole::policy::input
