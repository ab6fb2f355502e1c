#include "crmd/tools/crm_resource/crm_resource.h"

#include "crmd/tools/crm_resource/agent_action.h"
#include "crmd/tools/crm_resource/context.h"
#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/crm_resource/pending.h"
#include "lib/base/md5.h"
#include "tests/unit/crmd/tools/tool_test.h"

namespace systole::crmd {
namespace {

class CrmResourceTest : public ToolTest {
 protected:
  ToolResult run(std::vector<std::string> words) {
    return run_program(crm_resource::kProgram, crm_resource::run, std::move(words));
  }
};

TEST_F(CrmResourceTest, ListShowsStatesWithoutPlaces) {
  const ToolResult result = run({});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out,
            "Full List of Resources:\n"
            "  * web\t(ocf:pacemaker:Dummy):\t Started\n"
            "  * copy\t(ocf:pacemaker:Dummy):\t Stopped\n"
            "  * Clone Set: all [each]:\n"
            "    * Started: [ node1 node2 ]\n"
            "  * idle\t(ocf:pacemaker:Dummy):\t Stopped (disabled)\n");
  EXPECT_EQ(run({"-l"}).out, "web\ncopy\neach:0\neach:1\nidle\n");
}

TEST_F(CrmResourceTest, ListsWithoutResourcesEndAsNothingFound) {
  std::string text = cib();
  const auto begin = text.find("<resources>");
  text.replace(begin, text.find("</resources>") - begin, "<resources>");
  for (const std::string tag : {"constraints", "status"}) {
    const auto open = text.find("<" + tag + ">") + tag.size() + 2;
    text.erase(open, text.find("</" + tag + ">") - open);
  }
  write(path_, text);
  const ToolResult list = run({"-L"});
  EXPECT_EQ(list.code, 105);
  EXPECT_EQ(list.out, "Full List of Resources:\n  * No resources\n");
  EXPECT_EQ(list.err, "crm_resource: Error performing operation: No such object\n");
  const ToolResult names = run({"-l"});
  EXPECT_EQ(names.code, 105);
  EXPECT_EQ(names.out, "");
}

TEST_F(CrmResourceTest, LocateNamesNodesAndWhatIsNotRunning) {
  EXPECT_EQ(run({"-W", "-r", "web"}).out, "resource web is running on: node1\n");
  EXPECT_EQ(run({"-W", "-Q", "-r", "each"}).out, "node2\nnode1\n");
  const ToolResult idle = run({"-W", "-r", "idle"});
  EXPECT_EQ(idle.code, 0);
  EXPECT_EQ(idle.err, "resource idle is NOT running\n");
  const ToolResult nobody = run({"-W", "-r", "nobody"});
  EXPECT_EQ(nobody.code, 105);
  EXPECT_EQ(nobody.err,
            "crm_resource: Resource 'nobody' not found\n"
            "Error performing operation: No such object\n");
}

/// The CIB of the tests while `web` is being stopped on node1.
std::string stopping(std::string cib) {
  const std::string_view start = "operation_key=\"web_start_0\" operation=\"start\"";
  cib.replace(cib.find(start), start.size(), "operation_key=\"web_stop_0\" operation=\"stop\"");
  const std::string_view key = "transition-key=\"1:1:0:";
  cib.replace(cib.find(key), key.size(), "transition-key=\"7:1:0:");
  const std::string_view result = "call-id=\"2\" rc-code=\"0\" op-status=\"0\"";
  cib.replace(cib.find(result), result.size(), "call-id=\"-1\" rc-code=\"193\" op-status=\"-1\"");
  return cib;
}

TEST_F(CrmResourceTest, LocateNamesTheNodeWhereItIsStillBeingStopped) {
  write(path_, stopping(cib()));
  EXPECT_EQ(run({"-W", "-r", "web"}).out, "resource web is running on: node1\n");
}

TEST_F(CrmResourceTest, PendingActionsAreThoseOfThePlanAndThoseThatRun) {
  base::Result<xml::Document> document = xml::Document::parse(stopping(cib()));
  ASSERT_TRUE(document.ok());
  const auto view = crm_resource::read_view(std::move(*document), true);
  ASSERT_TRUE(view.ok());
  const std::vector<std::string> actions = crm_resource::pending_actions(*view->snapshot);
  ASSERT_GE(actions.size(), 4U);
  EXPECT_EQ(actions.front(), "Action 12: each_stop_0\ton node2");
  EXPECT_EQ(actions[actions.size() - 2], "Action 1: each_start_0\ton node1");
  EXPECT_EQ(actions.back(), "Action 7: web_stop_0\ton node1");
}

TEST_F(CrmResourceTest, WaitEndsWithTheTime_WhenMuchIsLeftToDo) {
  const ToolResult late = run({"--wait", "-T", "1ms"});
  EXPECT_EQ(late.code, 124);
  EXPECT_EQ(late.err, "crm_resource: Error performing operation: Timeout occurred\n");
  EXPECT_EQ(late.out.substr(0, 27), "Pending actions:\n\tAction 12");
}

TEST_F(CrmResourceTest, WhatIsNoLengthOfTimeIsNoTimeAtAll) {
  for (const char* text : {"nonsense", "", "5x", "-5", "+5", "PT1S"}) {
    EXPECT_EQ(run({"--wait", "-T", text}).code, 124) << text;
  }
  const ToolResult result = run({"--restart", "-r", "web", "-T", "nonsense"});
  EXPECT_EQ(result.code, 124);
  EXPECT_EQ(result.err,
            "Could not complete shutdown of web, 1 resources remaining\n"
            "crm_resource: Error performing operation: Timeout occurred\n");
}

TEST_F(CrmResourceTest, CommandsAboutAResourceNeedOne) {
  for (const char* command : {"-W", "-B", "-M", "-U", "--restart", "-a"}) {
    const ToolResult result = run({command});
    EXPECT_EQ(result.code, 64) << command;
    EXPECT_EQ(result.err, "crm_resource: Must supply a resource id with -r\n");
  }
}

TEST_F(CrmResourceTest, QueryXmlExpandsTemplates) {
  EXPECT_EQ(run({"-q", "-r", "copy"}).out,
            "copy\t(ocf:pacemaker:Dummy):\t Stopped\n"
            "Resource XML:\n"
            "<primitive id=\"copy\" class=\"ocf\" provider=\"pacemaker\" type=\"Dummy\">\n"
            "  <instance_attributes id=\"pattern-ia\">\n"
            "    <nvpair id=\"pattern-ia-state\" name=\"state\" value=\"/run/p\"/>\n"
            "  </instance_attributes>\n"
            "</primitive>\n");
  EXPECT_NE(run({"-w", "-r", "copy"}).out.find("<primitive id=\"copy\" template=\"pattern\"/>"),
            std::string::npos);
}

TEST_F(CrmResourceTest, ParametersAreReadSetAndDeleted) {
  EXPECT_EQ(run({"-r", "web", "-g", "fake"}).out, "1\n");
  EXPECT_EQ(run({"-r", "copy", "-g", "state"}).out, "/run/p\n");
  const ToolResult absent = run({"-r", "web", "-g", "absent"});
  EXPECT_EQ(absent.code, 0);
  EXPECT_EQ(absent.err, "Attribute 'absent' not found for 'web'\n");
  EXPECT_EQ(run({"-r", "web", "-p", "fake", "-v", "2"}).out,
            "Set 'web' option: id=web-instance_attributes-fake name=fake value=2\n");
  EXPECT_EQ(run({"-r", "copy", "-p", "state", "-v", "/x"}).out,
            "Set 'copy' option: id=copy-instance_attributes-state "
            "set=copy-instance_attributes name=state value=/x\n");
  EXPECT_EQ(run({"-r", "web", "-d", "fake"}).out,
            "Deleted 'web' option: id=web-instance_attributes-fake name=fake\n");
  EXPECT_EQ(run({"-r", "web", "-d", "fake"}).out, "");
  EXPECT_EQ(run({"-r", "web", "-p", "fake"}).code, 64);
}

TEST_F(CrmResourceTest, MetaAttributesOfAClonesChildBelongToTheClone) {
  EXPECT_EQ(run({"-r", "each", "-m", "-p", "target-role", "-v", "Stopped"}).out,
            "Performing update of 'target-role' on 'all', the parent of 'each'\n"
            "Set 'all' option: id=all-meta_attributes-target-role set=all-meta_attributes "
            "name=target-role value=Stopped\n");
}

TEST_F(CrmResourceTest, RecursiveChangesReachWhatIsColocated) {
  EXPECT_EQ(run({"-r", "web", "-m", "-p", "target-role", "-v", "Stopped", "--recursive"}).code, 0);
  EXPECT_TRUE(cib_has("copy-meta_attributes-target-role"));
}

TEST_F(CrmResourceTest, MoveToANodeMakesAPreference) {
  EXPECT_EQ(run({"-M", "-r", "web", "-N", "node2"}).code, 0);
  EXPECT_TRUE(
      cib_has("<rsc_location id=\"cli-prefer-web\" rsc=\"web\" role=\"Started\" "
              "node=\"node2\" score=\"INFINITY\"/>"));
  const ToolResult cleared = run({"-U", "-r", "web"});
  EXPECT_EQ(cleared.out, "Removing constraint: cli-prefer-web\n");
  EXPECT_FALSE(cib_has("cli-prefer"));
}

TEST_F(CrmResourceTest, MoveToWhereItIsNeedsForce) {
  const ToolResult result = run({"-M", "-r", "web", "-N", "node1"});
  EXPECT_EQ(result.code, 108);
  EXPECT_EQ(cib(), kCib);
}

TEST_F(CrmResourceTest, MoveAwayBansTheNodeAndWarns) {
  const ToolResult result = run({"-M", "-r", "web"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out.substr(0, 74),
            "WARNING: Creating rsc_location constraint 'cli-ban-web-on-node1' with a sc");
  EXPECT_TRUE(
      cib_has("<rsc_location id=\"cli-ban-web-on-node1\" rsc=\"web\" role=\"Started\" "
              "node=\"node1\" score=\"-INFINITY\"/>"));
  EXPECT_EQ(run({"-B", "-Q", "-r", "web"}).out, "");
}

TEST_F(CrmResourceTest, WithoutOnePlaceANodeMustBeNamed) {
  const ToolResult many = run({"-B", "-r", "all"});
  EXPECT_EQ(many.code, 64);
  EXPECT_EQ(many.err,
            "crm_resource: Resource 'all' not moved: active in 2 locations.\n"
            "To prevent 'all' from running on a specific location, specify a node.\n");
  EXPECT_EQ(run({"-B", "-r", "each:0", "-N", "node1"}).code, 2);
  EXPECT_EQ(run({"-B", "-r", "web", "-N", "nowhere"}).code, 105);
}

TEST_F(CrmResourceTest, LifetimesBecomeRulesAndExpire) {
  EXPECT_EQ(run({"-B", "-r", "web", "-u", "P1Y"}).code, 0);
  EXPECT_TRUE(cib_has("<date_expression id=\"cli-ban-web-on-node1-lifetime\" operation=\"lt\""));
  EXPECT_EQ(run({"-U", "-e", "-r", "web"}).out, "");
  std::string text = cib();
  const std::size_t end = text.find("end=\"") + 5;
  write(path_, text.replace(end, text.find('"', end) - end, "2020-01-01 00:00:00Z"));
  EXPECT_EQ(run({"-U", "-e", "-r", "web"}).out, "Removing constraint: cli-ban-web-on-node1\n");
  EXPECT_EQ(run({"-B", "-r", "web", "-u", "soon"}).code, 64);
}

TEST_F(CrmResourceTest, ConstraintsAreShownFromTheResourcesView) {
  EXPECT_EQ(run({"-a", "-r", "web"}).out,
            "Locations:\n"
            "  * Node node1 (score=100, id=near, rsc=web)\n"
            "Resources colocated with web:\n"
            "  * copy (score=10, id=together)\n");
  EXPECT_EQ(run({"-a", "-r", "copy"}).out,
            "Resources copy is colocated with:\n"
            "  * web (score=10, id=together)\n"
            "    * Locations:\n"
            "      * Node node1 (score=100, id=near, rsc=web)\n");
}

TEST_F(CrmResourceTest, WhyExplainsWhatIsStopped) {
  EXPECT_EQ(run({"-Y", "-r", "idle"}).out,
            "Resource idle is not running\n"
            "Configuration specifies 'idle' should remain stopped\n");
  EXPECT_EQ(run({"-Y", "-N", "node2"}).out, "Resource each:1 is running on host node2\n");
}

TEST_F(CrmResourceTest, OperationsAreListedInTheOrderOfTheirCalls) {
  ::setenv("TZ", "UTC", 1);
  EXPECT_EQ(run({"-O", "-r", "web"}).out,
            "web\t(ocf:pacemaker:Dummy):\t Started: web_start_0 (node=node1, call=2, rc=0, "
            "last-rc-change='Thu Jan  1 00:00:00 1970', exec=7ms): complete\n");
}

TEST_F(CrmResourceTest, WhatCannotBeRestartedSaysWhy) {
  EXPECT_EQ(run({"--restart", "-r", "idle"}).err.substr(0, 63),
            "idle is not running anywhere and so cannot be restarted\ncrm_res");
  const ToolResult elsewhere = run({"--restart", "-r", "web", "-N", "node2"});
  EXPECT_EQ(elsewhere.code, 105);
  EXPECT_NE(elsewhere.err.find("web is not running on node2"), std::string::npos);
}

TEST_F(CrmResourceTest, DeleteNeedsTheElementsName) {
  EXPECT_EQ(run({"-D", "-r", "idle"}).code, 105);
  EXPECT_EQ(run({"-D", "-r", "idle", "-t", "primitive"}).code, 0);
  EXPECT_FALSE(cib_has("<primitive id=\"idle\""));
}

TEST_F(CrmResourceTest, StandardsNeedNoCib) {
  ::setenv("CIB_file", "/nonexistent", 1);
  EXPECT_EQ(run({"--list-standards"}).out.substr(0, 16), "ocf\nlsb\nservice\n");
  const ToolResult unknown = run({"--list-agents", "bogus"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_EQ(unknown.err,
            "crm_resource: No agents found for standard 'bogus'\n"
            "Error performing operation: Error occurred\n");
}

TEST_F(CrmResourceTest, SurplusWordsAreRefused) {
  const ToolResult result = run({"web", "-L"});
  EXPECT_EQ(result.code, 64);
  EXPECT_EQ(result.err, "crm_resource: non-option ARGV-elements:\n[1 of 1] web\n\n");
}

TEST_F(CrmResourceTest, DigestsAreOfTheParametersAndTheirReplacements) {
  const ToolResult plain = run({"--digests", "-r", "idle", "-N", "node1"});
  EXPECT_EQ(plain.out,
            "f2317cad3d54cec5d7d7aa7d0bf35cf8 (all parameters)\n"
            "f2317cad3d54cec5d7d7aa7d0bf35cf8 (non-private parameters)\n");
  const ToolResult replaced = run({"--digests", "-r", "web", "-N", "node1", "fake=7", "x=y"});
  EXPECT_EQ(replaced.out.substr(0, 32), "30fef2fe8f837e7c04cda6262401804b");
  EXPECT_EQ(run({"--digests", "-r", "web", "-N", "node1", "odd"}).code, 64);
  EXPECT_EQ(run({"--digests", "-r", "web"}).code, 64);
  EXPECT_EQ(run({"--digests", "-r", "all", "-N", "node1"}).code, 3);
}

TEST_F(CrmResourceTest, ForcedActionsRefuseWhatHasNoAgentOfItsOwn) {
  EXPECT_EQ(run({"--validate"}).code, 64);
  EXPECT_EQ(run({"--validate", "--class", "ocf", "--provider", "none", "--agent", "Such"}).err,
            "crm_resource: ocf:none:Such is not a known resource\n");
}

TEST_F(CrmResourceTest, ForcedActionsDoNotRunTheAgent_WhenASecretIsNotKnown) {
  EXPECT_EQ(run({"-r", "web", "-p", "fake", "-v", "lrm://"}).code, 0);
  const ToolResult result = run({"-r", "web", "--force-check"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out.substr(0, 102),
            "Operation force-check for web (ocf:pacemaker:Dummy) returned 2 (invalid parameter: "
            "Unable to load CIB ");
}

TEST_F(CrmResourceTest, ForcedActionsGetTheSecretsOfThisNode) {
  const std::filesystem::path agent = folder_ / "resource.d/test/shows";
  std::filesystem::create_directories(agent.parent_path());
  write(agent, "#!/bin/sh\necho password=$OCF_RESKEY_password\n");
  std::filesystem::permissions(agent, std::filesystem::perms::owner_all);
  std::filesystem::create_directories(folder_ / "secrets/web");
  write(folder_ / "secrets/web/password", "sesame\n");
  write(folder_ / "secrets/web/password.sign", base::md5_hex("sesame"));
  testing::internal::CaptureStdout();
  {
    cli::Output output = cli::Output::to_stream(stdout, {});
    const crm_resource::AgentAction action{
        .command = "force-start",
        .action = "start",
        .resource = "web",
        .agent = {.standard = "ocf", .provider = "test", .type = "shows"},
        .roots = {.ocf = folder_},
        .parameters = {{"password", "lrm://"}},
        .secrets_folder = folder_ / "secrets",
        .verbose = true};
    EXPECT_EQ(crm_resource::run_agent(action, output), cli::ExitCode::kOk);
  }
  EXPECT_NE(testing::internal::GetCapturedStdout().find("password=sesame\n"), std::string::npos);
}

}  // namespace
}  // namespace systole::crmd
