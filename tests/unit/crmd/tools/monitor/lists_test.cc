// The lists of nodes and resources, in all their forms.

#include "tests/unit/crmd/tools/monitor/status_page.h"

namespace systole::crmd::monitor {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(StatusPage, NodesAreGroupedByState) {
  EXPECT_THAT(text(), HasSubstr("Node List:\n  * Online: [ alpha ]\n  * OFFLINE: [ beta ]\n"));
}

TEST_F(StatusPage, InactiveResourcesAreShownOnRequestOnly) {
  EXPECT_THAT(text(), Not(HasSubstr("idle")));
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * idle\t(ocf:heartbeat:Dummy):\t Stopped\n"));
}

TEST_F(StatusPage, BriefByNodeLeavesOutNodesWhereNothingRuns) {
  settings_.view.by_node = true;
  EXPECT_THAT(text(), HasSubstr("Node beta: OFFLINE"));
  settings_.view.list.brief = true;
  EXPECT_THAT(text(), Not(HasSubstr("beta")));
}

TEST_F(StatusPage, BriefCountsTheMembersOfAGroupByThemselves) {
  settings_.view.list.brief = true;
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * Resource Group: pair:\n"
                                "    * 0/2\t(ocf:heartbeat:Dummy):\tActive\n"));
}

TEST_F(StatusPage, BriefCountsPrimitivesByAgentAndNode) {
  settings_.view.list.brief = true;
  EXPECT_THAT(text(), HasSubstr("Active Resources:\n  * 1\t(ocf:heartbeat:nginx):\tActive alpha\n"
                                "  * Clone Set: all [one]:\n"));
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * 0/1\t(ocf:heartbeat:Dummy):\tActive\n"
                                "  * 1/1\t(ocf:heartbeat:nginx):\tActive alpha\n"));
}

TEST_F(StatusPage, BriefTellsThatNothingIsActive) {
  cib_.root().first_child("status").remove_children();
  settings_.view.list.brief = true;
  EXPECT_THAT(text(), HasSubstr("Active Resources:\n  * No active resources\n"));
}

TEST_F(StatusPage, BriefCountsWhatIsNotConfiguredAnyMoreWithEverything) {
  report("gone", result_of("gone_stop_0", "stop", 3, 0));
  settings_.view.list.brief = true;
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * 0/2\t(ocf:heartbeat:Dummy):\tActive\n"));
}

TEST_F(StatusPage, BriefByNodeHasALineForEachNodeOfWhatIsActiveTwice) {
  const auto state = xml::Document::parse(
      base::cat(R"(<node_state id="3" uname="gamma" in_ccm="true" crmd="online" join="member" )"
                R"(expected="member"><lrm id="3"><lrm_resources>)"
                R"(<lrm_resource id="web" class="ocf" provider="heartbeat" type="nginx">)",
                result_of("web_start_0", "start", 2, 0),
                "</lrm_resource></lrm_resources></lrm></node_state>"));
  ASSERT_TRUE(state);
  cib_.root().first_child("status").append_copy(state->root());
  configure("nodes", R"(<node id="3" uname="gamma"/>)");
  settings_.view.by_node = true;
  settings_.view.list.brief = true;
  EXPECT_THAT(text(), HasSubstr("  * Node gamma: online:\n    * Resources:\n"
                                "      * 1\t(ocf:heartbeat:nginx):\tActive \n"
                                "      * 1\t(ocf:heartbeat:nginx):\tActive \n"));
}

TEST_F(StatusPage, AGroupThatIsDownHidesNoMembers) {
  configure(
      "resources",
      R"(<clone id="groups"><meta_attributes id="m"><nvpair id="n" name="clone-max" value="2"/>)"
      R"(</meta_attributes><group id="team"><primitive id="player" class="ocf" )"
      R"(provider="heartbeat" type="Dummy"/></group></clone>)");
  report("player", result_of("player_start_0", "start", 12, 0));
  settings_.view.list.brief = true;
  settings_.view.list.detail = true;
  EXPECT_THAT(
      text(),
      HasSubstr("    * Resource Group: team:0:\n      * 1/1\t(ocf:heartbeat:Dummy):\tActive "
                "alpha\n    * Resource Group: team:1:\n      * 0/1\t"));
  settings_.view.list.brief = false;
  EXPECT_THAT(text(), Not(HasSubstr("team:1")));
}

TEST_F(StatusPage, InDetailEachInstanceIsListedWhetherItRunsOrNot) {
  settings_.view.list.detail = true;
  EXPECT_THAT(text(), HasSubstr("  * Clone Set: all [one]:\n"
                                "    * one\t(ocf:heartbeat:Dummy):\t Started alpha\n"
                                "    * one\t(ocf:heartbeat:Dummy):\t Stopped\n"));
}

