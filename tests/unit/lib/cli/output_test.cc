#include "lib/cli/output.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <sstream>

namespace systole::cli {
namespace {

class OutputTest : public testing::Test {
 protected:
  Output open(OutputFormat format) {
    base::Result<Output> output = Output::open(
        {.program = "tool", .request = "tool -a 'b' <", .format = format, .destination = path_});
    CHECK(output.ok());
    return std::move(*output);
  }
  std::string written() const {
    std::ifstream file(path_);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  ~OutputTest() override { std::remove(path_.c_str()); }

  const std::string path_ = testing::TempDir() + "output_test." + std::to_string(getpid());
};

TEST_F(OutputTest, XmlHoldsContentStatusAndErrors) {
  Output output = open(OutputFormat::kXml);
  output.line("for people only");
  output.root().add("node").set("name", "a<b").set("online", true);
  output.error("tool: it's \"bad\"");
  EXPECT_EQ(output.finish(ExitCode::kNoSuchObject), 105);
  EXPECT_EQ(written(),
            "<pacemaker-result api-version=\"2.25\" request=\"tool -a &apos;b&apos; &lt;\">\n"
            "  <node name=\"a&lt;b\" online=\"true\"/>\n"
            "  <status code=\"105\" message=\"No such object\">\n"
            "    <errors>\n"
            "      <error>tool: it's \"bad\"</error>\n"
            "    </errors>\n"
            "  </status>\n"
            "</pacemaker-result>\n");
}

TEST_F(OutputTest, LegacyXmlHasItsOwnRootAndNoStatus) {
  Output output = open(OutputFormat::kLegacyXml);
  output.set_root(Element("crm_mon", {{"version", "2.1.5"}}));
  EXPECT_EQ(output.finish(ExitCode::kOk), 0);
  EXPECT_EQ(written(), "<crm_mon version=\"2.1.5\"/>\n");
}

TEST_F(OutputTest, JsonGroupsChildrenByName) {
  Output output = open(OutputFormat::kJson);
  output.set_root(Element("r"));
  output.root().add("n").set("k", "v\n");
  output.root().add("n").set_text("t");
  EXPECT_EQ(output.finish(ExitCode::kOk), 0);
  EXPECT_EQ(written(),
            "{\n  \"r\": {\n"
            "    \"n\": [{\n      \"k\": \"v\\u000a\"\n    }, {\n      \"text\": \"t\"\n    }],\n"
            "    \"status\": [{\n      \"code\": \"0\",\n      \"message\": \"OK\"\n    }]\n"
            "  }\n}\n");
}

TEST_F(OutputTest, TextListsIndentAndEmptyOnesPrintNothing) {
  Output output = open(OutputFormat::kText);
  output.begin_list("Full List of Resources");
  output.begin_list("Nothing");
  output.end_list();
  output.item("one");
  output.begin_list("Resource Group: g");
  output.item("two");
  output.end_list();
  output.end_list();
  output.line("end");
  EXPECT_EQ(output.finish(ExitCode::kOk), 0);
  EXPECT_EQ(written(),
            "Full List of Resources:\n"
            "  * one\n"
            "  * Resource Group: g:\n"
            "    * two\n"
            "end\n");
}

TEST_F(OutputTest, NonePrintsNothing) {
  Output output = open(OutputFormat::kNone);
  output.line("x");
  output.item("y");
  output.error("z");
  EXPECT_EQ(output.finish(ExitCode::kNoInput), 66);
  EXPECT_EQ(written(), "");
}

TEST_F(OutputTest, ReportsAFullDisk) {
  base::Result<Output> output =
      Output::open({.program = "tool", .format = OutputFormat::kText, .destination = "/dev/full"});
  ASSERT_TRUE(output.ok());
  output->line("x");
  EXPECT_EQ(output->finish(ExitCode::kOk), static_cast<int>(ExitCode::kIoError));
}

TEST_F(OutputTest, NamesTheFileThatCannotBeOpened) {
  const auto output = Output::open({.program = "tool", .destination = "/nonexistent/f"});
  ASSERT_FALSE(output.ok());
  EXPECT_EQ(output.error().message, "'/nonexistent/f': No such file or directory");
}

TEST(Element, CdataIsSplitWhereItWouldEnd) {
  Element root("xml");
  root.set_cdata("a]]>b");
  EXPECT_EQ(root.to_xml(), "<xml><![CDATA[a]]]]><![CDATA[>b]]></xml>\n");
}

TEST(ExitCodes, HaveTheTextsThatClientsCompare) {
  EXPECT_EQ(exit_text(ExitCode::kDisconnected), "Not connected");
  EXPECT_EQ(exit_text(64), "Incorrect usage");
  EXPECT_EQ(exit_text(255), "Unknown exit status");
}

}  // namespace
}  // namespace systole::cli
