#include "policy/tool/simulate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lib/base/strings.h"
#include "lib/ipc/compression.h"
#include "lib/xml/document.h"
#include "tests/unit/policy/tool_run.h"

namespace systole::policy::tool {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

/// Two nodes and two resources, one of them monitored.
std::string cib(std::string_view constraints = {}, std::string_view schema = "pacemaker-3.9") {
  return base::cat(R"(<cib validate-with=")", schema,
                   R"(" crm_feature_set="3.16.1" epoch="3" num_updates="0"
admin_epoch="0" have-quorum="1"><configuration><crm_config><cluster_property_set id="o">
<nvpair id="f" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes><resources>
<primitive id="A" class="ocf" provider="pacemaker" type="Dummy"><operations>
<op id="A-mon" name="monitor" interval="10s"/></operations></primitive>
<primitive id="B" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints>)",
                   constraints, R"(</constraints></configuration><status>
<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/>
<node_state id="2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member"/>
</status></cib>)");
}

std::string file_named(const std::string& name) {
  return testing::TempDir() + "crm_simulate_" + name;
}

std::string written(const std::string& name, const std::string& content) {
  const std::string path = file_named(name);
  std::ofstream(path) << content;
  return path;
}

std::string content_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

ToolRun simulate(const std::string& input, std::vector<std::string> options) {
  setenv("PCMK_schema_directory", SYSTOLE_BINARY_DIR "/schemas", 1);
  setenv("TZ", "UTC", 1);
  options.insert(options.begin(), {"-x", written("input.xml", input)});
  return run_tool(kProgram, run, std::move(options));
}

