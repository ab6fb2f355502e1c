#include "crmd/shell/start_state.h"

#include <gtest/gtest.h>

namespace systole::crmd {
namespace {

TEST(StartState, StandbyAndOnlineAreWrittenAtTheNode) {
  const auto standby = start_state_request("standby", NodeNumber(2), "node2");
  ASSERT_TRUE(standby);
  EXPECT_EQ(standby->operation, "cib_modify");
  EXPECT_EQ(standby->section, "nodes");
  EXPECT_EQ(
      standby->input,
      R"(<node id="2" uname="node2"><instance_attributes id="nodes-2">)"
      R"(<nvpair id="nodes-2-standby" name="standby" value="on"/></instance_attributes></node>)");
  const auto online = start_state_request("Online", NodeNumber(2), "node2");
  ASSERT_TRUE(online);
  EXPECT_NE(online->input.find("value=\"off\""), std::string::npos);
}

TEST(StartState, OtherWordsChangeNothing) {
  EXPECT_FALSE(start_state_request("default", NodeNumber(2), "node2"));
  EXPECT_FALSE(start_state_request("", NodeNumber(2), "node2"));
}

}  // namespace
}  // namespace systole::crmd
