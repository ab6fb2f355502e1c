#include "crmd/shell/identity.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace systole::crmd {
namespace {

class UptimeToken : public testing::Test {
 protected:
  UptimeToken() {
    std::filesystem::create_directories(folder_);
    std::filesystem::remove(path_);
  }
  ~UptimeToken() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("identity-test-" + std::to_string(getpid()));
  const std::string path_ = folder_ / "token";
};

TEST_F(UptimeToken, StaysWhileTheFileStays) {
  const auto first = uptime_token(path_);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first->size(), 36u);
  EXPECT_EQ(*uptime_token(path_), *first);
  std::filesystem::remove(path_);
  EXPECT_NE(*uptime_token(path_), *first);
}

TEST_F(UptimeToken, IsMadeAnew_WhenTheFileIsTorn) {
  std::ofstream(path_) << "abc";
  const auto token = uptime_token(path_);
  ASSERT_TRUE(token.ok());
  EXPECT_EQ(token->size(), 36u);
}

TEST_F(UptimeToken, ErrorNamesTheFile_WhenTheFolderIsMissing) {
  const auto token = uptime_token((folder_ / "no" / "token").string());
  ASSERT_FALSE(token.ok());
  EXPECT_NE(token.error().message.find("/no/token"), std::string::npos);
}

TEST(RandomUuid, HasTheFormOfVersion4) {
  const auto uuid = random_uuid();
  ASSERT_TRUE(uuid.ok());
  ASSERT_EQ(uuid->size(), 36u);
  EXPECT_EQ((*uuid)[14], '4');
  EXPECT_EQ((*uuid)[8], '-');
  EXPECT_NE(*uuid, *random_uuid());
}

}  // namespace
}  // namespace systole::crmd
