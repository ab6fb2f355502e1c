#include "fencing/core/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace systole::fencing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

Device device(std::map<std::string, std::string> parameters) {
  Device made;
  made.id = "f1";
  made.agent = "fence_test";
  made.parameters = std::move(parameters);
  return made;
}

TEST(HostMap, TakesPortsListsAndEscapes) {
  EXPECT_THAT(parse_host_map("node1:1;node2:2,3"),
              ElementsAre(Pair("node1", "1"), Pair("node2", "2,3")));
  EXPECT_THAT(parse_host_map("node1=a\\;b;node2=c\\ d"),
              ElementsAre(Pair("node1", "a;b"), Pair("node2", "c d")));
  EXPECT_THAT(parse_host_map("node1:;:2;node3"), IsEmpty());
}

TEST(HostList, LeavesOutLinesThatSayInvalid) {
  EXPECT_THAT(parse_host_list("n1,vm one;n2\ninvalid entry\nn3\t n4\nvariable x\n"),
              ElementsAre("n1", "vm", "one", "n2", "n3", "n4"));
}

TEST(HostCheck, FollowsListsFirstThenTheAgent) {
  EXPECT_EQ(device({{"pcmk_host_list", "a b"}}).host_check(), HostCheck::kStaticList);
  EXPECT_EQ(device({{"pcmk_host_map", "a:1"}}).host_check(), HostCheck::kStaticList);
  EXPECT_EQ(device({{"pcmk_host_list", "a"}, {"pcmk_host_check", "none"}}).host_check(),
            HostCheck::kNone);
  Device plain = device({});
  EXPECT_EQ(plain.host_check(), HostCheck::kDynamicList);
  plain.capabilities.list = false;
  EXPECT_EQ(plain.host_check(), HostCheck::kStatus);
  plain.capabilities.status = false;
  EXPECT_EQ(plain.host_check(), HostCheck::kNone);
}

TEST(Device, KnowsTargetsWithoutCase) {
  EXPECT_TRUE(device({{"pcmk_host_list", "Node1 node2"}}).lists_target("node1"));
  EXPECT_EQ(device({{"pcmk_host_map", "Node1:7"}}).port_of("node1"), "7");
  EXPECT_EQ(device({}).port_of("node1"), "node1");
}

TEST(AgentInput, KeepsWhatIsForTheClusterBack) {
  const Device made = device({{"ipaddr", "10.0.0.1"},
                              {"pcmk_host_list", "n1"},
                              {"pcmk_off_timeout", "9s"},
                              {"provides", "unfencing"},
                              {"action", "reboot"}});
  EXPECT_THAT(made.agent_input(Action::kOff, {.name = "n1", .nodeid = 7}),
              ElementsAre(Pair("action", "off"), Pair("ipaddr", "10.0.0.1"), Pair("nodeid", "7"),
                          Pair("nodename", "n1"), Pair("port", "n1")));
}

TEST(AgentInput, NamesTheTargetAsTheAgentWantsIt) {
  Device made = device({{"pcmk_host_map", "n1:4"}});
  made.capabilities.plug = true;
  EXPECT_EQ(made.agent_input(Action::kOff, {.name = "n1", .nodeid = {}}).at("plug"), "4");
  made.parameters["pcmk_host_argument"] = "uuid";
  EXPECT_EQ(made.agent_input(Action::kOff, {.name = "n1", .nodeid = {}}).at("uuid"), "4");
  made.parameters["uuid"] = "fixed";
  EXPECT_EQ(made.agent_input(Action::kOff, {.name = "n1", .nodeid = {}}).at("uuid"), "fixed");
  made.parameters["uuid"] = "dynamic";
  EXPECT_EQ(made.agent_input(Action::kOff, {.name = "n1", .nodeid = {}}).at("uuid"), "4");
  made.parameters["pcmk_host_argument"] = "none";
  EXPECT_EQ(made.agent_input(Action::kOff, {.name = "n1", .nodeid = {}}).count("port"), 0u);
}

TEST(AgentInput, UsesTheUsersWordForAnAction) {
  EXPECT_EQ(device({{"pcmk_reboot_action", "cycle"}})
                .agent_input(Action::kReboot, {.name = "n1", .nodeid = {}})
                .at("action"),
            "cycle");
  Device no_reboot = device({{"pcmk_off_action", "powerdown"}});
  no_reboot.capabilities.reboot = false;
  EXPECT_EQ(no_reboot.agent_input(Action::kReboot, {.name = "n1", .nodeid = {}}).at("action"),
            "powerdown");
}

TEST(AgentInput, HasNoTarget_ForListAndMonitor) {
  EXPECT_THAT(device({}).agent_input(Action::kList, {.name = "n1", .nodeid = {}}),
              ElementsAre(Pair("action", "list")));
}

TEST(Delay, IsBasePlusRandomBelowTheMaximum) {
  const Device made = device({{"pcmk_delay_base", "2s"}, {"pcmk_delay_max", "5s"}});
  for (std::uint64_t random = 0; random < 10000; random += 7) {
    const milliseconds delay = made.delay_for("n1", random);
    EXPECT_GE(delay, milliseconds(2000));
    EXPECT_LT(delay, milliseconds(5000));
  }
}

TEST(Delay, CanDifferByTarget) {
  const Device made = device({{"pcmk_delay_base", "n1:1s;n2:5"}});
  EXPECT_EQ(made.delay_for("n1", 9), milliseconds(1000));
  EXPECT_EQ(made.delay_for("n2", 9), milliseconds(5000));
  EXPECT_EQ(made.delay_for("n3", 9), milliseconds(0));
}

TEST(Delay, BaseAboveTheMaximumIsCutToIt) {
  EXPECT_EQ(device({{"pcmk_delay_base", "9s"}, {"pcmk_delay_max", "3s"}}).delay_for("n1", 1),
            milliseconds(3000));
}

TEST(Limits, HaveDefaultsForBadText) {
  const Device made = device(
      {{"pcmk_off_timeout", "soon"}, {"pcmk_off_retries", "many"}, {"pcmk_action_limit", "x"}});
  EXPECT_EQ(made.timeout_of(Action::kOff, milliseconds(60000)), milliseconds(60000));
  EXPECT_EQ(made.tries_of(Action::kOff), 2);
  EXPECT_EQ(made.action_limit(), 1);
  EXPECT_EQ(device({{"pcmk_action_limit", "-1"}}).action_limit(), std::nullopt);
}

TEST(CheckDevice, RefusesAgentsThatArePaths) {
  Device made = device({});
  EXPECT_TRUE(check_device(made).ok());
  made.agent = "/bin/sh";
  EXPECT_FALSE(check_device(made).ok());
  made.agent = "../fence_x";
  EXPECT_FALSE(check_device(made).ok());
  made.agent = "";
  EXPECT_FALSE(check_device(made).ok());
}

}  // namespace
}  // namespace systole::fencing
