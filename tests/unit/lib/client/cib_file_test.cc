#include "lib/client/cib_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/client/cib_client.h"
#include "lib/ipc/compression.h"

namespace systole::client {
namespace {

constexpr std::string_view kCib =
    "<cib epoch=\"3\" num_updates=\"0\" admin_epoch=\"0\" validate-with=\"none\">\n"
    "  <configuration>\n    <nodes/>\n  </configuration>\n  <status/>\n</cib>\n";

class CibFileTest : public testing::Test {
 protected:
  CibFileTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("cib_file_test." + std::to_string(::getpid()))),
        path_(folder_ / "cib") {
    std::filesystem::create_directories(folder_);
    std::ofstream(path_) << kCib;
  }
  ~CibFileTest() override { std::filesystem::remove_all(folder_); }

  std::string content() const {
    std::stringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }
  static base::Result<void> add_node(CibClient& cib) {
    const auto node = xml::Document::parse("<node id=\"1\" uname=\"n1\"/>");
    return cib.change(
        {.operation = cib::Operation::kCreate, .target = "nodes", .input = node->root()});
  }

  const std::filesystem::path folder_;
  const std::filesystem::path path_;
};

TEST_F(CibFileTest, ChangesAreOnDiskWithTheModeThatTheFileHad) {
  ::chmod(path_.c_str(), 0640);
  auto cib = CibFile::open(path_);
  ASSERT_TRUE(cib.ok());
  EXPECT_FALSE((*cib)->is_live());
  ASSERT_TRUE(add_node(**cib).ok());
  EXPECT_NE(content().find("<cib epoch=\"4\" num_updates=\"0\""), std::string::npos);
  EXPECT_NE(content().find("uname=\"n1\""), std::string::npos);
  struct stat info {};
  ASSERT_EQ(::stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  // Nothing is left beside it.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(CibFileTest, ACompressedFileStaysCompressed) {
  const base::Result<std::string> packed = ipc::compress(kCib);
  ASSERT_TRUE(packed.ok());
  std::ofstream(path_) << *packed;
  auto cib = CibFile::open(path_);
  ASSERT_TRUE(cib.ok()) << cib.error().message;
  ASSERT_TRUE(add_node(**cib).ok());
  const base::Result<std::string> changed = ipc::decompress_all(content());
  ASSERT_TRUE(changed.ok());
  EXPECT_NE(changed->find("uname=\"n1\""), std::string::npos);
}

TEST_F(CibFileTest, AFileThatIsHeldOpenShowsTheChange) {
  std::ifstream held(path_);
  auto cib = CibFile::open(path_);
  ASSERT_TRUE(cib.ok());
  ASSERT_TRUE(add_node(**cib).ok());
  std::stringstream text;
  text << held.rdbuf();
  EXPECT_NE(text.str().find("uname=\"n1\""), std::string::npos);
}

TEST_F(CibFileTest, AShorterTextLeavesNothingOfTheOld) {
  auto cib = CibFile::open(path_);
  ASSERT_TRUE(cib.ok());
  ASSERT_TRUE(add_node(**cib).ok());
  ASSERT_TRUE((*cib)->change({.operation = cib::Operation::kErase}).ok());
  EXPECT_EQ(content().find("uname"), std::string::npos);
  EXPECT_TRUE(content().ends_with("</cib>\n"));
}

TEST_F(CibFileTest, ALinkStaysALink) {
  std::filesystem::create_symlink(path_, folder_ / "link");
  auto cib = CibFile::open(folder_ / "link");
  ASSERT_TRUE(cib.ok());
  ASSERT_TRUE(add_node(**cib).ok());
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link"));
  EXPECT_NE(content().find("n1"), std::string::npos);
}

TEST_F(CibFileTest, RefusedChangesLeaveTheFile) {
  auto cib = CibFile::open(path_);
  ASSERT_TRUE(cib.ok());
  const auto object = xml::Document::parse("<node id=\"9\" uname=\"x\"/>");
  EXPECT_EQ(
      (*cib)
          ->change(
              {.operation = cib::Operation::kModify, .target = "nodes", .input = object->root()})
          .error()
          .code,
      base::Errc::kNotFound);
  EXPECT_EQ(content(), kCib);
}

TEST_F(CibFileTest, AChangeThatCannotBeWrittenIsUndone) {
  auto cib = CibFile::open(path_);
  ASSERT_TRUE(cib.ok());
  std::filesystem::remove(path_);
  EXPECT_FALSE(add_node(**cib).ok());
  EXPECT_FALSE((*cib)->query_xpath("//node").ok());
}

TEST_F(CibFileTest, SourcesComeFromTheEnvironment) {
  ::unsetenv("CIB_file");
  ::setenv("CIB_shadow", "test", 1);
  ::setenv("CIB_shadow_dir", folder_.c_str(), 1);
  EXPECT_EQ(cib_source_from_environment("t").file, folder_ / "shadow.test");
  ::setenv("CIB_file", "/x", 1);
  EXPECT_EQ(cib_source_from_environment("t").file, "/x");
  ::unsetenv("CIB_file");
  ::unsetenv("CIB_shadow");
  EXPECT_EQ(cib_source_from_environment("t").file, "");
}

}  // namespace
}  // namespace systole::client
