#include "agents/executor/shell/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace systole::executor {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

Operation operation() {
  return {.resource = "web",
          .action = "monitor",
          .interval = 10s,
          .timeout = 20s,
          .start_delay = 1s,
          .user_data = "2:7:0:uuid",
          .parameters = {{"port", "80"}, {"text", "a:b,\n5:x,"}},
          .only_to_originator = true,
          .only_changes = true};
}

std::vector<Record> one_of_each() {
  return {
      ResourceRecord{.resource = {.id = "web", .agent = {"ocf", "heartbeat", "nginx"}}},
      OperationRecord{.call = CallId(7),
                      .operation = operation(),
                      .run = RunId(9),
                      .reported = true,
                      .last_code = model::ExitCode::kNotRunning,
                      .last_status = model::ExecutionStatus::kDone,
                      .last_run = 5s,
                      .last_change = 4s},
      ResultRecord{.result = {.id = ResultId(3),
                              .call = CallId(8),
                              .operation = operation(),
                              .result = {.code = model::ExitCode::kOk,
                                         .status = model::ExecutionStatus::kTimedOut,
                                         .exit_reason = "why",
                                         .output = std::string("a\0b", 3),
                                         .run_time = 12ms},
                              .resource_removed = true,
                              .last_run = 1s,
                              .last_change = 2s,
                              .queue_time = 3ms}},
      CounterRecord{.call = CallId(1000),
                    .run = RunId(2000),
                    .result = ResultId(3000),
                    .confirmation_expected = true},
  };
}

TEST(RecordCodec, ReadsBackWhatItWrote) {
  for (const Record& record : one_of_each()) {
    const std::optional<Record> read = decode(encode(record));
    ASSERT_TRUE(read.has_value()) << record.index();
    EXPECT_TRUE(*read == record) << record.index();
  }
}

TEST(RecordCodec, RefusesWhatIsCutOrTooLong) {
  for (const Record& record : one_of_each()) {
    const std::string bytes = encode(record);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size)).has_value());
    }
    EXPECT_FALSE(decode(bytes + "1:x,").has_value());
  }
  EXPECT_FALSE(decode("1:9,").has_value());
}

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("journal-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    path_ = folder_ / "journal";
  }
  void TearDown() override { fs::remove_all(folder_); }

  Journal open() {
    base::Result<Journal> journal = Journal::open(path_);
    EXPECT_TRUE(journal.ok());
    return std::move(*journal);
  }
  std::string content() const {
    std::ostringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }
  void overwrite(const std::string& text) { std::ofstream(path_) << text; }

  static ResourceRecord resource(const std::string& id) {
    return {.resource = {.id = id, .agent = {"ocf", "systole", "Dummy"}}};
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(JournalTest, IsEmptyAtFirst) {
  EXPECT_THAT(open().take_records(), IsEmpty());
}

TEST_F(JournalTest, RemembersTheNewestOfEachKey) {
  {
    Journal journal = open();
    for (const Record& record : one_of_each()) ASSERT_TRUE(journal.persist(record).ok());
    ASSERT_TRUE(journal.persist(resource("db")).ok());
    ASSERT_TRUE(journal.forget(RecordKey(std::string("web"))).ok());
    ASSERT_TRUE(journal.forget(RecordKey(CallId(7))).ok());
    ASSERT_TRUE(journal.forget(RecordKey(ResultId(99))).ok());
  }
  const std::vector<Record> all = one_of_each();
  EXPECT_THAT(open().take_records(), UnorderedElementsAre(Record(resource("db")), all[2], all[3]));
}

TEST_F(JournalTest, KeepsAllButTheLastEntry_WhenThatIsCut) {
  {
    Journal journal = open();
    ASSERT_TRUE(journal.persist(resource("a")).ok());
    ASSERT_TRUE(journal.persist(resource("b")).ok());
  }
  const std::string whole = content();
  overwrite(whole.substr(0, whole.size() - 5));
  {
    Journal journal = open();
    EXPECT_THAT(journal.take_records(), ElementsAre(Record(resource("a"))));
    ASSERT_TRUE(journal.persist(resource("c")).ok());
  }
  EXPECT_THAT(open().take_records(), SizeIs(2)) << "what comes after the cut is readable";
}

TEST_F(JournalTest, IsAnError_WhenItIsSomethingElse) {
  overwrite("root:x:0:0::/root:/bin/sh\n");
  EXPECT_EQ(Journal::open(path_).error().code, base::Errc::kInvalidArgument);
}

/// As a full file system does: no file grows beyond `bytes`.
class FullDisk {
 public:
  explicit FullDisk(std::size_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    handler_ = signal(SIGXFSZ, SIG_IGN);
    const rlimit full{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~FullDisk() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_{};
};

TEST_F(JournalTest, IsRead_WhenTheFileSystemIsFull) {
  ASSERT_TRUE(open().persist(resource("a")).ok());
  {
    const FullDisk full(20);
    Journal journal = open();
    EXPECT_THAT(journal.take_records(), SizeIs(1));
    EXPECT_FALSE(journal.persist(resource("b")).ok());
  }
  EXPECT_THAT(open().take_records(), SizeIs(1)) << "the old file was not touched";
}

TEST_F(JournalTest, KeepsWhatItCouldNotWrite_UntilItCan) {
  Journal journal = open();
  ASSERT_TRUE(journal.persist(resource("a")).ok());
  {
    const FullDisk full(fs::file_size(path_) + 10);
    EXPECT_FALSE(journal.persist(resource("b")).ok());
    EXPECT_FALSE(journal.persist(resource("c")).ok());
  }
  EXPECT_THAT(open().take_records(), ElementsAre(Record(resource("a"))))
      << "what was there is still there";
  ASSERT_TRUE(journal.persist(resource("d")).ok());
  EXPECT_THAT(open().take_records(), SizeIs(4));
}

TEST_F(JournalTest, DoesNotGrowWithChanges) {
  Journal journal = open();
  OperationRecord record{.call = CallId(1), .operation = operation()};
  record.operation.user_data = std::string(1000, 'x');
  for (int i = 0; i < 5000; ++i) {
    record.run = RunId(static_cast<std::uint64_t>(i));
    ASSERT_TRUE(journal.persist(record).ok());
  }
  EXPECT_LT(fs::file_size(path_), 300u * 1024);
  EXPECT_THAT(open().take_records(), ElementsAre(Record(record)));
}

}  // namespace
}  // namespace systole::executor
