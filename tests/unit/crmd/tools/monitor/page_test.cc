#include "crmd/tools/monitor/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "crmd/tools/monitor/interactive.h"
#include "crmd/tools/monitor/snapshot.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kCib = R"(
<cib validate-with="pacemaker-3.9" crm_feature_set="3.16.1" epoch="5" num_updates="2" admin_epoch="0"
     have-quorum="1" dc-uuid="1" cib-last-written="Sat Nov 21 12:00:00 2026">
 <configuration>
  <crm_config><cluster_property_set id="options">
   <nvpair id="o1" name="cluster-infrastructure" value="corosync"/>
  </cluster_property_set></crm_config>
  <nodes><node id="1" uname="alpha"/><node id="2" uname="beta"/></nodes>
  <resources>
   <primitive id="web" class="ocf" provider="heartbeat" type="nginx"/>
   <primitive id="idle" class="ocf" provider="heartbeat" type="Dummy"/>
   <group id="pair"><primitive id="left" class="ocf" provider="heartbeat" type="Dummy"/>
    <primitive id="right" class="ocf" provider="heartbeat" type="Dummy"/></group>
   <clone id="all"><primitive id="one" class="ocf" provider="heartbeat" type="Dummy"/></clone>
  </resources>
  <constraints><rsc_location id="never" rsc="idle" node="beta" score="-INFINITY"/></constraints>
 </configuration>
 <status>
  <node_state id="1" uname="alpha" in_ccm="true" crmd="online" join="member" expected="member">
   <lrm id="1"><lrm_resources>
    <lrm_resource id="web" class="ocf" provider="heartbeat" type="nginx">
     <lrm_rsc_op id="web_last_0" operation_key="web_start_0" operation="start" call-id="7"
        transition-key="1:1:0:x" transition-magic="0:0;1:1:0:x" rc-code="0" op-status="0" interval="0"/>
     <lrm_rsc_op id="web_last_failure_0" operation_key="web_monitor_10000" operation="monitor"
        call-id="9" transition-key="2:1:0:x" transition-magic="0:7;2:1:0:x" rc-code="7" op-status="0"
        interval="10000" exit-reason="it fell over"/>
    </lrm_resource>
    <lrm_resource id="one" class="ocf" provider="heartbeat" type="Dummy">
     <lrm_rsc_op id="one_last_0" operation_key="one_start_0" operation="start" call-id="8"
        transition-key="3:1:0:x" transition-magic="0:0;3:1:0:x" rc-code="0" op-status="0" interval="0"/>
    </lrm_resource>
   </lrm_resources></lrm>
   <transient_attributes id="1"><instance_attributes id="status-1">
    <nvpair id="s1" name="fail-count-web#monitor_10000" value="2"/>
    <nvpair id="s2" name="colour" value="blue"/>
   </instance_attributes></transient_attributes>
  </node_state>
  <node_state id="2" uname="beta" in_ccm="false" crmd="offline" join="down" expected="down"/>
 </status>
</cib>)";

class StatusPage : public ::testing::Test {
 protected:
  StatusPage() : cib_(*xml::Document::parse(kCib)) {
    settings_.view.sections = Sections::defaults(cli::OutputFormat::kText);
  }

  std::string text() { return print({}); }
  std::string html() { return print({.format = cli::OutputFormat::kHtml}); }

  std::string print(const cli::Output::Options& options) {
    base::Result<Snapshot> snapshot = take_snapshot(cib_, settings_, 1795262400);
    EXPECT_TRUE(snapshot);
    snapshot->view.fencing = fencing_;
    char* buffer = nullptr;
    std::size_t size = 0;
    std::FILE* stream = open_memstream(&buffer, &size);
    {
      cli::Output output = cli::Output::to_stream(stream, options);
      print_page(snapshot->view, output);
      output.finish(cli::ExitCode::kOk);
    }
    std::fclose(stream);
    std::string out(buffer, size);
    std::free(buffer);
    return out;
  }

  /// Everything in XML.
  std::string as_xml() {
    settings_.view.sections = Sections::all();
    base::Result<Snapshot> snapshot = take_snapshot(cib_, settings_, 1795262400);
    EXPECT_TRUE(snapshot);
    cli::Element root("pacemaker-result");
    add_page_xml(snapshot->view, root);
    return root.to_xml();
  }

