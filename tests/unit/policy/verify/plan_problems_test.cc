#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "policy/verify/problem.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Texts = std::vector<std::string>;

enum class Faults { kIncluded, kLeftOut };

void add(const std::vector<Problem>& problems, Texts& texts, Faults faults) {
  for (const Problem& problem : problems) {
    if (faults == Faults::kIncluded || !problem.is_fault) texts.push_back(problem.text);
  }
}

/// What is told of a cluster's state and of the plan for it.
Texts told(const Planned& planned, Faults faults = Faults::kIncluded) {
  Texts texts;
  add(find_status_problems(*planned.plan.status), texts, faults);
  add(find_plan_problems(planned.plan), texts, faults);
  add(find_fencing_problems(planned.plan), texts, faults);
  return texts;
}

const std::string kFencing = nvpair("fencing-enabled", "true");
const std::string kDevice = "<primitive id='device' class='stonith' type='fence_x'/>";

/// A cluster with fencing whose node b is recorded with `attributes`.
std::string with_state_of_b(Cluster cluster, const std::string& attributes) {
  cluster.resources += kDevice;
  std::string xml = cluster.xml();
  const std::string off = "name='stonith-enabled' value='false'";
  xml.replace(xml.find(off), off.size(), "name='stonith-enabled' value='true'");
  const std::string recorded =
      "uname='b' in_ccm='true' crmd='online' join='member' expected='member'";
  xml.replace(xml.find(recorded), recorded.size(), attributes);
  return xml;
}

TEST(PlanProblems, AQuietClusterHasNone) {
  EXPECT_THAT(told(plan_for(Cluster{.resources = primitive("web")})), IsEmpty());
}

TEST(PlanProblems, ALostNodeIsUnclean_AndWillBeFenced) {
  const std::string lost = "uname='b' in_ccm='false' crmd='offline' expected='member'";
  EXPECT_THAT(told(plan_for(with_state_of_b({}, lost))),
              ElementsAre("Cluster node b will be fenced: peer is no longer part of the cluster",
                          "b is unclean", "Scheduling node b for fencing"));
  EXPECT_THAT(told(plan_for(with_state_of_b({.quorate = false}, lost))),
              ElementsAre("Cluster node b is unclean: peer is no longer part of the cluster",
                          "b is unclean", "Node b is unclean but cannot be fenced"));
}

TEST(PlanProblems, ANodeWhoseResourceFailedIsFencedForThat_AndNotUncleanByItself) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.history_b = history("web", done("web", "start", 1) + done("web", "stop", 2, 1));
  const Texts texts =
      told(plan_for(with_state_of_b(cluster,
                                    "uname='b' in_ccm='true' crmd='online' join='member' "
                                    "expected='member'")),
           Faults::kIncluded);
  EXPECT_THAT(texts, Contains("Cluster node b will be fenced: web failed there"));
  EXPECT_THAT(texts, ::testing::Not(Contains("b is unclean")));
}

TEST(PlanProblems, WithoutFencingALostNodeEndangersTheData) {
  std::string xml = Cluster{}.xml();
  const std::string recorded = "uname='b' in_ccm='true' crmd='online'";
  xml.replace(xml.find(recorded), recorded.size(), "uname='b' in_ccm='true' crmd='offline'");
  EXPECT_THAT(told(plan_for(xml)),
              ElementsAre("Cluster node b is unclean: peer is unexpectedly down", "b is unclean",
                          "Node b is unclean but cannot be fenced",
                          HasSubstr("Resource functionality and data integrity cannot be")));
}

TEST(PlanProblems, StatesOfNoNodeAreIgnored) {
  std::string xml = Cluster{}.xml();
  xml.insert(xml.find("</status>"),
             "<node_state id='9' uname='gone'/><node_state id='8'/>"
             "<node_state uname='idless'/>");
  EXPECT_THAT(told(plan_for(xml)),
              ElementsAre("Ignoring recorded node state for 'gone' because it is no longer in the "
                          "configuration",
                          "Ignoring malformed node_state entry without uname",
                          "Ignoring malformed node_state entry without id"));
}

TEST(PlanProblems, WhatFailedTooOftenIsKeptOff_WhichIsNoFault) {
  Cluster cluster;
  cluster.resources = primitive("web", meta("migration-threshold", "2"));
  cluster.attributes_a = nvpair("fail-count-web#start_0", "3");
  EXPECT_THAT(told(plan_for(cluster), Faults::kLeftOut),
              ElementsAre("web cannot run on a due to reaching migration threshold (clean up "
                          "resource to allow again)| failures=3 migration-threshold=2"));
}

TEST(PlanProblems, WhatRunsTwiceIsSaidWithItsFate) {
  const auto with_choice = [](const std::string& choice) {
    Cluster cluster;
    cluster.resources = primitive("web", meta("multiple-active", choice));
    cluster.history_a = history("web", done("web", "start", 1));
    cluster.history_b = history("web", done("web", "start", 1));
    return told(plan_for(cluster), Faults::kLeftOut);
  };
  const std::string twice = "ocf resource web might be active on 2 nodes ";
  EXPECT_THAT(with_choice("stop_start"), ElementsAre(twice + "(attempting recovery)"));
  EXPECT_THAT(with_choice("stop_only"), ElementsAre(twice + "(shutting it down)"));
  EXPECT_THAT(with_choice("block"), ElementsAre(twice + "(waiting for an administrator)"));
  EXPECT_THAT(with_choice("stop_unexpected"),
              ElementsAre(twice + "(stopping unexpected instances)"));
}

