#include "crmd/shell/stamp_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace systole::crmd {
namespace {

const Stamp kOld{.generation = 3, .promised = 4, .base = {0, 7, 2}, .provisional = false};
const Stamp kNew{.generation = 4, .promised = 4, .base = {0, 8, 0}, .provisional = true};

TEST(Stamps, AreReadBack) {
  const Stamps stamps = {{"aaaa", kOld}, {"bbbb", kNew}};
  const auto read = decode_stamps(encode_stamps(stamps));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, stamps);
}

TEST(Stamps, EachCibHasItsOwn) {
  const Stamps stamps = {{"aaaa", kOld}, {"bbbb", kNew}};
  EXPECT_EQ(stamp_for(stamps, "aaaa"), kOld);
  EXPECT_EQ(stamp_for(stamps, "bbbb"), kNew);
}

TEST(Stamps, CibEditedByHandHasNone_ButPromisesAreKept) {
  const Stamp stamp = stamp_for({{"aaaa", kOld}}, "cccc");
  EXPECT_EQ(stamp.generation, 0u);
  EXPECT_EQ(stamp.promised, 4u);
}

TEST(Stamps, TornTextIsAnError) {
  const std::string text = encode_stamps({{"aaaa", kOld}});
  EXPECT_FALSE(decode_stamps("").ok());
  EXPECT_FALSE(decode_stamps("garbage").ok());
  EXPECT_FALSE(decode_stamps(text.substr(0, text.size() - 10)).ok());
}

TEST(Stamps, FileIsReplacedAtOnce) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("stamp-test-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = folder / "stamps";
  EXPECT_EQ(*load_stamps(path), Stamps{});
  ASSERT_TRUE(save_stamps(path, {{"aaaa", kOld}}).ok());
  ASSERT_TRUE(save_stamps(path, {{"bbbb", kNew}}).ok());
  EXPECT_EQ(*load_stamps(path), (Stamps{{"bbbb", kNew}}));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder),
                          std::filesystem::directory_iterator()),
            1);
  EXPECT_FALSE(save_stamps((folder / "no" / "stamps").string(), {}).ok());
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace systole::crmd
