#include "policy/status/copies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

using base::cat;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Status with_nodes(std::size_t count) {
  Status status;
  status.nodes.resize(count);
  return status;
}

std::string clone(const std::string& id, const std::string& max, const std::string& inner) {
  return cat("<clone id='", id, "'>", meta("clone-max", max), inner, "</clone>");
}

std::size_t instances_of(const Planned& planned, const std::string& id) {
  return planned.resource(id).children.size();
}

TEST(Copies, OfAUsualCount_AreAllMadeAndLeaveRoomForOthers) {
  Status status = with_nodes(4);
  EXPECT_EQ(allow_copies(status, RscId(0), {.count = 4, .useful = 4}), 4);
  EXPECT_EQ(status.spare_resources, 0);
  EXPECT_EQ(allow_copies(status, RscId(0), {.count = 10, .useful = 4}), 10);
  EXPECT_EQ(status.spare_resources, 6);
  EXPECT_THAT(status.curtailed, IsEmpty());
}

TEST(Copies, OfMoreThanAnyClusterRuns_AreNotAllMade) {
  Status status = with_nodes(4);
  EXPECT_EQ(allow_copies(status, RscId(7), {.count = 1 << 30, .useful = 4}), kMostCopies);
  EXPECT_THAT(status.curtailed, ElementsAre(RscId(7)));
}

TEST(Copies, OneForEachNode_AreMadeHoweverManyNodesThereAre) {
  Status status = with_nodes(2 * kMostCopies);
  const int nodes = 2 * kMostCopies;
  EXPECT_EQ(allow_copies(status, RscId(0), {.count = 1 << 30, .useful = nodes}), nodes);
}

TEST(Copies, OfManyClones_ShareWhatIsSpareByTheirSize) {
  Status status = with_nodes(0);
  const WantedCopies large{.count = kMostCopies, .useful = 2, .members = 8};
  EXPECT_EQ(allow_copies(status, RscId(0), large), 2 + kMostSpareResources / 8);
  EXPECT_EQ(allow_copies(status, RscId(1), large), 2);
}

TEST(Copies, OfAClone_AreBoundedAndThePlanGoesOn) {
  Cluster cluster;
  cluster.resources = clone("c", "4294967296", primitive("fs"));
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(instances_of(planned, "c"), static_cast<std::size_t>(kMostCopies));
  EXPECT_TRUE(planned.does("fs:0_start_0", "a"));
  EXPECT_TRUE(planned.does("fs:1_start_0", "b"));
}

TEST(Copies, OfBundles_AreOneForEachNodeAtLeast) {
  Cluster cluster;
  for (int i = 0; i < 4; ++i) {
    cluster.resources +=
        cat("<bundle id='b", i, "'><docker image='i' replicas='900'/>", "</bundle>");
  }
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(planned.resource("b0").bundle.replicas.size(), static_cast<std::size_t>(kMostCopies));
  EXPECT_EQ(planned.resource("b2").bundle.replicas.size(), 2u);
  EXPECT_EQ(planned.resource("b3").bundle.replicas.size(), 2u);
}

TEST(Copies, OfABundleWithANode_AreNoReasonForMoreOfTheNextBundle) {
  Cluster cluster;
  for (const char* id : {"b0", "b1", "b2"}) {
    cluster.resources += cat("<bundle id='", id, "'><docker image='i' replicas='900'/>",
                             "<network control-port='1'/>", primitive(cat(id, "-p")), "</bundle>");
  }
  const Planned planned = plan_for(cluster);
  EXPECT_EQ(planned.resource("b2").bundle.replicas.size(), 2u);
}

/// Where replicas may not share a host, one starts there, and waits for the probes of all.
TEST(Copies, OfABundleThatShareNoHost_AreOrderedInTheMeasureOfTheirNumber) {
  Cluster cluster;
  cluster.resources = "<bundle id='b'><docker image='i' replicas='200'/></bundle>";
  const Planned planned = plan_for(cluster);
  EXPECT_LT(planned.plan.actions->relations.size(), 200u * 20);
  EXPECT_TRUE(planned.does("b-docker-0_start_0", "a"));
}

}  // namespace
}  // namespace systole::policy