TEST(PlanProblems, ActionsOfAbsentNodesCannotBeDone) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.history_b = history("web", done("web", "start", 1));
  EXPECT_THAT(told(plan_for(with_state_of_b(
                  cluster, "uname='b' in_ccm='false' crmd='offline' expected='member'"))),
              Contains("web_stop_0 on b is unrunnable (node is offline)"));
  EXPECT_THAT(
      told(plan_for(with_state_of_b({.resources = primitive("web")},
                                    "uname='b' in_ccm='true' crmd='offline' expected='down'"))),
      Contains("Action web_monitor_0 on b is unrunnable (node is pending)"));
}

TEST(PlanProblems, TwoOperationsOfOneNameAndIntervalAreAnError) {
  const std::string operations =
      "<operations><op id='o1' name='monitor' interval='10'/>"
      "<op id='o2' name='monitor' interval='10s'/></operations>";
  const std::string text =
      "Operation o2 is duplicate of o1 (do not use same name and interval combination more than "
      "once per resource)";
  EXPECT_THAT(told(plan_for(Cluster{.resources = primitive("web", operations)})),
              ElementsAre(text, text));
  // Both instances of a promotable clone are looked at twice.
  const Texts promotable =
      told(plan_for(Cluster{.resources = "<clone id='c'>" + meta("promotable", "true") +
                                         primitive("web", operations) + "</clone>"}));
  EXPECT_EQ(promotable.size(), 8U);
  EXPECT_THAT(promotable, Each(text));
}

TEST(PlanProblems, AFateThatAnActionCannotHaveIsAnError) {
  const auto of_operation = [](const std::string& attributes) {
    Cluster cluster;
    cluster.resources = primitive("p", "<operations><op id='o' " + attributes + "/></operations>");
    cluster.properties = nvpair("stop-all-resources", "true");
    cluster.history_a = history("p", done("p", "start", 1));
    cluster.history_b = history("p", done("p", "monitor", 1, 7, 7));
    return told(plan_for(cluster));
  };
  for (const std::string fate : {"demote", "stop", "standby"}) {
    EXPECT_THAT(of_operation("name='stop' interval='0' on-fail='" + fate + "'"),
                ElementsAre("Resetting 'on-fail' for p stop action to default value because '" +
                            fate + "' is not allowed for stop"));
  }
  EXPECT_THAT(of_operation("name='stop' interval='0' on-fail='block'"), IsEmpty());
  EXPECT_THAT(of_operation("name='stop' interval='0' on-fail='foo'"),
              ElementsAre("Resource p: Unknown failure type (foo)"));
  EXPECT_THAT(of_operation("name='stop' interval='0' on-fail='fence'"),
              ElementsAre("Resetting 'on-fail' for operation 'p_stop_0' to 'stop' because 'fence' "
                          "is not valid when fencing is disabled"));
}

TEST(PlanProblems, OnlyWhatIsPromotedCanBeDemotedForAFailure) {
  const auto of_operation = [](const std::string& attributes) {
    const std::string operations = "<operations><op id='o' " + attributes + "/></operations>";
    return told(plan_for(Cluster{.resources = "<clone id='c'>" + meta("promotable", "true") +
                                              primitive("p", operations) + "</clone>",
                                 .constraints = "<rsc_location id='l' rsc='c' node='a' score='10' "
                                                "role='Promoted'/>"}));
  };
  for (const std::string operation :
       {"name='start' interval='0'", "name='monitor' interval='10s' role='Slave'",
        "name='monitor' interval='0' role='Promoted'"}) {
    EXPECT_THAT(of_operation(operation + " on-fail='demote'"),
                Contains(HasSubstr("because 'demote' is not allowed for it")))
        << operation;
  }
  for (const std::string operation :
       {"name='promote' interval='0'", "name='monitor' interval='10s' role='Master'"}) {
    EXPECT_THAT(of_operation(operation + " on-fail='demote'"), IsEmpty()) << operation;
  }
}

TEST(PlanProblems, AFailureThatBlocksDoesNotExpire) {
  Cluster cluster;
  cluster.resources =
      primitive("web", meta("failure-timeout", "60s") +
                           "<operations><op id='o' name='start' interval='0' on-fail='block'/>"
                           "</operations>");
  cluster.history_a = history("web", done("web", "start", 1, 1));
  EXPECT_THAT(told(plan_for(cluster)),
              Contains("Ignoring failure timeout 60 for web because it conflicts with "
                       "on-fail=block"));
}

TEST(PlanProblems, AFailureThatIsIgnoredCountsAsASuccess) {
  Cluster cluster;
  cluster.resources = primitive(
      "web", "<operations><op id='o' name='start' interval='0' on-fail='ignore'/></operations>");
  cluster.history_a = history("web", done("web", "start", 1, 1));
  EXPECT_THAT(told(plan_for(cluster)),
              ElementsAre("Pretending failed start (error) of web on a at unknown time succeeded "
                          "| rc=1 id=web_start_0"));
}

TEST(PlanProblems, ALostTicketFencesTheNode) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints = "<rsc_ticket id='t' rsc='web' ticket='T' loss-policy='fence'/>";
  cluster.history_b = history("web", done("web", "start", 1));
  EXPECT_THAT(told(plan_for(with_state_of_b(cluster,
                                            "uname='b' in_ccm='true' crmd='online' join='member' "
                                            "expected='member'"))),
              Contains("Cluster node b will be fenced: deadman ticket was lost"));
}

TEST(PlanProblems, WhatRunsAndIsNotConfiguredIsToldWithItsNode) {
  Cluster cluster;
  cluster.history_a = history("old", done("old", "start", 1));
  EXPECT_THAT(told(plan_for(cluster)), ElementsAre("Detected active orphan old running on a"));
}

}  // namespace
}  // namespace systole::policy
