#include "policy/systole/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "policy/systole/command.h"
#include "tests/unit/policy/cluster.h"
#include "tests/unit/policy/tool_run.h"

namespace systole::policy {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Runs `systole explain` on a cluster with the given words after the input.
ToolRun explained(const Cluster& cluster, const std::vector<std::string>& words) {
  const std::string path = testing::TempDir() + "/explain_test.xml";
  std::ofstream(path) << cluster.xml();
  std::vector<std::string> arguments = {"-x", path};
  arguments.insert(arguments.end(), words.begin(), words.end());
  ToolRun run = run_tool(kExplainProgram, run_explain, arguments);
  std::remove(path.c_str());
  return run;
}

Cluster banned() {
  Cluster cluster;
  cluster.resources = primitive("web", meta("resource-stickiness", "30"));
  cluster.constraints = "<rsc_location id='cli-ban-web' rsc='web' node='a' score='-INFINITY'/>";
  cluster.history_a = history("web", done("web", "start", 1));
  return cluster;
}

TEST(SystoleExplain, TellsWhatHappensAndWhy) {
  const ToolRun run = explained(banned(), {"web"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("Now      started on a"));
  EXPECT_THAT(run.out, HasSubstr("Planned  move from a to b"));
  EXPECT_THAT(run.out, HasSubstr("location constraint cli-ban-web (left by a ban)"));
  EXPECT_THAT(run.out, HasSubstr("location constraint cli-ban-web must go"));
  EXPECT_THAT(run.out, HasSubstr("crm_resource --clear --resource web"));
}

TEST(SystoleExplain, OfOneNode_TriesTheChange) {
  const ToolRun run = explained(banned(), {"web", "a"});
  EXPECT_THAT(run.out, HasSubstr("web is not placed on a."));
  EXPECT_THAT(run.out, HasSubstr("Tried: web would go to a, and nothing else would move."));
  EXPECT_THAT(run.out, Not(HasSubstr("\n  b:")));
}

TEST(SystoleExplain, AsJson_HasNumbers) {
  const ToolRun run = explained(banned(), {"--output-as=json", "web"});
  EXPECT_THAT(run.out, HasSubstr("\"amount\": -1000000"));
  EXPECT_THAT(run.out, HasSubstr("\"managed\": true"));
}

TEST(SystoleExplain, AsXml_HasContributions) {
  const ToolRun run = explained(banned(), {"--output-as=xml", "web"});
  EXPECT_THAT(run.out, HasSubstr("<contribution cause=\"stickiness\" amount=\"30\""));
  EXPECT_THAT(run.out, HasSubstr("<status code=\"0\""));
}

TEST(SystoleExplain, OfAStoppedPrimary_NamesTheRoot) {
  Cluster cluster;
  cluster.resources = primitive("db", meta("target-role", "Stopped")) + primitive("web");
  cluster.constraints = "<rsc_colocation id='c' rsc='web' with-rsc='db' score='INFINITY'/>";
  const ToolRun run = explained(cluster, {"web"});
  EXPECT_THAT(run.out, HasSubstr("nowhere: must be with db, which is not running anywhere: "
                                 "target-role is Stopped"));
}

TEST(SystoleExplain, OfAGroup_TellsOfItsFirstMember) {
  Cluster cluster;
  cluster.resources = "<group id='g'>" + primitive("ip") + primitive("web") + "</group>";
  cluster.constraints = "<rsc_location id='l' rsc='web' node='b' score='9'/>";
  const ToolRun run = explained(cluster, {"g"});
  EXPECT_THAT(run.out, HasSubstr("The first member, ip, chooses"));
  EXPECT_THAT(run.out, HasSubstr("+9  what group member web wants"));
}

TEST(SystoleExplain, OfAClone_TellsOfNodesWithoutInstance) {
  Cluster cluster;
  cluster.resources = "<clone id='c'>" + primitive("web") + "</clone>";
  cluster.attributes_a = nvpair("standby", "on");
  const ToolRun run = explained(cluster, {"c"});
  EXPECT_THAT(run.out, HasSubstr("web:0  start on b"));
  EXPECT_THAT(run.out, HasSubstr("a: the node is in standby"));
}

TEST(SystoleExplain, OfWhatDoesNotExist_NamesWhatDoes) {
  const ToolRun resource = explained(banned(), {"wbe"});
  EXPECT_EQ(resource.code, 105);
  EXPECT_THAT(resource.err, HasSubstr("there is no resource 'wbe'; there are: web"));
  const ToolRun node = explained(banned(), {"web", "z"});
  EXPECT_EQ(node.code, 105);
  EXPECT_THAT(node.err, HasSubstr("there is no node 'z'; there are: a, b"));
}

TEST(SystoleExplain, WithoutAResource_IsAUsageError) {
  EXPECT_EQ(explained(banned(), {}).code, 64);
  EXPECT_EQ(explained(banned(), {"web", "a", "b"}).code, 64);
}

TEST(Systole, ListsItsCommands) {
  std::string name = "systole";
  std::string help = "--help";
  char* argv[] = {name.data(), help.data(), nullptr};
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_systole(2, argv), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(), HasSubstr("  explain "));
}

TEST(Systole, RefusesAnUnknownCommand) {
  std::string name = "systole";
  std::string verb = "frobnicate";
  char* argv[] = {name.data(), verb.data(), nullptr};
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_systole(2, argv), 64);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("no command 'frobnicate'"));
}

}  // namespace
}  // namespace systole::policy
