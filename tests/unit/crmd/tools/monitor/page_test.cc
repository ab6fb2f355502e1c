#include "crmd/tools/monitor/page.h"

#include "crmd/tools/monitor/interactive.h"
#include "tests/unit/crmd/tools/monitor/status_page.h"

namespace systole::crmd::monitor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

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

TEST_F(StatusPage, HtmlHasALineForEachNodeAndAClassForWhatIsWrong) {
  settings_.view.list.inactive = true;
  const std::string page = html();
  EXPECT_THAT(page, HasSubstr("<li>\n<span class=\"bold\">alpha:</span>"
                              "<span class=\"online\"> online</span>\n</li>\n"));
  EXPECT_THAT(page, HasSubstr("<span class=\"offline\"> OFFLINE</span>"));
  EXPECT_THAT(page, HasSubstr("<span class=\"rsc-failed\">idle"));
  EXPECT_THAT(page, HasSubstr("<h3>Clone Set: all [one]</h3>"));
}

TEST_F(StatusPage, RecordsTellTheTimesThatAreKnown) {
  settings_.view.list.detail = true;
  report("idle", result_of("idle_start_0", "start", 3, 1, R"(last-rc-change="1700000000")"));
  report("left", result_of("left_start_0", "start", 3, 1,
                           R"(last-rc-change="1700000000" exec-time="7" queue-time="0")"));
  EXPECT_THAT(text(), ::testing::ContainsRegex("idle_start_0 on .*last-rc-change='[^']*'\n"));
  EXPECT_THAT(text(), ::testing::ContainsRegex("left_start_0 on .*', queued=0ms, exec=7ms\n"));
}

TEST_F(StatusPage, AFailureIsToldOnceForItsNodeAndKey) {
  const std::string last = result_of("idle_start_0", "start", 3, 1);
  std::string kept = last;
  kept.replace(kept.find("idle_start_0"), 12, "idle_last_failure_0");
  report("idle", last + kept);
  const std::string page = text();
  const std::size_t first = page.find("* idle start on alpha");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(page.find("* idle start on alpha", first + 1), std::string::npos);
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