  void configure(const char* section, std::string_view text) {
    const auto element = xml::Document::parse(text);
    ASSERT_TRUE(element);
    cib_.root().first_child("configuration").first_child(section).append_copy(element->root());
  }

  /// What alpha reported of a resource: the operations inside of its `lrm_resource`.
  void report(std::string_view resource, const std::string& operations) {
    const auto entry = xml::Document::parse(base::cat(
        "<lrm_resource id=\"", resource, "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">",
        operations, "</lrm_resource>"));
    ASSERT_TRUE(entry);
    cib_.root()
        .first_child("status")
        .first_child("node_state")
        .first_child("lrm")
        .first_child("lrm_resources")
        .append_copy(entry->root());
  }

  void attribute(std::string_view name, std::string_view value) {
    const auto pair = xml::Document::parse(
        base::cat("<nvpair id=\"s-", name, "\" name=\"", name, "\" value=\"", value, "\"/>"));
    cib_.root()
        .first_child("status")
        .first_child("node_state")
        .first_child("transient_attributes")
        .first_child("instance_attributes")
        .append_copy(pair->root());
  }

  xml::Document cib_;
  Settings settings_;
  std::vector<client::FenceEvent> fencing_;
};

std::string result_of(std::string_view key, std::string_view task, int call, int rc,
                      std::string_view more = {}) {
  return base::cat("<lrm_rsc_op id=\"", key, "\" operation_key=\"", key, "\" operation=\"", task,
                   "\" call-id=\"", call, "\" transition-key=\"1:1:0:x\" rc-code=\"", rc,
                   "\" op-status=\"0\" interval=\"0\" ", more, "/>");
}

client::FenceEvent fencing_of(std::string target, int state) {
  return {.target = std::move(target),
          .action = "reboot",
          .origin = "alpha",
          .delegate = "beta",
          .client = "tool.7",
          .state = state,
          .date = 1795262400};
}

TEST_F(StatusPage, SectionsAreSeparatedByOneBlankLine) {
  const std::string page = text();
  EXPECT_TRUE(page.starts_with("Cluster Summary:\n  * Stack: corosync\n")) << page;
  EXPECT_THAT(page, HasSubstr("\n\nNode List:\n"));
  EXPECT_THAT(page, Not(HasSubstr("\n\n\n")));
}

TEST_F(StatusPage, ThatThereIsNoCoordinatorIsToldWhateverIsAskedFor) {
  cib_.root().set_attribute("dc-uuid", "");
  settings_.view.sections = Sections::none();
  EXPECT_EQ(text(), "Cluster Summary:\n  * Current DC: NONE\n");
  EXPECT_THAT(html(), HasSubstr("<span class=\"warning\">NONE</span>"));
}

TEST_F(StatusPage, OptionsAreAListOfTheirOwnInHtml) {
  settings_.view.sections.set(Section::kOptions);
  EXPECT_THAT(html(), HasSubstr("</ul>\n<h2>Config Options</h2>\n<ul>\n<li>STONITH of failed"));
  EXPECT_THAT(html(), HasSubstr("<li>Resource management: enabled</li>\n</ul>\n<h2>Node List"));
  EXPECT_THAT(text(), Not(HasSubstr("Config Options")));
}

TEST_F(StatusPage, NodesAreGroupedByState) {
  EXPECT_THAT(text(), HasSubstr("Node List:\n  * Online: [ alpha ]\n  * OFFLINE: [ beta ]\n"));
}

TEST_F(StatusPage, InactiveResourcesAreShownOnRequestOnly) {
  EXPECT_THAT(text(), Not(HasSubstr("idle")));
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * idle\t(ocf:heartbeat:Dummy):\t Stopped\n"));
}

TEST_F(StatusPage, HtmlHasALineForEachNodeAndAClassForWhatIsWrong) {
  settings_.view.list.inactive = true;
  const std::string page = html();
  EXPECT_THAT(page, HasSubstr("<li><span class=\"bold\">alpha:</span>"
                              "<span class=\"online\"> online</span></li>\n"));
  EXPECT_THAT(page, HasSubstr("<span class=\"offline\"> OFFLINE</span>"));
  EXPECT_THAT(page, HasSubstr("<span class=\"rsc-failed\">idle"));
  EXPECT_THAT(page, HasSubstr("<h3>Clone Set: all [one]</h3>"));
}

