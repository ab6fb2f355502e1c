#include "crmd/tools/crm_attribute/crm_attribute.h"

#include "crmd/tools/wrappers/crm_failcount.h"
#include "crmd/tools/wrappers/crm_master.h"
#include "crmd/tools/wrappers/crm_standby.h"
#include "tests/unit/crmd/tools/tool_test.h"

namespace systole::crmd {
namespace {

class CrmAttributeTest : public ToolTest {
 protected:
  ToolResult run(std::vector<std::string> words) {
    return run_program(crm_attribute::kProgram, crm_attribute::run, std::move(words));
  }
};

TEST_F(CrmAttributeTest, QueryShowsEveryMatchWithItsScope) {
  EXPECT_EQ(run({"-n", "stonith-enabled"}).out,
            "scope=crm_config  name=stonith-enabled value=false\n"
            "scope=crm_config  name=stonith-enabled value=true\n");
  EXPECT_EQ(run({"-n", "stonith-enabled", "-s", "second", "-q"}).out, "true\n");
  EXPECT_EQ(run({"-n", "stonith-enabled", "-i", "second-stonith-enabled"}).out,
            "scope=crm_config id=second-stonith-enabled name=stonith-enabled value=true\n");
  EXPECT_EQ(run({"-N", "node1"}).out, "scope=nodes  name=site value=north\n");
  EXPECT_EQ(run({"-N", "NODE1", "-l", "reboot", "-P", "^mas", "-q"}).out, "10\n");
}

TEST_F(CrmAttributeTest, AMissingValueIsAnErrorUnlessThereIsADefault) {
  const ToolResult missing = run({"-n", "absent"});
  EXPECT_EQ(missing.code, 105);
  EXPECT_EQ(missing.err, "crm_attribute: Error performing operation: No such device or address\n");
  EXPECT_EQ(run({"-n", "absent", "-q", "-d", "x"}).out, "x\n");
}

TEST_F(CrmAttributeTest, AnUnknownNodeIsNamed) {
  const ToolResult result = run({"-N", "nobody", "-n", "site"});
  EXPECT_EQ(result.code, 105);
  EXPECT_EQ(result.err, "crm_attribute: Could not map name=nobody to a UUID\n");
}

TEST_F(CrmAttributeTest, NewAttributesGetTheUsualIds) {
  EXPECT_EQ(run({"-N", "node2", "-n", "a:b#c", "-v", "1"}).code, 0);
  EXPECT_TRUE(cib_has("<instance_attributes id=\"nodes-2\">"));
  EXPECT_TRUE(cib_has("<nvpair id=\"nodes-2-a.b.c\" name=\"a:b#c\" value=\"1\"/>"));
  EXPECT_EQ(run({"-N", "node2", "-z", "-n", "cpu", "-v", "4"}).code, 0);
  EXPECT_TRUE(cib_has("<nvpair id=\"nodes-2-utilization-cpu\" name=\"cpu\" value=\"4\"/>"));
  EXPECT_EQ(run({"-N", "node2", "-l", "reboot", "-n", "x", "-v", "-5"}).code, 0);
  EXPECT_TRUE(cib_has("<nvpair id=\"status-2-x\" name=\"x\" value=\"-5\"/>"));
  EXPECT_EQ(run({"-t", "rsc_defaults", "-n", "resource-stickiness", "-v", "7"}).code, 0);
  EXPECT_TRUE(cib_has("<meta_attributes id=\"rsc_defaults-options\">"));
}

TEST_F(CrmAttributeTest, ARefusedChangeNamesWhatWasToBeSet) {
  const ToolResult result = run({"-t", "crm_config", "-n", "x", "-v", "1", "-s", "bad id"});
  EXPECT_EQ(result.code, 78);
  EXPECT_EQ(result.err.substr(0, result.err.find('\n')),
            "Error setting x=1 (section=crm_config, set=bad id): "
            "Update does not conform to the configured schema");
}

TEST_F(CrmAttributeTest, AnAmbiguousUpdateChangesNothing) {
  const ToolResult result = run({"-n", "stonith-enabled", "-v", "x"});
  EXPECT_EQ(result.code, 109);
  EXPECT_EQ(result.out,
            "Multiple attributes match name=stonith-enabled\n"
            "  Value: false \t(id=cib-bootstrap-options-stonith-enabled)\n"
            "  Value: true \t(id=second-stonith-enabled)\n");
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CrmAttributeTest, DeleteTellsWhatWasThere) {
  EXPECT_EQ(run({"-N", "node1", "-n", "site", "-D"}).out,
            "Deleted nodes attribute: id=nodes-1-site name=site\n");
  const ToolResult again = run({"-N", "node1", "-n", "site", "-D"});
  EXPECT_EQ(again.code, 0);
  EXPECT_EQ(again.out, "");
}

TEST_F(CrmAttributeTest, ThePromotionScoreNeedsAResource) {
  const ToolResult none = run({"-p", "-G"});
  EXPECT_EQ(none.code, 64);
  ::setenv("OCF_RESOURCE_INSTANCE", "web", 1);
  EXPECT_EQ(run({"-p", "-G", "-N", "node1"}).out, "scope=status  name=master-web value=10\n");
  EXPECT_EQ(run({"-p", "-v", "3", "-N", "node1"}).code, 0);
  EXPECT_TRUE(cib_has("name=\"master-web\" value=\"3\""));
}

TEST_F(CrmAttributeTest, WithoutANodeAnAgentMeansItsOwn) {
  ::setenv("OCF_RESKEY_CRM_meta_on_node", "node1", 1);
  EXPECT_EQ(run({"-l", "forever", "-n", "site", "-q"}).out, "north\n");
}

TEST_F(CrmAttributeTest, XmlHasTheValuesOrTheError) {
  EXPECT_EQ(run({"--output-as=xml", "-N", "node1"}).out,
            "<pacemaker-result api-version=\"2.25\" request=\"crm_attribute --output-as=xml -N "
            "node1\">\n"
            "  <attribute name=\"site\" value=\"north\" scope=\"nodes\"/>\n"
            "  <status code=\"0\" message=\"OK\"/>\n"
            "</pacemaker-result>\n");
  const ToolResult failed = run({"--output-as=xml", "-n", "absent"});
  EXPECT_EQ(failed.code, 105);
  EXPECT_EQ(failed.err, "");
  EXPECT_NE(failed.out.find("<status code=\"105\" message=\"No such object\">"), std::string::npos);
}

TEST_F(CrmAttributeTest, UsageErrors) {
  EXPECT_EQ(run({"-D"}).code, 64);
  EXPECT_EQ(run({"-v", "1"}).code, 64);
  EXPECT_EQ(run({"-P", ".*", "-v", "1"}).code, 64);
  EXPECT_EQ(run({"--bogus"}).err, "crm_attribute: Unknown option --bogus\n");
  EXPECT_EQ(run({"-t", "bogus", "-n", "x"}).code, 105);
  EXPECT_EQ(run({"--output-as=odd"}).code, 1);
}

TEST_F(CrmAttributeTest, DeletionsNameTheKindOfWhatGoes) {
  for (const std::string scope : {"crm_config", "rsc_defaults"}) {
    EXPECT_EQ(run({"-t", scope, "-n", "batch-limit", "-v", "3"}).code, 0);
    const std::string kind = scope == "crm_config" ? " option: " : " attribute: ";
    EXPECT_EQ(run({"-t", scope, "-n", "batch-limit", "-D"}).out.find("Deleted " + scope + kind),
              0U);
  }
}

TEST_F(CrmAttributeTest, StandbyFallsBackToOff) {
  const auto standby = [&](std::vector<std::string> words) {
    return run_program(crm_standby::kProgram, crm_standby::run, std::move(words));
  };
  EXPECT_EQ(standby({"-G", "-N", "node1"}).out, "scope=status  name=standby value=off\n");
  EXPECT_EQ(standby({"-N", "node1", "-v", "on"}).code, 0);
  EXPECT_EQ(standby({"-G", "-N", "node1", "-q"}).out, "on\n");
  EXPECT_EQ(standby({"-N", "node1", "-D"}).out,
            "Deleted nodes attribute: id=nodes-1-standby name=standby\n");
}

TEST_F(CrmAttributeTest, MasterIsThePromotionScore) {
  const auto master = [&](std::vector<std::string> words) {
    return run_program(crm_master::kProgram, crm_master::run, std::move(words));
  };
  EXPECT_EQ(master({"-Q", "-l", "reboot", "-G", "-r", "web", "-N", "node1"}).out, "10\n");
  EXPECT_EQ(master({"-v", "7"}).code, 1);
}

TEST_F(CrmAttributeTest, FailcountAddsUpOperations) {
  const auto failcount = [&](std::vector<std::string> words) {
    return run_program(crm_failcount::kProgram, crm_failcount::run, std::move(words));
  };
  EXPECT_EQ(failcount({"-G", "-r", "web", "-N", "node2"}).out,
            "scope=status  name=fail-count-web value=0\n");
  for (const char* name :
       {"fail-count-web#monitor_10000", "fail-count-web#start_0", "fail-count-webserver#start_0"}) {
    ASSERT_EQ(run({"-N", "node2", "-l", "reboot", "-n", name, "-v", "2"}).code, 0);
  }
  EXPECT_EQ(failcount({"-G", "-q", "-r", "web", "-N", "node2"}).out, "4\n");
  EXPECT_EQ(failcount({"-G", "-r", "web", "-n", "monitor", "-I", "10s", "-N", "node2"}).out,
            "scope=status  name=fail-count-web#monitor_10000 value=2\n");
  ASSERT_EQ(
      run({"-N", "node2", "-l", "reboot", "-n", "fail-count-web#start_0", "-v", "INFINITY"}).code,
      0);
  EXPECT_EQ(failcount({"-G", "-q", "-r", "web", "-N", "node2"}).out, "INFINITY\n");
  EXPECT_EQ(failcount({"-G"}).code, 64);
  EXPECT_EQ(failcount({"-r", "web"}).code, 64);
}

}  // namespace
}  // namespace systole::crmd