TEST_F(StatusPage, InDetailGuestsNameTheirHostAndHaveAConnection) {
  configure("resources",
            R"(<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain">)"
            R"(<meta_attributes id="vm-m"><nvpair id="vm-r" name="remote-node" )"
            R"(value="guest"/></meta_attributes></primitive>)");
  settings_.view.list.detail = true;
  EXPECT_THAT(text(), HasSubstr("  * GuestNode guest@: OFFLINE\n"));
  report("vm", result_of("vm_start_0", "start", 12, 0));
  report("guest", result_of("guest_start_0", "start", 13, 0));
  EXPECT_THAT(text(), HasSubstr("  * GuestNode guest@alpha: online\n"));
  EXPECT_THAT(text(), HasSubstr("  * guest\t(ocf:pacemaker:remote):\t Started alpha\n"));
  settings_.view.list.detail = false;
  EXPECT_THAT(text(), Not(HasSubstr("ocf:pacemaker:remote")));
  settings_.view.list.brief = true;
  EXPECT_THAT(text(), HasSubstr("  * 1\t(ocf:pacemaker:remote):\tActive alpha\n"));
}

TEST_F(StatusPage, InDetailABundleIsListedPartByPart) {
  configure("resources", R"(<bundle id="box"><docker image="i" replicas="1"/></bundle>)");
  configure("resources", R"(<bundle id="set"><docker image="i" replicas="2"/></bundle>)");
  settings_.view.list.detail = true;
  settings_.view.list.inactive = true;
  const std::string page = text();
  EXPECT_THAT(page, HasSubstr("  * Container bundle: box [i]:\n"
                              "      * box-docker-0\t(ocf:heartbeat:docker):\t Stopped\n"));
  EXPECT_THAT(page, HasSubstr("  * Container bundle set: set [i]:\n    * Replica[0]\n"
                              "      * set-docker-0\t(ocf:heartbeat:docker):\t Stopped\n"
                              "    * Replica[1]\n"));
}

TEST_F(StatusPage, ResourcesOfANodeComeInTheOrderInWhichTheyWereFound) {
  report("right", result_of("right_start_0", "start", 12, 0));
  report("left", result_of("left_start_0", "start", 13, 0));
  report("right", result_of("right_start_0", "start", 14, 0));
  settings_.view.by_node = true;
  EXPECT_THAT(text(), HasSubstr("      * right\t(ocf:heartbeat:Dummy):\t Started\n"
                                "      * left\t(ocf:heartbeat:Dummy):\t Started\n"));
}

TEST_F(StatusPage, XmlByNodeListsTheRestBelowTheResources) {
  settings_.view.by_node = true;
  const std::string xml = as_xml();
  EXPECT_THAT(xml, HasSubstr("  <resources>\n    <resource id=\"idle\""));
  EXPECT_THAT(xml, HasSubstr("      <resource id=\"web\""));
  EXPECT_THAT(xml, Not(HasSubstr("\n    <resource id=\"web\"")));
}