TEST_F(StatusPage, BriefByNodeLeavesOutNodesWhereNothingRuns) {
  settings_.view.by_node = true;
  EXPECT_THAT(text(), HasSubstr("Node beta: OFFLINE"));
  settings_.view.brief = true;
  EXPECT_THAT(text(), Not(HasSubstr("beta")));
}

TEST_F(StatusPage, BriefCountsTheMembersOfAGroupByThemselves) {
  settings_.view.brief = true;
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * Resource Group: pair:\n"
                                "    * 0/2\t(ocf:heartbeat:Dummy):\tActive\n"));
}

TEST_F(StatusPage, InDetailFailuresAreTheirRecords) {
  settings_.view.list.detail = true;
  EXPECT_THAT(text(), HasSubstr("  * web_monitor_10000 on alpha 'not running' (7): call=9, "
                                "status='complete', exitreason='it fell over'"));
}

TEST_F(StatusPage, WithoutHeadersTheSupervisorIsStillTold) {
  EXPECT_THAT(text(), Not(HasSubstr("Status of pacemakerd")));
  settings_.view.headers = false;
  settings_.view.supervisor = client::SupervisorHealth{};
  settings_.view.supervisor->state = "running";
  EXPECT_THAT(text(), HasSubstr("Status of pacemakerd: 'Pacemaker is running'"));
}

TEST_F(StatusPage, OperationsIncludeTheFailureThatIsKept) {
  settings_.view.sections.set(Section::kOperations);
  EXPECT_THAT(text(), HasSubstr("      * (9) monitor: interval=\"10000ms\"\n"));
}

TEST_F(StatusPage, ClonesNameTheNodesOfTheirInstances) {
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * Clone Set: all [one]:\n    * Started: [ alpha ]\n"
                                "    * Stopped: [ beta ]\n"));
}

TEST_F(StatusPage, FailuresSayWhatFailedWhereAndWhy) {
  EXPECT_THAT(text(), HasSubstr("Failed Resource Actions:\n  * web 10s-interval monitor on alpha "
                                "returned 'not running' (it fell over)"));
  settings_.view.list.detail = true;
  EXPECT_THAT(text(), HasSubstr("  * web_monitor_10000 on alpha 'not running' (7): call=9, "
                                "status='complete', exitreason='it fell over'"));
}

TEST_F(StatusPage, AProbeThatFindsNothingInstalledIsNoFailure) {
  const auto history = xml::Document::parse(
      R"(<lrm_resource id="idle" class="ocf" provider="heartbeat" type="Dummy">)"
      R"(<lrm_rsc_op id="idle_last_0" operation_key="idle_monitor_0" operation="monitor" call-id="3" )"
      R"(transition-key="9:1:7:x" transition-magic="0:5;9:1:7:x" rc-code="5" op-status="0" )"
      R"(interval="0" on_node="alpha"/></lrm_resource>)");
  cib_.root()
      .first_child("status")
      .first_child("node_state")
      .first_child("lrm")
      .first_child("lrm_resources")
      .append_copy(history->root());
  EXPECT_THAT(text(), Not(HasSubstr("idle probe")));
  EXPECT_THAT(text(), HasSubstr("* web 10s-interval monitor"));
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("* idle\t(ocf:heartbeat:Dummy):\t Stopped (not installed) \n"));
}

TEST_F(StatusPage, WhatANodeReportedThatIsDownIsHistory) {
  cib_.root().first_child("status").first_child("node_state").set_attribute("crmd", "offline");
  cib_.root().first_child("status").first_child("node_state").set_attribute("in_ccm", "false");
  settings_.view.sections.set(Section::kFailCounts);
  const std::string page = text();
  EXPECT_THAT(page, Not(HasSubstr("Failed Resource Actions")));
  EXPECT_THAT(page, Not(HasSubstr("Migration Summary")));
}

TEST_F(StatusPage, AFailureThatSomebodyReportedIsCalledAsItsKeySays) {
  report("idle", result_of("idle_fail_0", "asyncmon", 3, 1));
  EXPECT_THAT(text(), HasSubstr("  * idle fail on alpha returned 'error'"));
}

TEST_F(StatusPage, ACodeWithoutMeaningIsUnknown) {
  report("idle", result_of("idle_start_0", "start", 3, 152));
  EXPECT_THAT(text(), HasSubstr("  * idle start on alpha returned 'unknown'"));
}

