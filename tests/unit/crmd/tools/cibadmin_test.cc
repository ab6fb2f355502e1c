#include "crmd/tools/cibadmin/cibadmin.h"

#include <sys/stat.h>

#include <thread>

#include "crmd/tools/cibadmin/options.h"
#include "tests/unit/crmd/tools/tool_test.h"

namespace systole::crmd {
namespace {

class CibadminTest : public ToolTest {
 protected:
  ToolResult run(std::vector<std::string> words) {
    return run_program(cibadmin::kProgram, cibadmin::run, std::move(words));
  }
};

TEST_F(CibadminTest, SurplusWordsAreRefused) {
  const ToolResult result = run({"-Q", "status", ""});
  EXPECT_EQ(result.code, 64);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err.substr(0, result.err.find('\n')), "non-option ARGV-elements: status ");
}

TEST_F(CibadminTest, QueryPrintsTheDocumentAsItStands) {
  const ToolResult result = run({"-Ql"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, kCib);
}

TEST_F(CibadminTest, QueryOfASectionOrXpathPrintsThePart) {
  EXPECT_EQ(run({"-Q", "-n", "-o", "resources"}).out, "<resources/>\n");
  EXPECT_EQ(run({"-Q", "--xpath", "//template", "-e"}).out,
            "/cib/configuration/resources/template[@id='pattern']\n");
  EXPECT_EQ(
      run({"-Q", "--xpath", "//node", "-n"}).out,
      "<xpath-query>\n  <node id=\"1\" uname=\"node1\"/>\n  <node id=\"2\" uname=\"node2\"/>\n"
      "</xpath-query>\n");
}

TEST_F(CibadminTest, WhatIsMissingIsNoSuchObject) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-Q", "-o", "tags"},
        {"-Q", "--xpath", "//nothing"},
        {"-Q", "--xpath", "//broken["},
        {"-M", "-o", "resources", "-X", "<primitive id=\"x\"/>"}}) {
    const ToolResult result = run(words);
    EXPECT_EQ(result.code, 105);
    EXPECT_EQ(result.err.substr(0, 38), "Call failed: No such device or address");
  }
}

TEST_F(CibadminTest, ModifyWritesTheFileAndCountsTheEpochUp) {
  EXPECT_EQ(run({"-M", "-o", "crm_config", "-X",
                 "<nvpair id=\"second-stonith-enabled\" value=\"maybe\"/>"})
                .code,
            0);
  EXPECT_TRUE(cib_has("epoch=\"6\" num_updates=\"0\""));
  EXPECT_TRUE(cib_has("name=\"stonith-enabled\" value=\"maybe\""));
}

TEST_F(CibadminTest, CreateOfWhatExistsShowsIt) {
  const ToolResult result = run({"-C", "-o", "resources", "-X", "<primitive id=\"web\"/>"});
  EXPECT_EQ(result.code, 108);
  EXPECT_NE(result.out.find("reason=\"File exists\""), std::string::npos);
  EXPECT_EQ(result.err.substr(0, 24), "Call failed: File exists");
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CibadminTest, DeleteOfNothingIsNoError) {
  EXPECT_EQ(run({"-D", "-o", "resources", "-X", "<primitive id=\"x\"/>"}).code, 0);
}

TEST_F(CibadminTest, AWholeCibForOneSectionReplacesOnlyThat) {
  const std::string whole = R"(<cib><configuration><crm_config/><nodes/><resources/><constraints/>)"
                            R"(</configuration></cib>)";
  EXPECT_EQ(run({"-R", "-o", "constraints", "-X", whole}).code, 0);
  EXPECT_FALSE(cib_has("rsc_colocation"));
  EXPECT_TRUE(cib_has("uname=\"node1\""));
}

