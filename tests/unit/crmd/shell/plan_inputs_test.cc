#include "crmd/shell/plan_inputs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lib/base/strings.h"
#include "lib/ipc/compression.h"

namespace systole::crmd {
namespace {

class PlanInputsTest : public testing::Test {
 protected:
  PlanInputsTest() { std::filesystem::create_directories(folder_); }
  ~PlanInputsTest() override { std::filesystem::remove_all(folder_); }

  std::string save(int epoch, std::string_view limit) {
    auto cib = xml::Document::parse(
        base::cat("<cib epoch=\"", epoch, "\"><configuration><crm_config><cluster_property_set>",
                  "<nvpair name=\"pe-input-series-max\" value=\"", limit,
                  "\"/></cluster_property_set></crm_config></configuration></cib>"));
    auto saved = inputs_.save(InputSeries::kInput, *cib, 1000);
    EXPECT_TRUE(saved.ok()) << saved.error().message;
    return std::filesystem::path(saved.value_or("")).filename();
  }

  std::string read(const std::string& name) {
    std::ifstream file(folder_ / name);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("plan-inputs-test-" + std::to_string(getpid()));
  PlanInputs inputs_{folder_};
};

TEST_F(PlanInputsTest, NumbersGoRoundAtTheLimit) {
  EXPECT_EQ(save(1, "2"), "pe-input-0.bz2");
  EXPECT_EQ(save(2, "2"), "pe-input-1.bz2");
  EXPECT_EQ(read("pe-input.last"), "0");
  EXPECT_EQ(save(3, "2"), "pe-input-0.bz2");
  EXPECT_EQ(read("pe-input.last"), "1");
}

TEST_F(PlanInputsTest, SameInputIsKeptOnce) {
  EXPECT_EQ(save(1, "10"), "pe-input-0.bz2");
  EXPECT_EQ(save(1, "10"), "pe-input-0.bz2");
  EXPECT_EQ(read("pe-input.last"), "1");
}

TEST_F(PlanInputsTest, NothingIsKept_WhenTheLimitIsZero) {
  EXPECT_EQ(save(1, "0"), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(PlanInputsTest, FileHoldsTheCibWithItsDate) {
  auto cib = xml::Document::parse("<cib epoch=\"3\"><configuration/></cib>");
  ASSERT_TRUE(inputs_.save(InputSeries::kInput, *cib, 1000).ok());
  const std::string expected =
      "<cib epoch=\"3\" execution-date=\"1000\">\n  <configuration/>\n</cib>\n";
  const auto text = ipc::decompress(read("pe-input-0.bz2"), expected.size());
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_EQ(*text, expected);
}

TEST_F(PlanInputsTest, ErrorNamesTheFile) {
  PlanInputs nowhere((folder_ / "no").string());
  auto cib = xml::Document::parse("<cib/>");
  const auto saved = nowhere.save(InputSeries::kWarning, *cib, 0);
  ASSERT_FALSE(saved.ok());
  EXPECT_NE(saved.error().message.find("pe-warn-0.bz2"), std::string::npos);
}

}  // namespace
}  // namespace systole::crmd