TEST_F(StatusPage, WhatIsUnderWayIsTheLatestOperation) {
  settings_.view.sections.set(Section::kOperations);
  report("idle",
         result_of("idle_stop_0", "stop", -1, 193) + result_of("idle_start_0", "start", 4, 0));
  EXPECT_THAT(text(), HasSubstr("      * (4) start\n      * (-1) stop\n"));
}

TEST_F(StatusPage, FailCountsAreToldOfEachInstanceAndOperationsOfItsResource) {
  xml::Element entries = cib_.root().first_child("status").first_child("node_state");
  entries = entries.first_child("lrm").first_child("lrm_resources");
  for (xml::Element entry : entries.children()) {
    if (entry.id() == "one") entry.set_attribute("id", "one:3");
  }
  attribute("fail-count-one#monitor_10000", "2");
  settings_.view.sections.set(Section::kFailCounts);
  EXPECT_THAT(text(), HasSubstr("    * one:3: migration-threshold=1000000 fail-count=2\n"));
  settings_.view.sections.set(Section::kOperations);
  EXPECT_THAT(text(), Not(HasSubstr("one:3")));
}

TEST_F(StatusPage, ConnectivityIsJudgedWhereAPingKeepsItUpToDate) {
  settings_.view.sections.set(Section::kAttributes);
  configure("resources",
            R"(<primitive id="net" class="ocf" provider="pacemaker" type="ping">)"
            R"(<instance_attributes id="net-p"><nvpair id="net-h" name="host_list" value="x y"/>)"
            R"(</instance_attributes></primitive>)");
  attribute("pingd", "1");
  EXPECT_THAT(text(), Not(HasSubstr("Connectivity")));
  report("net", result_of("net_start_0", "start", 11, 0));
  EXPECT_THAT(text(), HasSubstr("Connectivity is degraded (Expected=2)"));
}

TEST_F(StatusPage, WithoutHeadersItIsStillToldThatThereIsNoCoordinator) {
  settings_.view.headers = false;
  EXPECT_THAT(text(), Not(HasSubstr("Cluster Summary")));
  cib_.root().set_attribute("dc-uuid", "");
  EXPECT_TRUE(text().starts_with("Cluster Summary:\n  * Current DC: NONE\n\nNode List:")) << text();
}

TEST_F(StatusPage, WhatALostTicketDoesIsShownWithTheTickets) {
  configure("constraints",
            R"(<rsc_ticket id="needs" rsc="web" ticket="lost" loss-policy="freeze"/>)");
  EXPECT_THAT(text(), Not(HasSubstr("blocked")));
  settings_.view.sections.set(Section::kTickets);
  EXPECT_THAT(text(), HasSubstr("FAILED alpha (blocked)"));
}

TEST_F(StatusPage, ANodeThatALostTicketHasFencedIsUnclean) {
  configure("constraints",
            R"(<rsc_ticket id="needs" rsc="web" ticket="lost" loss-policy="fence"/>)");
  settings_.view.sections.set(Section::kTickets);
  EXPECT_THAT(text(), HasSubstr("  * Node alpha: UNCLEAN (online)\n"));
}

TEST_F(StatusPage, WhatFailedAndRunsNowhereIsInactive) {
  configure("resources",
            R"(<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain">)"
            R"(<meta_attributes id="vm-m"><nvpair id="vm-r" name="remote-node" )"
            R"(value="guest"/></meta_attributes></primitive>)");
  const auto state = xml::Document::parse(base::cat(
      R"(<node_state id="guest" uname="guest" remote_node="true"><lrm id="guest"><lrm_resources>)"
      R"(<lrm_resource id="idle" class="ocf" provider="heartbeat" type="Dummy">)",
      result_of("idle_start_0", "start", 2, 0),
      "</lrm_resource></lrm_resources></lrm></node_state>"));
  ASSERT_TRUE(state);
  cib_.root().first_child("status").append_copy(state->root());
  EXPECT_THAT(text(), Not(HasSubstr("* vm\t")));
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("* vm\t(ocf:heartbeat:VirtualDomain):\t FAILED\n"));
}

TEST_F(StatusPage, ABundleIsWholeOnlyWithAllOfItsParts) {
  configure("resources", R"(<bundle id="box"><docker image="i" replicas="1"/></bundle>)");
  settings_.view.by_node = true;
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * Container bundle: box [i]:\n"));
  report("box-docker-0", result_of("box-docker-0_start_0", "start", 12, 0));
  EXPECT_THAT(text(), Not(HasSubstr("Container bundle: box")));
}

