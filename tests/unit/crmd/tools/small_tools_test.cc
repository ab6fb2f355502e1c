#include "crmd/tools/attrd_updater/attrd_updater.h"
#include "crmd/tools/crm_diff/crm_diff.h"
#include "crmd/tools/crm_error/crm_error.h"
#include "crmd/tools/crm_node/crm_node.h"
#include "crmd/tools/crm_shadow/crm_shadow.h"
#include "crmd/tools/crmadmin/crmadmin.h"
#include "crmd/tools/schema_notice.h"
#include "tests/unit/crmd/tools/tool_test.h"

namespace systole::crmd {
namespace {

class SmallToolsTest : public ToolTest {
 protected:
  ToolResult crmadmin(std::vector<std::string> words) {
    return run_program(crmadmin::kProgram, crmadmin::run, std::move(words));
  }
  ToolResult crm_error(std::vector<std::string> words) {
    return run_program(crm_error::kProgram, crm_error::run, std::move(words));
  }
  ToolResult crm_node(std::vector<std::string> words) {
    return run_program(crm_node::kProgram, crm_node::run, std::move(words));
  }
  ToolResult attrd_updater(std::vector<std::string> words) {
    return run_program(attrd_updater::kProgram, attrd_updater::run, std::move(words));
  }
};

TEST_F(SmallToolsTest, CrmErrorKnowsTheSchemesOfNumbers) {
  EXPECT_EQ(crm_error({"6"}).out, "No such device or address\n");
  EXPECT_EQ(crm_error({"205"}).out, "Update was older than existing configuration\n");
  EXPECT_EQ(crm_error({"-X", "105"}).out, "No such object\n");
  EXPECT_EQ(crm_error({"-n", "-X", "3"}).out, "CRM_EX_UNIMPLEMENT_FEATURE - Unimplemented\n");
  EXPECT_EQ(crm_error({"-r", "-n", "--", "-1029"}).out,
            "pcmk_rc_dot_error - Error writing dot(1) file\n");
  EXPECT_EQ(crm_error({"300"}).out, "Unknown error 300\n");
  EXPECT_EQ(crm_error({"-X", "300"}).out, "Unknown exit status\n");
  EXPECT_NE(crm_error({"-X"}).out.find("  103: Update was older than existing configuration\n"),
            std::string::npos);
}

TEST_F(SmallToolsTest, CrmadminListsNodes) {
  EXPECT_EQ(crmadmin({"-N"}).out, "cluster node: node1 (1)\ncluster node: node2 (2)\n");
  EXPECT_EQ(crmadmin({"-N", "-B"}).out, "export node1=1\nexport node2=2\n");
  EXPECT_EQ(crmadmin({"--nodes=guest,remote"}).out, "No nodes configured\n");
  ::setenv("CIB_file", "/nonexistent", 1);
  EXPECT_EQ(crmadmin({"-N"}).code, 66);
}

TEST_F(SmallToolsTest, CrmadminTakesLengthsOfTimeWithUnits) {
  EXPECT_EQ(crmadmin({"-t", "100ms", "--version"}).out.substr(0, 16), "Pacemaker 2.1.5\n");
  EXPECT_EQ(crmadmin({"-t", "soon", "-D"}).code, 64);
  EXPECT_EQ(crmadmin({}).code, 64);
}

TEST_F(SmallToolsTest, CrmNodeAnswersAgentsWithTheirNode) {
  ::setenv("OCF_RESKEY_CRM_meta_on_node", "guest7", 1);
  EXPECT_EQ(crm_node({"-n"}).out, "guest7\n");
}

TEST_F(SmallToolsTest, CrmNodeRefusesWhatNeedsForce) {
  EXPECT_EQ(crm_node({"-R", "node1"}).code, 64);
  EXPECT_EQ(crm_node({}).code, 64);
  EXPECT_EQ(crm_node({"--output-as=xml", "-n"}).err, "crm_node: Unknown option --output-as=xml\n");
}

TEST_F(SmallToolsTest, AttrdUpdaterNeedsAName) {
  EXPECT_EQ(attrd_updater({"-Q"}).err, "attrd_updater: Command requires --name argument\n");
  EXPECT_EQ(attrd_updater({"-U", "3"}).code, 64);
}

TEST_F(SmallToolsTest, CrmDiffGivesPartsOfACibNoVersion) {
  const auto crm_diff = [&](std::vector<std::string> words) {
    return run_program(crm_diff::kProgram, crm_diff::run, std::move(words));
  };
  const std::string changed = "<resources>\n  <primitive id=\"d\"/>\n</resources>\n";
  write(folder_ / "old.xml", "<resources/>\n");
  write(folder_ / "new.xml", changed);
  for (const char* how : {"-u", "-V"}) {
    const ToolResult patch = crm_diff({how, "-o", folder_ / "old.xml", "-n", folder_ / "new.xml"});
    EXPECT_EQ(patch.code, 1);
    EXPECT_EQ(patch.out.find("operation=\"modify\""), std::string::npos) << patch.out;
    write(folder_ / "patch.xml", patch.out);
    EXPECT_EQ(crm_diff({"-o", folder_ / "old.xml", "-p", folder_ / "patch.xml"}).out, changed);
  }
}

TEST_F(SmallToolsTest, CrmDiffComparesAndApplies) {
  const auto crm_diff = [&](std::vector<std::string> words) {
    return run_program(crm_diff::kProgram, crm_diff::run, std::move(words));
  };
  const std::string old_file = path_;
  const std::string new_file = folder_ / "new.xml";
  std::string changed(kCib);
  changed.replace(changed.find("north"), 5, "south");
  write(new_file, changed);
  EXPECT_EQ(crm_diff({"-o", old_file, "-n", old_file}).code, 0);

  const ToolResult plain = crm_diff({"-u", "-o", old_file, "-n", new_file});
  EXPECT_EQ(plain.code, 1);
  EXPECT_EQ(plain.out.find("<version>"), std::string::npos);
  EXPECT_NE(plain.out.find("name=\"value\" operation=\"set\" value=\"south\""), std::string::npos);
  write(folder_ / "patch.xml", plain.out);
  EXPECT_EQ(crm_diff({"-o", old_file, "-p", folder_ / "patch.xml"}).out, changed);

  EXPECT_NE(crm_diff({"-o", old_file, "-n", new_file}).out.find("<version>"), std::string::npos);
  EXPECT_NE(crm_diff({"-c", "-o", old_file, "-n", new_file}).out.find(" digest=\""),
            std::string::npos);
  EXPECT_EQ(crm_diff({"-u", "-c", "-o", old_file, "-n", new_file}).code, 64);
  EXPECT_EQ(crm_diff({"-o", old_file}).code, 65);
  const ToolResult absent = crm_diff({"-o", folder_ / "absent.xml", "-n", new_file});
  EXPECT_EQ(absent.code, 65);
  EXPECT_NE(absent.err.find("absent.xml"), std::string::npos);
}

TEST_F(SmallToolsTest, ShadowCopiesComeAndGo) {
  ::setenv("CIB_shadow_dir", folder_.c_str(), 1);
  const auto crm_shadow = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "-b");
    return run_program(crm_shadow::kProgram, crm_shadow::run, std::move(words));
  };
  EXPECT_EQ(crm_shadow({"-w"}).code, 105);
  EXPECT_EQ(crm_shadow({"-c", "plan"}).out,
            "Setting up shadow instance\n"
            "A new shadow instance was created.  To begin using it paste the following into your "
            "shell:\n"
            "  CIB_shadow=plan ; export CIB_shadow\n");
  EXPECT_EQ(crm_shadow({"-c", "plan"}).code, 73);
  ::setenv("CIB_shadow", "plan", 1);
  EXPECT_EQ(crm_shadow({"-w"}).out, "plan\n");
  EXPECT_EQ(crm_shadow({"-p"}).out, kCib);
  EXPECT_EQ(crm_shadow({"-d"}).code, 0);
  EXPECT_EQ(crm_shadow({"-e", "plan", "-f"}).code, 0);
  const auto difference = crm_shadow({"-d"});
  EXPECT_EQ(difference.code, 1);
  EXPECT_EQ(difference.out.find("Diff: --- "), 0U);
  EXPECT_NE(difference.out.find("\n-- /cib/status/node_state[@id='1']\n"), std::string::npos);
  EXPECT_EQ(crm_shadow({"-C", "plan"}).code, 64);
  EXPECT_EQ(crm_shadow({"-C", "plan", "-f"}).code, 0);
  EXPECT_TRUE(cib_has("<resources/>"));
  EXPECT_TRUE(cib_has("<node_state id=\"1\""));
  EXPECT_EQ(crm_shadow({"-C", "other", "-f"}).err,
            "Could not access shadow instance 'other': No such file or directory\n");
  EXPECT_EQ(crm_shadow({"-D", "plan"}).code, 64);
  EXPECT_EQ(crm_shadow({"-D", "plan", "-f"}).code, 0);
  EXPECT_EQ(crm_shadow({"-p"}).code, 105);
  EXPECT_EQ(crm_shadow({"-s", "../etc"}).code, 2);
  ::unsetenv("CIB_shadow");
  ::unsetenv("CIB_shadow_dir");
}

TEST(SchemaNotice, IsGivenOfACibThatAsksForNoValidation) {
  const auto notice_of = [](std::string_view text) {
    testing::internal::CaptureStderr();
    print_schema_notice(*xml::Document::parse(text));
    return testing::internal::GetCapturedStderr();
  };
  EXPECT_EQ(notice_of(R"(<cib validate-with="none"/>)"),
            "Schema validation of configuration is disabled (enabling is encouraged and prevents "
            "common misconfigurations)\n");
  EXPECT_EQ(notice_of(R"(<cib validate-with="pacemaker-3.9"/>)"), "");
}

}  // namespace
}  // namespace systole::crmd