TEST_F(StatusPage, ClonesNameTheNodesOfTheirInstances) {
  settings_.view.list.inactive = true;
  EXPECT_THAT(text(), HasSubstr("  * Clone Set: all [one]:\n    * Started: [ alpha ]\n"
                                "    * Stopped: [ beta ]\n"));
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

constexpr std::string_view kGamma =
    R"(<node_state id="3" uname="gamma" in_ccm="true" crmd="online" )"
    R"(join="member" expected="member"><lrm id="3"><lrm_resources>)";
constexpr std::string_view kGammaEnd = "</lrm_resources></lrm></node_state>";

std::string entry_of(std::string_view resource) {
  return base::cat("<lrm_resource id=\"", resource,
                   "\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\">",
                   result_of(base::cat(resource, "_start_0"), "start", 2, 0), "</lrm_resource>");
}

class ThreeNodePage : public StatusPage {
 protected:
  ThreeNodePage() {
    configure("nodes", R"(<node id="3" uname="gamma"/>)");
    const auto state = xml::Document::parse(base::cat(kGamma, entry_of("one"), kGammaEnd));
    cib_.root().first_child("status").append_copy(state->root());
  }
};

TEST_F(ThreeNodePage, AskedForOneNodeLeavesOutInstancesElsewhere) {
  settings_.view.list.inactive = true;
  settings_.view.list.detail = true;
  settings_.node = "gamma";
  EXPECT_THAT(text(), HasSubstr("    * one\t(ocf:heartbeat:Dummy):\t Started gamma\n"));
  EXPECT_THAT(text(), Not(HasSubstr("alpha\n")));
  EXPECT_THAT(as_xml(), Not(HasSubstr("<node name=\"alpha\"")));
}

TEST_F(ThreeNodePage, ByNodeWhatIsLeftIsNotLimitedToTheNode) {
  settings_.view.list.inactive = true;
  settings_.view.by_node = true;
  settings_.node = "beta";
  EXPECT_THAT(text(), HasSubstr("Inactive Resources:\n"));
  EXPECT_THAT(text(), HasSubstr("  * Clone Set: all [one]:\n    * Stopped: [ beta ]\n"));
}

TEST_F(StatusPage, AskedForAMemberShowsItsGroupWithThatAlone) {
  settings_.view.list.inactive = true;
  settings_.resource = "left";
  EXPECT_THAT(text(), HasSubstr("  * Resource Group: pair:\n    * left\t"));
  EXPECT_THAT(text(), Not(HasSubstr("* right")));
  settings_.view.list.brief = true;
  EXPECT_THAT(text(), HasSubstr("    * 0/1\t(ocf:heartbeat:Dummy):\tActive\n"));
}

TEST_F(StatusPage, AskedForAMemberOfAClonedGroupShowsAllOfIt) {
  configure("resources",
            R"(<clone id="groups"><group id="team"><primitive id="player" class="ocf" )"
            R"(provider="heartbeat" type="Dummy"/><primitive id="bench" class="ocf" )"
            R"(provider="heartbeat" type="Dummy"/></group></clone>)");
  settings_.view.list.inactive = true;
  settings_.view.list.detail = true;
  settings_.resource = "player";
  EXPECT_THAT(text(), HasSubstr("      * bench\t(ocf:heartbeat:Dummy):\t Stopped\n"));
}

TEST_F(StatusPage, TheNameOfInstancesThatDifferMeansTheFirst) {
  configure("resources",
            R"(<clone id="own"><meta_attributes id="m"><nvpair id="u" name="globally-unique" )"
            R"(value="true"/></meta_attributes><primitive id="lane" class="ocf" )"
            R"(provider="heartbeat" type="Dummy"/></clone>)");
  settings_.view.list.inactive = true;
  settings_.resource = "lane";
  EXPECT_THAT(text(), HasSubstr("* lane:0\t"));
  EXPECT_THAT(text(), Not(HasSubstr("lane:1")));
  settings_.resource = "lane:1";
  EXPECT_THAT(text(), HasSubstr("* lane:1\t"));
  EXPECT_THAT(text(), Not(HasSubstr("lane:0")));
}

TEST_F(StatusPage, AskedForAPartOfABundleShowsItsReplicaPartByPart) {
  configure("resources", R"(<bundle id="set"><docker image="i" replicas="2"/><network )"
                         R"(ip-range-start="10.0.0.1"/></bundle>)");
  settings_.view.list.inactive = true;
  settings_.resource = "set-docker-1";
  EXPECT_THAT(text(), HasSubstr("  * Container bundle set: set [i]:\n    * Replica[1]\n"
                                "      * set-docker-1\t(ocf:heartbeat:docker):\t Stopped\n"));
  EXPECT_THAT(text(), Not(HasSubstr("Replica[0]")));
  EXPECT_THAT(as_xml(), Not(HasSubstr("<replica id=\"0\"")));
}

TEST_F(StatusPage, BansAreThoseOfWhatWasAskedFor) {
  configure("constraints",
            R"(<rsc_location id="apart" rsc="pair" node="beta" score="-INFINITY"/>)");
  settings_.view.sections.set(Section::kBans);
  settings_.resource = "left";
  EXPECT_THAT(text(), Not(HasSubstr("apart")));
  settings_.resource = "pair";
  EXPECT_THAT(text(), HasSubstr("  * apart\tprevents pair from running on beta\n"));
  EXPECT_THAT(text(), Not(HasSubstr("never")));
}

TEST_F(StatusPage, HtmlByNodeHasTheResourcesInTheItemOfTheStatus) {
  settings_.view.by_node = true;
  EXPECT_THAT(html(), HasSubstr("<span>Status:</span><span class=\"online\"> online</span><li>\n"
                                "<h3>Resources</h3>\n<ul>\n"));
  EXPECT_THAT(html(), HasSubstr("<span>Status:</span><span class=\"offline\"> OFFLINE</span>\n"
                                "</li></ul>"));
}

}  // namespace
}  // namespace systole::crmd::monitor
