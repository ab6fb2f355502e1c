#include "agents/executor/shell/secrets.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lib/base/md5.h"

namespace systole::executor {
namespace {

class SecretsTest : public testing::Test {
 protected:
  SecretsTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("secrets_test." + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_ / "web");
  }
  ~SecretsTest() override { std::filesystem::remove_all(folder_); }

  void keep(const std::string& text, const std::string& digest) const {
    std::ofstream(folder_ / "web/password") << text;
    std::ofstream(folder_ / "web/password.sign") << digest << "\n";
  }
  base::Result<void> substitute(Operation& operation) const {
    return substitute_secrets(operation, folder_);
  }

  std::filesystem::path folder_;
  Operation operation_{.resource = "web", .parameters = {{"port", "80"}, {"password", "lrm://"}}};
};

TEST_F(SecretsTest, ThePlaceholderBecomesTheValueWithoutItsNewline) {
  keep("open sesame\n", base::md5_hex("open sesame"));
  ASSERT_TRUE(substitute(operation_));
  EXPECT_EQ(operation_.parameters[0].value, "80");
  EXPECT_EQ(operation_.parameters[1].value, "open sesame");
}

TEST_F(SecretsTest, AValueThatIsMissingOrDamagedIsAnError) {
  EXPECT_EQ(substitute(operation_).error().code, base::Errc::kNoSuchFile);
  keep("open sesame\n", base::md5_hex("something else"));
  EXPECT_EQ(substitute(operation_).error().code, base::Errc::kDigestMismatch);
  EXPECT_EQ(operation_.parameters[1].value, "lrm://");
}

TEST_F(SecretsTest, AStopGoesOnWithoutThem) {
  drop_placeholders(operation_);
  ASSERT_EQ(operation_.parameters.size(), 1U);
  EXPECT_EQ(operation_.parameters[0].name, "port");
}

}  // namespace
}  // namespace systole::executor
