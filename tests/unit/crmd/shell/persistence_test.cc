#include "crmd/shell/persistence.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <vector>

#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

using std::chrono::seconds;

class PersistenceTest : public testing::Test {
 protected:
  PersistenceTest() { std::filesystem::create_directories(folder_); }
  ~PersistenceTest() override {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    std::filesystem::remove_all(folder_);
  }

  static std::string cib(int epoch) {
    return base::cat(
        "<cib crm_feature_set=\"3.16.1\" validate-with=\"none\" admin_epoch=\"0\" epoch=\"", epoch,
        "\" num_updates=\"0\"><configuration><crm_config/><nodes/><resources/>",
        "<constraints/></configuration></cib>");
  }
  static Stamp stamp(std::uint64_t generation) {
    return {.generation = generation, .promised = generation, .base = {}, .provisional = false};
  }

  std::unique_ptr<Persistence> make(const std::filesystem::path& folder) {
    return std::make_unique<Persistence>(loop_, folder.string(),
                                         [this](event::Persisted done) { done_.push_back(done); });
  }
  bool wait_for(std::size_t count) {
    return loop_.run_until([&] { return done_.size() >= count; }, seconds(10));
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("persistence-test-" + std::to_string(getpid()));
  daemon::EventLoop loop_;
  std::vector<event::Persisted> done_;
};

TEST_F(PersistenceTest, FirstStartFindsNothing) {
  const auto start = make(folder_)->load();
  ASSERT_TRUE(start.ok());
  EXPECT_FALSE(start->stored);
  EXPECT_TRUE(start->problems.empty());
}

TEST_F(PersistenceTest, WhatWasWritten_IsFoundWithItsStamp) {
  auto persistence = make(folder_);
  persistence->persist({PersistId(1), stamp(5), cib(7)});
  ASSERT_TRUE(wait_for(1));
  EXPECT_FALSE(done_[0].error) << done_[0].error->message;
  persistence.reset();
  const auto start = make(folder_)->load();
  ASSERT_TRUE(start.ok());
  ASSERT_TRUE(start->stored);
  EXPECT_EQ(start->stored->stamp, stamp(5));
  const auto document = xml::Document::parse(start->stored->text);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(document->root().attribute("epoch"), "7");
}

TEST_F(PersistenceTest, EveryWriteIsAnswered_InOrder) {
  auto persistence = make(folder_);
  for (int i = 1; i <= 50; ++i) {
    persistence->persist({PersistId(static_cast<std::uint64_t>(i)), stamp(1), cib(i)});
  }
  ASSERT_TRUE(wait_for(50));
  for (std::size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(done_[i].id.value(), i + 1);
    EXPECT_FALSE(done_[i].error);
  }
  persistence.reset();
  const auto start = make(folder_)->load();
  EXPECT_NE(start->stored->text.find("epoch=\"50\""), std::string::npos);
}

TEST_F(PersistenceTest, StampAlone_IsWrittenToo) {
  auto persistence = make(folder_);
  persistence->persist({PersistId(1), stamp(1), cib(1)});
  ASSERT_TRUE(wait_for(1));
  persistence->persist({PersistId(2), stamp(9), cib(1)});
  ASSERT_TRUE(wait_for(2));
  persistence.reset();
  EXPECT_EQ(make(folder_)->load()->stored->stamp, stamp(9));
}

TEST_F(PersistenceTest, FailedWriteIsTold_AndThePreviousCibStays) {
  auto persistence = make(folder_);
  persistence->persist({PersistId(1), stamp(1), cib(1)});
  ASSERT_TRUE(wait_for(1));
  persistence->persist({PersistId(2), stamp(1), "<cib"});
  ASSERT_TRUE(wait_for(2));
  EXPECT_TRUE(done_[1].error);
  persistence->persist({PersistId(3), stamp(1), cib(3)});
  ASSERT_TRUE(wait_for(3));
  EXPECT_FALSE(done_[2].error);
}

TEST_F(PersistenceTest, MissingFolder_IsAnErrorOfTheWrite) {
  auto persistence = make(folder_ / "missing");
  persistence->persist({PersistId(1), stamp(1), cib(1)});
  ASSERT_TRUE(wait_for(1));
  ASSERT_TRUE(done_[0].error);
  EXPECT_NE(done_[0].error->message.find("missing"), std::string::npos);
}

TEST_F(PersistenceTest, ConflictThatCannotBeKept_IsKeptOnceADiskCanBeWritten) {
  const auto folder = folder_ / "later";
  auto persistence = make(folder);
  persistence->keep_conflict({cib(5), stamp(2)});
  persistence->persist({PersistId(1), stamp(1), cib(1)});
  ASSERT_TRUE(wait_for(1));
  ASSERT_TRUE(done_[0].error);
  std::filesystem::create_directory(folder);
  persistence->persist({PersistId(2), stamp(1), cib(2)});
  ASSERT_TRUE(wait_for(2));
  persistence.reset();
  std::vector<std::filesystem::path> kept;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().starts_with("conflict-")) kept.push_back(entry.path());
  }
  ASSERT_EQ(kept.size(), 1U);
  std::ifstream in(kept[0]);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_NE(text.find("epoch=\"5\""), std::string::npos) << text;
}

TEST_F(PersistenceTest, TornFile_FallsBackToTheBackup_WithoutItsStamp) {
  auto persistence = make(folder_);
  persistence->persist({PersistId(1), stamp(3), cib(1)});
  ASSERT_TRUE(wait_for(1));
  persistence->persist({PersistId(2), stamp(4), cib(2)});
  ASSERT_TRUE(wait_for(2));
  persistence->persist({PersistId(3), stamp(4), cib(3)});
  ASSERT_TRUE(wait_for(3));
  persistence.reset();
  std::filesystem::resize_file(folder_ / "cib.xml", 40);
  const auto start = make(folder_)->load();
  ASSERT_TRUE(start.ok());
  EXPECT_FALSE(start->problems.empty());
  ASSERT_TRUE(start->stored);
  EXPECT_NE(start->stored->text.find("epoch=\"2\""), std::string::npos);
  EXPECT_EQ(start->stored->stamp.promised, 4u);
}

TEST_F(PersistenceTest, ConflictIsKeptBeside) {
  make(folder_)->keep_conflict({cib(4), stamp(1)});
  int kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    kept += entry.path().filename().string().find("conflict") == 0 ? 1 : 0;
  }
  EXPECT_EQ(kept, 1);
}

}  // namespace
}  // namespace systole::crmd
