#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "lib/ocf/metadata.h"
#include "lib/process/child.h"

namespace systole::ocf {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

class DummyAgent : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("dummy-agent-" + std::to_string(getpid()));
    environment_ = {"PATH=/usr/bin:/bin", "OCF_RESOURCE_INSTANCE=d1",
                    "OCF_RESKEY_CRM_meta_on_node=node2",
                    "OCF_RESKEY_state=" + (folder_ / "d1").string()};
  }
  void TearDown() override { fs::remove_all(folder_); }

  int run(const std::string& action) {
    const auto outcome = process::run(
        {.argv = {SYSTOLE_SOURCE_DIR "/agents/ocf/Dummy", action}, .environment = environment_},
        {.timeout = 10s});
    EXPECT_TRUE(outcome.ok());
    if (!outcome) return -1;
    output_ = outcome->out.text();
    errors_ = outcome->err.text();
    return outcome->code;
  }
  void set(const std::string& name, const std::string& value) {
    environment_.push_back("OCF_RESKEY_" + name + "=" + value);
  }

  fs::path folder_;
  std::vector<std::string> environment_;
  std::string output_;
  std::string errors_;
};

TEST_F(DummyAgent, RemembersWhetherItWasStarted) {
  EXPECT_EQ(run("monitor"), 7);
  EXPECT_EQ(run("stop"), 0);
  EXPECT_EQ(run("start"), 0);
  EXPECT_EQ(run("start"), 0);
  EXPECT_EQ(run("monitor"), 0);
  EXPECT_EQ(run("reload-agent"), 0);
  EXPECT_EQ(run("migrate_to"), 0);
  EXPECT_EQ(run("monitor"), 7);
  EXPECT_EQ(run("migrate_from"), 0);
  EXPECT_EQ(run("stop"), 0);
  EXPECT_EQ(run("stop"), 0);
  EXPECT_EQ(run("monitor"), 7);
  EXPECT_EQ(errors_, "");
}

TEST_F(DummyAgent, FailsWhereItIsToldTo) {
  set("fail", "stop@node1 start@node2 reload-agent");
  EXPECT_EQ(run("start"), 1);
  EXPECT_THAT(errors_, HasSubstr("ocf-exit-reason:start fails"));
  EXPECT_EQ(run("stop"), 0);
  EXPECT_EQ(run("reload-agent"), 1);
}

TEST_F(DummyAgent, RefusesWhatItCannotDo) {
  EXPECT_EQ(run("dance"), 3);
  EXPECT_EQ(run(""), 2);
  environment_.push_back("OCF_RESKEY_state=relative");
  set("delay", "soon");
  EXPECT_EQ(run("validate-all"), 6);
}

TEST_F(DummyAgent, IsAnError_WhenItsFileCannotBeWritten) {
  environment_ = {"PATH=/usr/bin:/bin", "OCF_RESKEY_state=/proc/version/d1"};
  EXPECT_EQ(run("start"), 1);
}

TEST_F(DummyAgent, DescribesItself) {
  ASSERT_EQ(run("meta-data"), 0);
  const auto metadata = parse_metadata(output_);
  ASSERT_TRUE(metadata.ok()) << metadata.error().message;
  EXPECT_EQ(metadata->ocf_version, "1.1");
  ASSERT_NE(metadata->parameter("fake"), nullptr);
  EXPECT_TRUE(metadata->parameter("fake")->reloadable);
  EXPECT_NE(metadata->action("reload-agent"), nullptr);
}

}  // namespace
}  // namespace systole::ocf
