#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

std::string inside(const std::string& id, const std::string& container) {
  return primitive(id, meta("container", container));
}

TEST(Launchers, ThatAreInOneAnother_AreTakenForOneInsideTheOther) {
  Cluster cluster;
  cluster.resources = base::cat(inside("x", "z"), inside("y", "x"), inside("z", "y"));
  cluster.history_a = history("x", done("x", "start", 1)) + history("y", done("y", "start", 2)) +
                      history("z", done("z", "start", 3));
  const Planned planned = plan_for(cluster);
  int outermost = 0;
  for (const char* id : {"x", "y", "z"}) outermost += planned.resource(id).launcher ? 0 : 1;
  EXPECT_EQ(outermost, 1);
}

TEST(Launchers, OfARemovedResource_AreNeverItself) {
  Cluster cluster;
  cluster.history_a =
      "<lrm_resource id='g' class='ocf' provider='pacemaker' type='remote' container='g'>" +
      done("g", "start", 1) + "</lrm_resource>";
  const Planned planned = plan_for(cluster);
  EXPECT_FALSE(planned.resource("g").launcher);
  EXPECT_TRUE(planned.does("g_stop_0", "a"));
}

}  // namespace
}  // namespace systole::policy