TEST_F(StatusPage, FailCountsAndAttributesAreShownOnRequest) {
  settings_.view.sections.set(Section::kFailCounts);
  settings_.view.sections.set(Section::kAttributes);
  const std::string page = text();
  EXPECT_THAT(page, HasSubstr("    * web: migration-threshold=1000000 fail-count=2\n"));
  EXPECT_THAT(page, HasSubstr("    * colour                          \t: blue      \n"));
  EXPECT_THAT(page, Not(HasSubstr("fail-count-web")));
}

TEST_F(StatusPage, BansAreFilteredByPrefix) {
  settings_.view.sections.set(Section::kBans);
  EXPECT_THAT(text(), HasSubstr("  * never\tprevents idle from running on beta\n"));
  settings_.view.bans_prefix = "cli-";
  EXPECT_THAT(text(), Not(HasSubstr("never")));
}

TEST_F(StatusPage, TicketsAreThoseOfTheStatusAndOfConstraints) {
  const auto constraint =
      xml::Document::parse(R"(<rsc_ticket id="needs" rsc="idle" ticket="named"/>)");
  cib_.root()
      .first_child("configuration")
      .first_child("constraints")
      .append_copy(constraint->root());
  const auto tickets = xml::Document::parse(
      R"(<tickets><ticket_state id="held" granted="true" standby="true" last-granted="0"/></tickets>)");
  cib_.root().first_child("status").append_copy(tickets->root());
  settings_.view.sections.set(Section::kTickets);
  const std::string page = text();
  EXPECT_THAT(page, HasSubstr("Tickets:\n"));
  EXPECT_THAT(page, HasSubstr("  * named: revoked\n"));
  EXPECT_THAT(page, ::testing::ContainsRegex("  \\* held: granted \\[standby\\] "
                                             "last-granted=\"... ... .. ..:..:.. 19(69|70)\"\n"));
}

TEST_F(StatusPage, BansIncludeThoseOfRulesThatHold) {
  const auto constraint = xml::Document::parse(
      R"(<rsc_location id="fence" rsc="all"><rule id="fence-rule" role="Promoted" score="-INFINITY">)"
      R"(<expression id="e" attribute="#uname" operation="ne" value="alpha"/></rule></rsc_location>)");
  cib_.root()
      .first_child("configuration")
      .first_child("constraints")
      .append_copy(constraint->root());
  settings_.view.sections.set(Section::kBans);
  EXPECT_THAT(text(),
              HasSubstr("Negative Location Constraints:\n"
                        "  * fence-rule\tprevents all from running in Promoted role on beta\n"
                        "  * never\tprevents idle from running on beta\n"));
}

TEST_F(StatusPage, FencingNamesItsPartsInDetail) {
  fencing_ = {fencing_of("x", 4), fencing_of("y", 2)};
  settings_.view.sections.set(Section::kFencingFailed);
  settings_.view.sections.set(Section::kFencingSucceeded);
  EXPECT_THAT(text(), HasSubstr("  * reboot of x by beta for tool.7@alpha last failed at 2026-"));
  settings_.view.list.detail = true;
  EXPECT_THAT(text(), HasSubstr("  * reboot of x failed: delegate=beta, client=tool.7, "
                                "origin=alpha, last-failed='2026-"));
  settings_.view.fence_detail = FenceDetail::kFull;
  EXPECT_THAT(text(), HasSubstr("  * reboot of y successful: delegate=beta, client=tool.7, "
                                "origin=alpha, completed='2026-"));
}

TEST_F(StatusPage, FencingOfAKindIsTheLatest) {
  fencing_ = {fencing_of("x", 2), fencing_of("y", 2), fencing_of("x", 2)};
  fencing_[1].date += 100;
  fencing_[2].date += 60;
  settings_.view.sections.set(Section::kFencingSucceeded);
  settings_.view.fence_detail = FenceDetail::kLatest;
  EXPECT_THAT(text(), HasSubstr("reboot of y by beta for tool.7@alpha successful at 2026-11-21 "
                                "12:01:40Z\n"
                                "  * reboot of x by beta for tool.7@alpha successful at 2026-11-21 "
                                "12:01:00Z\n"));
  EXPECT_THAT(text(), Not(HasSubstr("12:00:00Z\n  * reboot")));
}

TEST_F(StatusPage, AskedForOneNodeLeavesOutWhatRunsElsewhere) {
  settings_.node = "beta";
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), Not(HasSubstr("* web")));
  EXPECT_THAT(text(), HasSubstr("* idle\t(ocf:heartbeat:Dummy):\t Stopped"));
  settings_.node = "alpha";
  EXPECT_THAT(text(), HasSubstr("* web\t(ocf:heartbeat:nginx):\t "));
}