TEST(Simulate, InputOfTheSchedulerIsUnpacked) {
  const std::string plain = cib();
  const base::Result<std::string> packed = ipc::compress(plain);
  ASSERT_TRUE(packed.ok());
  const ToolRun expected = simulate(plain, {"-S"});
  const ToolRun run = simulate(*packed, {"-S"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.out, expected.out);
  EXPECT_NE(simulate(packed->substr(0, packed->size() / 2), {"-S"}).code, 0);
}

TEST(CrmSimulate, ShowsStatusPlanExecutionAndResult) {
  const ToolRun done = simulate(cib(), {"-S"});
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(done.out, R"(Current cluster status:
  * Node List:
    * Online: [ n1 n2 ]

  * Full List of Resources:
    * A	(ocf:pacemaker:Dummy):	 Stopped
    * B	(ocf:pacemaker:Dummy):	 Stopped

Transition Summary:
  * Start      A       (    n1 )
  * Start      B       (    n2 )

Executing Cluster Transition:
  * Resource action: A               monitor on n2
  * Resource action: A               monitor on n1
  * Resource action: B               monitor on n2
  * Resource action: B               monitor on n1
  * Resource action: A               start on n1
  * Resource action: B               start on n2
  * Resource action: A               monitor=10000 on n1

Revised Cluster Status:
  * Node List:
    * Online: [ n1 n2 ]

  * Full List of Resources:
    * A	(ocf:pacemaker:Dummy):	 Started n1
    * B	(ocf:pacemaker:Dummy):	 Started n2
)");
}

TEST(CrmSimulate, ShowsOnlyTheStatus_UnlessAskedForMore) {
  const ToolRun shown = simulate(cib(), {});
  EXPECT_THAT(shown.out, HasSubstr("Current cluster status:"));
  EXPECT_THAT(shown.out, Not(HasSubstr("Transition Summary:")));
  EXPECT_THAT(simulate(cib(), {"-R"}).out, Not(HasSubstr("Executing")));
  EXPECT_EQ(simulate(cib(), {"-S", "-Q"}).out, "");
}

TEST(CrmSimulate, ShowsScoresBare_WhenItIsQuiet) {
  const std::string line = "pcmk__primitive_assign: A allocation score on n1: 0\n";
  EXPECT_THAT(simulate(cib(), {"-s", "-Q"}).out, testing::StartsWith(line));
  EXPECT_THAT(simulate(cib(), {"-s"}).out, HasSubstr("\nAssignment Scores:\n  * " + line));
  EXPECT_THAT(simulate(cib(), {"-U"}).out,
              HasSubstr("\nUtilization Information:\n  * Original: n1 capacity:\n"));
  EXPECT_THAT(simulate(cib(), {"-s", "-U", "-Q", "--text-fancy"}).out,
              testing::StartsWith("Assignment Scores and Utilization Information:\n"));
}

TEST(CrmSimulate, DoesWhatItIsToldToTheInput_InItsOrder) {
  const ToolRun run = simulate(
      cib(), {"-b", "T2", "-g", "T1", "-f", "n1", "-d", "n2", "-u", "n3", "-w", "1", "-q", "0"});
  EXPECT_THAT(run.out, HasSubstr(R"(
Performing Requested Modifications:
  * Setting quorum: 0
  * Setting watchdog: 1
  * Bringing node n3 online
  * Taking node n2 offline
  * Failing node n1
  * Granting ticket T1
  * Making ticket T2 standby
)"));
  EXPECT_THAT(simulate(cib(), {"-q", "0"}).out, Not(HasSubstr("Setting quorum")));
}

TEST(CrmSimulate, SavesTheInput_AfterTheModifications) {
  const std::string path = file_named("saved_input.xml");
  EXPECT_EQ(simulate(cib(), {"-Q", "-d", "n1", "-e", "T", "-r", "U", "-I", path}).code, 0);
  const std::string saved = content_of(path);
  EXPECT_THAT(saved, HasSubstr(R"(<node_state id="1" uname="n1" in_ccm="false" crmd="offline")"));
  EXPECT_THAT(saved, HasSubstr(R"(<ticket_state id="T" standby="false"/>)"));
  EXPECT_THAT(saved, HasSubstr(R"(<ticket_state id="U" granted="false"/>)"));
  EXPECT_THAT(saved, HasSubstr(R"(num_updates="3")"));
}

TEST(CrmSimulate, InjectsFailures_AndReactsToThem) {
  const std::string done = file_named("running.xml");
  ASSERT_EQ(simulate(cib(), {"-S", "-Q", "-O", done}).code, 0);
  const ToolRun run =
      simulate(content_of(done), {"-S", "-t", "2030-01-01", "-i", "A_monitor_10000@n1=7"});
  EXPECT_THAT(run.out, HasSubstr("Setting effective cluster time: 2030-01-01\n"));
  EXPECT_THAT(run.out, HasSubstr("  * Injecting A_monitor_10000@n1=7 into the configuration\n"
                                 "  * Injecting attribute fail-count-A#monitor_10000=1 into "));
  EXPECT_THAT(run.out, HasSubstr("last-failure-A#monitor_10000=1893456000 into "));
  EXPECT_THAT(run.out, HasSubstr("  * Recover    A       (    n1 )\n"));
}

TEST(CrmSimulate, ReportsOperationsThatCannotBeInjected_AndGoesOn) {
  const ToolRun run = simulate(
      cib(), {"-S", "-i", "nonsense", "-i", "ghost_monitor_0@n1=1", "-F", "A_start_0@n1=x"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("Invalid operation spec: nonsense"));
  EXPECT_THAT(run.err, HasSubstr("Invalid resource name: ghost\n"));
  EXPECT_THAT(run.err,
              HasSubstr("Invalid failed operation 'A_start_0@n1=x' (result code must be integer)"));
  EXPECT_THAT(run.out, HasSubstr("B	(ocf:pacemaker:Dummy):	 Started n2\n"));
}

TEST(CrmSimulate, StopsAtAnOperationThatIsToldToFail) {
  const ToolRun run = simulate(cib(), {"-F", "A_start_0@n1=1"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, ContainsRegex("Pretending action [0-9]+ failed with rc=1\n"));
  EXPECT_THAT(run.out, HasSubstr("Injecting attribute fail-count-A#start_0=INFINITY into "));
  EXPECT_THAT(run.out, HasSubstr("A	(ocf:pacemaker:Dummy):	 FAILED n1\n"));
  EXPECT_THAT(run.out, Not(HasSubstr("monitor=10000")));
}

TEST(CrmSimulate, StoresTheResult_InTheInputWhenInPlace) {
  const std::string path = written("in_place.xml", cib());
  setenv("PCMK_schema_directory", SYSTOLE_BINARY_DIR "/schemas", 1);
  EXPECT_EQ(run_tool(kProgram, run, {"-x", path, "-X", "-Q"}).code, 0);
  EXPECT_THAT(run_tool(kProgram, run, {"-x", path}).out,
              HasSubstr("A	(ocf:pacemaker:Dummy):	 Started n1\n"));
  EXPECT_EQ(run_tool(kProgram, run, {"-p", "-X"}).code, 66);
}

TEST(CrmSimulate, SavesGraphAndDotFile) {
  const std::string graph = file_named("graph.xml");
  const std::string dot = file_named("graph.dot");
  EXPECT_EQ(simulate(cib(), {"-Q", "-G", graph, "-D", dot}).code, 0);
  EXPECT_THAT(content_of(graph), HasSubstr("<transition_graph "));
  EXPECT_THAT(content_of(dot), HasSubstr("\"A_start_0 n1\" [ style=bold"));
  EXPECT_EQ(simulate(cib(), {"-Q", "-G", "/nonexistent/graph"}).code, 74);
  EXPECT_EQ(simulate(cib(), {"-Q", "-O", "/nonexistent/cib"}).code, 105);
}

TEST(CrmSimulate, SaysTheSameInXml) {
  const ToolRun run = simulate(
      cib(), {"-S", "-s", "-U", "-Q", "-d", "n2", "-i", "A_monitor_0@n1=1", "--output-as=xml"});
  EXPECT_EQ(run.code, 0);
  const auto document = xml::Document::parse(run.out);
  ASSERT_TRUE(document.ok());
  std::vector<std::string> parts;
  for (const xml::Element part : document->root().children()) parts.emplace_back(part.name());
  EXPECT_THAT(parts,
              testing::ElementsAre("cluster_status", "modifications", "allocations_utilizations",
                                   "actions", "transition", "revised_cluster_status", "status"));
  EXPECT_THAT(run.out, HasSubstr(R"(<modify_node action="Offline" node="n2"/>)"));
  EXPECT_THAT(run.out, HasSubstr(R"(<node_weight function="pcmk__primitive_assign" node="n1")"));
  EXPECT_THAT(run.out, HasSubstr(R"(<rsc_action action="start" resource="B" node="n1"/>)"));
  EXPECT_THAT(run.out, HasSubstr(R"(<rsc_action resource="B" op="start" node="n1"/>)"));
}

TEST(CrmSimulate, TimesTheInputsOfAFolder) {
  const std::string folder = file_named("profile");
  std::filesystem::create_directory(folder);
  std::ofstream(folder + "/b.xml") << cib();
  std::ofstream(folder + "/a.xml") << cib();
  std::ofstream(folder + "/notes.txt") << "no input";
  const ToolRun run = run_tool(kProgram, tool::run, {"-P", folder, "-N", "2"});
  EXPECT_THAT(run.out, ContainsRegex("^Timings:\n  \\* Testing .*/a.xml ... [0-9.]+ secs\n"
                                     "  \\* Testing .*/b.xml ... [0-9.]+ secs\n$"));
  EXPECT_EQ(run_tool(kProgram, tool::run, {"-P", "/nonexistent"}).code, 66);
  EXPECT_EQ(run_tool(kProgram, tool::run, {"-P", folder, "-N", "x"}).code, 64);
}

TEST(CrmSimulate, RefusesWhatViolatesTheSchema_WithElementAndLine) {
  const ToolRun unknown = simulate(cib(R"(<rsc_loc id="x" rsc="A"/>)"), {"-S"});
  EXPECT_EQ(unknown.code, 78);
  EXPECT_EQ(unknown.out, "");
  EXPECT_THAT(unknown.err, HasSubstr("input.xml:7: element rsc_loc: Relax-NG validity error : Did "
                                     "not expect element rsc_loc there\n"));
  const ToolRun missing = simulate(cib(R"(<rsc_order id="o" first="A" then="ghost"/>)"), {});
  EXPECT_EQ(missing.code, 78);
  EXPECT_THAT(missing.err, HasSubstr("input.xml:7: element rsc_order: validity error : IDREF "
                                     "attribute then references an unknown ID \"ghost\"\n"));
  EXPECT_EQ(simulate(cib(R"(<rsc_location id="l" rsc="A" node="n1" score="much"/>)"), {}).code, 78);
  EXPECT_EQ(simulate(cib(R"(<rsc_order id="A" first="A" then="B"/>)"), {}).code, 78);
  EXPECT_EQ(simulate("<cib", {}).code, 78);
  const std::string path = file_named("refused_output.xml");
  EXPECT_EQ(simulate(cib(R"(<rsc_loc id="x" rsc="A"/>)"), {"-S", "-Q", "-O", path}).code, 78);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(CrmSimulate, PlansForTheRest_WhereNonsenseIsNotValidated) {
  const ToolRun run = simulate(cib(R"(<rsc_order id="o" first="A" then="ghost"/>
      <rsc_location id="l" rsc="A" node="n1" score="much"/><rsc_location id="r" rsc="B">
      <rule id="r1" score="1"><date_expression id="d" operation="gt" start="soon"/></rule>
      </rsc_location>)",
                                   "none"),
                               {"-R", "-VV"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("Ignoring constraint 'o' because 'ghost' is not a valid resource "
                                 "or tag\n"));
  EXPECT_THAT(run.err, HasSubstr("Could not parse integer from 'much'"));
  EXPECT_THAT(run.err, HasSubstr("'soon' is not a valid ISO 8601 date/time specification\n"));
  EXPECT_THAT(run.out, HasSubstr("Start      A       ("));
  EXPECT_THAT(run.out, HasSubstr("Start      B       ("));
}

TEST(CrmSimulate, DoesWhatALoopOfOrdersLeaves) {
  const ToolRun run = simulate(cib(R"(<rsc_order id="o1" first="A" then="B"/>
      <rsc_order id="o2" first="B" then="A"/>)"),
                               {"-S"});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("due to unrunnable B start (blocked)"));
  EXPECT_THAT(run.out, HasSubstr("Resource action: B               monitor on n1\n"));
  EXPECT_THAT(run.out, Not(HasSubstr("start on")));
  EXPECT_THAT(run.out, HasSubstr("Revised Cluster Status:"));
}

TEST(CrmSimulate, SavesConfigurationsOfOldSchemasInTheNewLanguage) {
  const std::string path = file_named("upgraded.xml");
  EXPECT_EQ(simulate(cib({}, "pacemaker-2.0"), {"-Q", "-O", path}).code, 0);
  EXPECT_THAT(content_of(path), HasSubstr(R"(<cib validate-with="pacemaker-3.9")"));
  EXPECT_EQ(simulate(cib({}, "pacemaker-3.0"), {"-Q", "-O", path}).code, 0);
  EXPECT_THAT(content_of(path), HasSubstr(R"(<cib validate-with="pacemaker-3.0")"));
  EXPECT_EQ(simulate(cib({}, "pacemaker-0.6"), {"-Q"}).code, 78);
  EXPECT_EQ(simulate(cib({}, "pacemaker-99"), {"-Q"}).code, 78);
}

TEST(CrmSimulate, RefusesADateThatIsNone) {
  EXPECT_EQ(simulate(cib(), {"-t", "nonsense"}).code, 64);
}

}  // namespace
}  // namespace systole::policy::tool