TEST_F(CibadminTest, AnOlderDocumentIsRefused) {
  const ToolResult result =
      run({"-R", "-X",
           "<cib epoch=\"1\" num_updates=\"0\" admin_epoch=\"0\"><configuration/><status/></cib>"});
  EXPECT_EQ(result.code, 103);
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CibadminTest, AResultThatViolatesTheSchemaIsRefusedAndNamed) {
  const ToolResult result = run({"-M", "-c", "-o", "resources", "-X", "<primitive id=\"x\"/>"});
  EXPECT_EQ(result.code, 78);
  EXPECT_NE(result.err.find("primitive"), std::string::npos);
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CibadminTest, PatchesFromConfigurationShellsHaveNoVersions) {
  const std::string change =
      "<change operation=\"delete\" path=\"/cib/configuration/nodes/node[@id='2']\"/>";
  EXPECT_EQ(run({"-P", "-X", "<diff format=\"2\">" + change + "</diff>"}).code, 0);
  EXPECT_FALSE(cib_has("<node id=\"2\""));
  const std::string old =
      "<version><source admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"/>"
      "<target admin_epoch=\"0\" epoch=\"2\" num_updates=\"0\"/></version>";
  EXPECT_EQ(run({"-P", "-X", "<diff format=\"2\">" + old + change + "</diff>"}).code, 103);
}

TEST_F(CibadminTest, DangerNeedsForce) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"-E"}, {"-u"}, {"-d", "--xpath", "//primitive"}}) {
    EXPECT_EQ(run(words).code, 107);
  }
  EXPECT_EQ(cib(), kCib);
  EXPECT_EQ(run({"-d", "--xpath", "//constraints/*", "--force"}).code, 0);
  EXPECT_TRUE(cib_has("<constraints/>"));
}

TEST_F(CibadminTest, BrokenInputIsNamed) {
  write(folder_ / "broken.xml", "<cib");
  const ToolResult broken = run({"-R", "-x", folder_ / "broken.xml"});
  EXPECT_EQ(broken.code, 78);
  EXPECT_NE(broken.err.find("broken.xml"), std::string::npos);
  EXPECT_EQ(run({"-R", "-x", folder_ / "absent.xml"}).code, 78);
  const ToolResult none = run({"-C"});
  EXPECT_EQ(none.code, 70);
  EXPECT_NE(none.err.find("cib_create needs XML"), std::string::npos);
}

TEST_F(CibadminTest, AFileThatIsNoCibIsNamed) {
  ::setenv("CIB_file", (folder_ / "absent").c_str(), 1);
  const ToolResult absent = run({"-Q"});
  EXPECT_EQ(absent.code, 105);
  EXPECT_NE(absent.err.find("absent"), std::string::npos);
  write(path_, "<cib><configuration>");
  ::setenv("CIB_file", path_.c_str(), 1);
  const ToolResult broken = run({"-Q"});
  EXPECT_EQ(broken.code, 78);
  EXPECT_NE(broken.err.find("cib.file"), std::string::npos);
}

TEST_F(CibadminTest, ReadsACibFromAPipe) {
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  ::setenv("CIB_file", pipe.c_str(), 1);
  std::thread writer([&] { write(pipe, kCib); });
  const ToolResult result = run({"-Q", "-n"});
  writer.join();
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out.substr(0, 4), "<cib");
}

TEST_F(CibadminTest, AnUnknownOptionShowsTheUsage) {
  const ToolResult result = run({"--bogus"});
  EXPECT_EQ(result.code, 64);
  EXPECT_EQ(result.err.substr(0, 40), "cibadmin: unrecognized option '--bogus'\n");
  EXPECT_NE(result.err.find("Usage: cibadmin <command> [options]"), std::string::npos);
}

TEST_F(CibadminTest, DigestsAreOfTheGivenXml) {
  EXPECT_EQ(run({"-5", "-X", "<parameters/>"}).out, "f2317cad3d54cec5d7d7aa7d0bf35cf8\n");
  EXPECT_EQ(run({"-6"}).code, 64);
}

}  // namespace
}  // namespace systole::crmd