TEST_F(StatusPage, ANodeInMaintenanceShowsOnItsResourcesAndAmongItsAttributes) {
  const auto attributes = xml::Document::parse(
      R"(<instance_attributes id="n1"><nvpair id="n1-m" name="maintenance" value="true"/>)"
      R"(</instance_attributes>)");
  cib_.root()
      .first_child("configuration")
      .first_child("nodes")
      .first_child()
      .append_copy(attributes->root());
  settings_.view.sections.set(Section::kAttributes);
  const std::string page = text();
  EXPECT_THAT(page, HasSubstr("alpha (unmanaged)"));
  EXPECT_THAT(page, HasSubstr("    * maintenance"));
}

TEST_F(StatusPage, XmlWithoutResourcesHasNoListOfThem) {
  cib_.root().first_child("configuration").first_child("resources").remove_children();
  cib_.root().first_child("configuration").first_child("constraints").remove_children();
  cib_.root().first_child("status").remove_children();
  base::Result<Snapshot> snapshot = take_snapshot(cib_, settings_, 1795262400);
  ASSERT_TRUE(snapshot);
  cli::Element root("pacemaker-result");
  add_page_xml(snapshot->view, root);
  EXPECT_THAT(root.to_xml(), Not(HasSubstr("<resources>")));
  EXPECT_THAT(root.to_xml(), Not(HasSubstr("<resources/>")));
}

TEST_F(StatusPage, AskedForOneNodeShowsOnlyThat) {
  settings_.node = "beta";
  const std::string page = text();
  EXPECT_THAT(page, Not(HasSubstr("Online: [ alpha ]")));
  EXPECT_THAT(page, HasSubstr("OFFLINE: [ beta ]"));
}

TEST_F(StatusPage, XmlHoldsEverySectionWithContent) {
  settings_.view.sections = Sections::all();
  base::Result<Snapshot> snapshot = take_snapshot(cib_, settings_, 1795262400);
  ASSERT_TRUE(snapshot);
  cli::Element root("pacemaker-result");
  add_page_xml(snapshot->view, root);
  std::vector<std::string> names;
  for (const cli::Element& child : root.children()) names.push_back(child.name());
  EXPECT_THAT(names, ::testing::ElementsAre("summary", "nodes", "resources", "node_attributes",
                                            "node_history", "failures", "bans"));
  EXPECT_THAT(root.to_xml(), HasSubstr("role=\"Started\" active=\"true\""));
}

TEST_F(StatusPage, XmlTellsAnEmptyReasonFromNone) {
  report("idle", result_of("idle_start_0", "start", 3, 1, "exit-reason=\"\""));
  report("left", result_of("left_start_0", "start", 4, 1));
  const std::string page = as_xml();
  EXPECT_THAT(page, HasSubstr("op_key=\"idle_start_0\" node=\"alpha\" exitstatus=\"error\" "
                              "exitreason=\"\""));
  EXPECT_THAT(page, HasSubstr("op_key=\"left_start_0\" node=\"alpha\" exitstatus=\"error\" "
                              "exitreason=\"none\""));
}

TEST_F(StatusPage, XmlCountsWithoutWhatLostTicketsDoAndListsGuestsConnections) {
  configure("constraints",
            R"(<rsc_ticket id="needs" rsc="web" ticket="lost" loss-policy="freeze"/>)");
  configure("resources",
            R"(<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain">)"
            R"(<meta_attributes id="vm-m"><nvpair id="vm-r" name="remote-node" )"
            R"(value="guest"/></meta_attributes></primitive>)");
  const std::string page = as_xml();
  EXPECT_THAT(page, HasSubstr("blocked=\"true\""));
  EXPECT_THAT(page, ::testing::ContainsRegex("<resources_configured [^>]*blocked=\"0\""));
  EXPECT_THAT(page, HasSubstr("<resource id=\"guest\" resource_agent=\"ocf:pacemaker:remote\""));
}

