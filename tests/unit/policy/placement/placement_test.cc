#include "policy/placement/placement.h"

#include <gtest/gtest.h>

#include "policy/placement/glib_order.h"
#include "policy/status/queries.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

int score(const Planned& planned, const std::string& rsc, const std::string& node) {
  const Status& status = *planned.plan.status;
  return planned.plan.placement->tables
      .at(*find_resource(status, rsc), status.node_by_name.at(node))
      .score.value();
}

std::string place_of(const Planned& planned, const std::string& rsc) {
  const auto node = planned.placed(rsc).node;
  return node ? std::string(planned.plan.status->node(*node).name) : "";
}

std::string location(const std::string& rsc, const std::string& node, const std::string& value) {
  return "<rsc_location id='l-" + rsc + node + "' rsc='" + rsc + "' node='" + node + "' score='" +
         value + "'/>";
}

std::string together(const std::string& rsc, const std::string& with, const std::string& value) {
  return "<rsc_colocation id='c-" + rsc + with + "' rsc='" + rsc + "' with-rsc='" + with +
         "' score='" + value + "'/>";
}

TEST(Location, ByPattern_CoversMatchingResources) {
  Cluster cluster;
  cluster.resources = primitive("web1") + primitive("db1");
  cluster.constraints =
      "<rsc_location id='l' rsc-pattern='^web' node='a' score='-INFINITY'/>"
      "<rsc_location id='m' rsc-pattern='!^web' node='b' score='-INFINITY'/>";
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(place_of(planned, "web1"), "b");
  EXPECT_EQ(place_of(planned, "db1"), "a");
}

TEST(Location, OfAGroup_LivesInItsFirstMember) {
  Cluster cluster;
  cluster.resources = "<group id='g'>" + primitive("one") + primitive("two") + "</group>";
  cluster.constraints = location("g", "b", "50");
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(score(planned, "g", "b"), 50);
  EXPECT_EQ(score(planned, "one", "b"), 50);
  EXPECT_EQ(score(planned, "two", "b"), 0);
  EXPECT_EQ(place_of(planned, "two"), "b");
}

TEST(Preferences, ReachPrimariesAlongAChain) {
  Cluster cluster;
  cluster.resources = primitive("x") + primitive("y") + primitive("z");
  cluster.constraints = together("x", "y", "500") + together("y", "z", "200000") +
                        location("x", "a", "100") + location("x", "b", "-1000");
  const Planned planned = plan_for(cluster);
  // Scaled down to nothing, a preference still counts for one, with the sign of its factor.
  EXPECT_EQ(score(planned, "z", "a"), 1);
  EXPECT_EQ(score(planned, "z", "b"), 1);
}

TEST(Preferences, OfAnAntiColocatedDependentWithOneHome_Count) {
  Cluster cluster;
  cluster.resources = primitive("p") + primitive("d");
  cluster.constraints =
      together("d", "p", "-100") + location("p", "a", "50") + location("d", "b", "-INFINITY");
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(score(planned, "p", "b"), 100);
  EXPECT_EQ(place_of(planned, "p"), "b");
  EXPECT_EQ(place_of(planned, "d"), "a");
}

TEST(Colocation, InALoop_IsSurvived) {
  Cluster cluster;
  cluster.resources = primitive("one") + primitive("two");
  cluster.constraints = together("one", "two", "INFINITY") + together("two", "one", "INFINITY");
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(place_of(planned, "one"), place_of(planned, "two"));
}

TEST(Reasons, NameTheConstraintBehindAScore) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints = location("web", "b", "77");
  const Planned planned = plan_for(cluster);
  bool found = false;
  const RscId web = planned.plan.status->by_id.at("web");
  for (const ScoreEntry& entry : planned.plan.placement->ledger.entries_of(web)) {
    found = found || (entry.why.cause == ScoreCause::kLocation && entry.why.detail == "l-webb" &&
                      entry.amount == base::Score(77));
  }
  EXPECT_TRUE(found);
}

TEST(UnknownResources, InConstraints_AreIgnored) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints = location("none", "a", "INFINITY") + together("web", "none", "INFINITY") +
                        "<rsc_order id='o' first='none' then='web'/>";
  EXPECT_EQ(place_of(plan_for(cluster), "web"), "a");
}

TEST(Utilization, FillsNodesByTheirCapacity) {
  Cluster cluster;
  cluster.properties = nvpair("placement-strategy", "utilization");
  const auto sized = [](const std::string& id, const std::string& cpu) {
    return primitive(id, "<utilization id='u-" + id + "'>" + nvpair("cpu", cpu) + "</utilization>");
  };
  cluster.resources = sized("big", "3") + sized("small", "2");
  std::string xml = cluster.xml();
  const std::string node = "<node id='a' uname='a'/>";
  xml.replace(xml.find(node), node.size(),
              "<node id='a' uname='a'><utilization id='ua'>" + nvpair("cpu", "2") +
                  "</utilization></node>");
  const std::string other = "<node id='b' uname='b'/>";
  xml.replace(xml.find(other), other.size(),
              "<node id='b' uname='b'><utilization id='ub'>" + nvpair("cpu", "3") +
                  "</utilization></node>");
  const Planned planned = plan_for(xml);
  EXPECT_EQ(place_of(planned, "big"), "b");
  EXPECT_EQ(place_of(planned, "small"), "a");
}

TEST(GlibOrder, IsThatOfItsHashTables) {
  EXPECT_EQ(glib_order({"n1", "n2", "n3"}).front(), "n2");
  EXPECT_EQ(glib_order({"alpha", "beta", "gamma"}).front(), "alpha");
  EXPECT_EQ(glib_order({"a", "b", "z9"}).front(), "b");
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("node" + std::to_string(i));
  EXPECT_EQ(glib_order(std::vector<model::Text>(names.begin(), names.end())).size(), 100u);
}

}  // namespace
}  // namespace systole::policy