TEST_F(StatusPage, BansOfARuleThatOneConditionSufficesForAreInTheOrderOfTheNodes) {
  settings_.view.sections.set(Section::kBans);
  const auto rule = [](std::string_view id, std::string_view op) {
    return base::cat("<rsc_location id=\"l-", id, "\" rsc=\"web\"><rule id=\"", id,
                     "\" boolean-op=\"", op, "\" score=\"-INFINITY\"><expression id=\"e-", id,
                     "\" attribute=\"none\" operation=\"not_defined\"/></rule></rsc_location>");
  };
  configure("constraints", rule("all", "and"));
  configure("constraints", rule("any", "or"));
  EXPECT_THAT(text(), HasSubstr("  * any\tprevents web from running on alpha\n"
                                "  * any\tprevents web from running on beta\n"
                                "  * all\tprevents web from running on beta\n"
                                "  * all\tprevents web from running on alpha\n"));
}

TEST_F(StatusPage, SimpleStatusWarnsOfNodesThatAreOffline) {
  base::Result<Snapshot> snapshot = take_snapshot(cib_, settings_, 1795262400);
  ASSERT_TRUE(snapshot);
  const SimpleStatus simple = simple_status(snapshot->view);
  EXPECT_EQ(simple.text, "CLUSTER WARN: offline node: beta");
  EXPECT_EQ(simple.code, 1);
}

TEST(MonitorSections, ListsAreAppliedFromLeftToRight) {
  Sections sections = Sections::defaults(cli::OutputFormat::kText);
  std::string prefix;
  ASSERT_TRUE(
      apply_section_list("none,nodes,bans:cli-", true, cli::OutputFormat::kText, sections, prefix));
  EXPECT_TRUE(sections.has(Section::kNodes));
  EXPECT_TRUE(sections.has(Section::kBans));
  EXPECT_FALSE(sections.has(Section::kResources));
  EXPECT_EQ(prefix, "cli-");
  ASSERT_TRUE(apply_section_list("nodes", false, cli::OutputFormat::kText, sections, prefix));
  EXPECT_FALSE(sections.has(Section::kNodes));
}

TEST(MonitorSections, AnUnknownSectionIsNamed) {
  Sections sections;
  std::string prefix;
  const base::Result<void> applied =
      apply_section_list("nodes,weather", true, cli::OutputFormat::kText, sections, prefix);
  ASSERT_FALSE(applied);
  EXPECT_THAT(applied.error().message, HasSubstr("weather"));
}

TEST(MonitorKeys, TurnSectionsOnAndOff) {
  Settings settings;
  EXPECT_TRUE(apply_key('A', settings));
  EXPECT_TRUE(settings.view.sections.has(Section::kAttributes));
  EXPECT_TRUE(apply_key('A', settings));
  EXPECT_FALSE(settings.view.sections.has(Section::kAttributes));
  EXPECT_TRUE(apply_key('r', settings));
  EXPECT_TRUE(settings.view.list.inactive);
  EXPECT_FALSE(apply_key('z', settings));
  EXPECT_THAT(key_help(settings), HasSubstr("* r: \tinactive resources"));
}

TEST(MonitorTimes, ShortTimesAreInMilliseconds) {
  EXPECT_EQ(seconds_text(250), "250ms");
  EXPECT_EQ(seconds_text(60000), "60s");
  EXPECT_EQ(seconds_text(15218), "15.218s");
  EXPECT_EQ(seconds_text(95134), "1m35.134s");
  EXPECT_EQ(seconds_text(3600000), "60m");
  EXPECT_EQ(seconds_text(5400000), "1h30m");
  EXPECT_EQ(seconds_text(90061001), "1d1h1m1.001s");
  EXPECT_EQ(seconds_text(1005), "1.005s");
}

TEST(SectionList, TextHasTheOptionsOnlyByName) {
  std::string prefix;
  for (const std::string_view word : {"all", "summary", "default"}) {
    Sections sections = Sections::none();
    ASSERT_TRUE(apply_section_list(word, true, cli::OutputFormat::kText, sections, prefix));
    EXPECT_FALSE(sections.has(Section::kOptions)) << word;
    EXPECT_TRUE(sections.has(Section::kDc)) << word;
  }
  Sections sections = Sections::none();
  ASSERT_TRUE(apply_section_list("all", true, cli::OutputFormat::kHtml, sections, prefix));
  EXPECT_TRUE(sections.has(Section::kOptions));
}

}  // namespace
}  // namespace systole::crmd::monitor
