#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fencing/core/step.h"
#include "tests/unit/fencing/core/fake_cluster.h"

namespace systole::fencing::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Device with(Device device, const std::string& name, const std::string& value) {
  device.parameters[name] = value;
  return device;
}

AgentBehaviour fails(std::string reason = "no contact") {
  return {.duration = milliseconds(50),
          .result = failure(ExecutionStatus::kError, std::move(reason))};
}

TEST(Fencer, ReportsSuccess_OnlyAfterTheAgents) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.behave = [&](unsigned, const RunAgent& run) {
    EXPECT_THAT(cluster.replies, IsEmpty());
    EXPECT_EQ(run.input.at("action"), "off");
    EXPECT_EQ(run.input.at("port"), "n2");
    return AgentBehaviour();
  };
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
  EXPECT_EQ(cluster.replies[0].entry.delegate, "n1");
  EXPECT_EQ(cluster.replies[0].entry.state, OperationState::kDone);
}

TEST(Fencer, SaysNoDevice_WhenNobodyCanFenceTheTarget) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n9")}));
  cluster.run();
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_EQ(cluster.replies[0].entry.result.status, ExecutionStatus::kNoFenceDevice);
  EXPECT_LT(cluster.now, milliseconds(1000)) << "everybody answered, there is nothing to wait for";
  EXPECT_THAT(cluster.runs, IsEmpty());
}

TEST(Fencer, TriesAFailedAgentAgain_ThenFails) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent&) { return fails(); };
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(2));
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_EQ(cluster.replies[0].entry.state, OperationState::kFailed);
  EXPECT_THAT(cluster.replies[0].entry.result.reason, HasSubstr("no contact"));
}

TEST(Fencer, DoesNotTryAgain_WhenMostOfTheTimeIsGone) {
  FakeCluster cluster(1);
  cluster.start(1,
                make_configuration(2, {with(make_device("f", "n2"), "pcmk_off_timeout", "10s")}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent&) {
    AgentBehaviour slow = fails();
    slow.duration = milliseconds(8000);
    return slow;
  };
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(1));
}

TEST(Fencer, MergesTheSameRequest_AndAnswersBoth) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.fence(1, "n2", Action::kReboot);
  cluster.fence(1, "n2", Action::kReboot);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(1));
  EXPECT_THAT(cluster.replies, SizeIs(2));
}

TEST(Fencer, LeavesANodeOff_WhenTheClusterNoticesThatItGoesOff) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.fence(1, "n2", Action::kOff);
  cluster.client = "pacemaker-controld.17";
  cluster.fence(1, "n2", Action::kReboot);
  cluster.run();
  EXPECT_THAT(cluster.runs, ElementsAre("n1 f off n2"));
  ASSERT_THAT(cluster.replies, SizeIs(2));
  EXPECT_TRUE(cluster.replies[1].entry.result.ok());
}

TEST(Fencer, RebootsWhatWasTurnedOff_WhenAPersonAsks) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.fence(1, "n2", Action::kOff);
  cluster.fence(1, "n2", Action::kReboot);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(2));
}

TEST(Fencer, DoesDifferentActionsOnATarget_OneAfterTheOther) {
  FakeCluster cluster(1);
  cluster.start(1,
                make_configuration(2, {with(make_device("f", "n2"), "pcmk_action_limit", "-1")}));
  cluster.run();
  cluster.check = [&] {
    for (const auto& [target, operations] : cluster.working_on()) {
      EXPECT_LE(operations.size(), 1u) << target;
    }
  };
  cluster.fence(1, "n2", Action::kOff);
  cluster.fence(1, "n2", Action::kOn);
  cluster.run();
  EXPECT_THAT(cluster.runs, ElementsAre("n1 f off n2", "n1 f on n2"));
  EXPECT_THAT(cluster.replies, SizeIs(2));
}

TEST(Fencer, CountsARecentSuccess_WithinTheTolerance) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.fence(1, "n2", Action::kReboot);
  cluster.run();
  FenceOrder order;
  order.tolerance = milliseconds(5000);
  cluster.fence(1, "n2", Action::kReboot, order);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(1));
  EXPECT_THAT(cluster.replies, SizeIs(2));
  cluster.now += milliseconds(10000);
  cluster.fence(1, "n2", Action::kReboot, order);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(2));
}

TEST(Fencer, SuccessDatedInTheFutureIsNoRecentOne) {
  FakeCluster cluster(1);
  for (unsigned node : {1U, 2U}) {
    cluster.start(node, make_configuration(3, {make_device("f", "n3")}));
  }
  cluster.run();
  cluster.clock_ahead = {{1, 3600}, {2, 3600}};
  cluster.fence(1, "n3", Action::kReboot);
  cluster.run();
  cluster.clock_ahead = {};
  cluster.now += milliseconds(1000000);
  FenceOrder order;
  order.tolerance = milliseconds(5000);
  cluster.fence(2, "n3", Action::kReboot, order);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(2));
  // Clocks that are kept in step differ a little.
  cluster.clock_ahead = {{1, -2}, {2, -2}};
  cluster.fence(1, "n3", Action::kReboot, order);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(2));
}

TEST(Fencer, WaitsTheDelays_UnlessToldNotTo) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {with(make_device("f", "n2"), "pcmk_delay_base", "3s")}));
  cluster.run();
  FenceOrder order;
  order.delay = milliseconds(2000);
  cluster.fence(1, "n2", Action::kOff, order);
  cluster.run();
  EXPECT_EQ(cluster.now, milliseconds(5100));
  const milliseconds before = cluster.now;
  order.delay.reset();
  cluster.fence(1, "n2", Action::kOff, order);
  cluster.run();
  EXPECT_EQ(cluster.now, before + milliseconds(100));
}

TEST(Fencer, FinishesWaitingRequests_WhenAPersonConfirms) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(30000), .result = success()};
  };
  const Token fencing = cluster.fence(1, "n2", Action::kReboot);
  for (int i = 0; i < 20 && cluster.runs.empty(); ++i) cluster.step_once();
  const Token confirm = cluster.confirm(1, "n2");
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(2));
  EXPECT_EQ(cluster.replies[0].token, fencing);
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
  EXPECT_EQ(cluster.replies[0].entry.delegate, kHumanDelegate);
  EXPECT_EQ(cluster.replies[1].token, confirm);
  EXPECT_THAT(cluster.working_on(), IsEmpty()) << "the agent was stopped";
}

TEST(Fencer, AsksTheAgentForItsTargets_WhenNoListIsConfigured) {
  FakeCluster cluster(1);
  Device device = make_device("f", "");
  device.parameters.clear();
  device.parameters["pcmk_host_map"] = "n2:seven";
  device.parameters["pcmk_host_check"] = "dynamic-list";
  cluster.start(1, make_configuration(3, {device}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent& run) {
    return AgentBehaviour{.duration = milliseconds(10),
                          .result = success(run.action == Action::kList ? "six,\nseven,\n" : "")};
  };
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  EXPECT_THAT(cluster.runs, ElementsAre("n1 f list ", "n1 f off n2"));
  cluster.fence(1, "n3", Action::kOff);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(2)) << "the list is remembered for a while";
  EXPECT_EQ(cluster.replies[1].entry.result.status, ExecutionStatus::kNoFenceDevice);
}

TEST(Fencer, AsksForTheStatus_WhenTheListFails) {
  FakeCluster cluster(1);
  Device device = make_device("f", "");
  device.parameters.clear();
  cluster.start(1, make_configuration(2, {device}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent& run) {
    if (run.action == Action::kList) return fails();
    if (run.action != Action::kStatus) return AgentBehaviour();
    AgentBehaviour off = fails("the plug is off");
    off.result.rc = 2;
    return off;
  };
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  EXPECT_EQ(cluster.runs.back(), "n1 f off n2");
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
}

TEST(Fencer, LetsFencingOvertakeAMonitor) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent& run) {
    const bool monitor = run.action == Action::kMonitor;
    return AgentBehaviour{.duration = milliseconds(monitor ? 20000 : 100), .result = success()};
  };
  cluster.give(1, ExecRequested{.token = Token(77),
                                .device = "f",
                                .action = Action::kMonitor,
                                .target = "",
                                .timeout = milliseconds(60000)});
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  EXPECT_THAT(cluster.runs, ElementsAre("n1 f monitor ", "n1 f off n2", "n1 f monitor "));
  ASSERT_THAT(cluster.exec_replies, SizeIs(1)) << "the monitor was done again";
  EXPECT_TRUE(cluster.exec_replies[0].result.ok());
}

TEST(Fencer, RebootsThroughALevel_OffEverywhereBeforeOn) {
  FakeCluster cluster(1);
  Configuration configuration =
      make_configuration(2, {make_device("a", "n2"), make_device("b", "n2")});
  configuration.levels = {{.target = {.kind = LevelTarget::Kind::kName, .name = "n2", .value = {}},
                           .index = 1,
                           .devices = {"a", "b"}}};
  cluster.start(1, configuration);
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent& run) {
    return run.action == Action::kOn ? fails() : AgentBehaviour();
  };
  cluster.fence(1, "n2", Action::kReboot);
  cluster.run();
  EXPECT_EQ(cluster.runs[0], "n1 a off n2");
  EXPECT_EQ(cluster.runs[1], "n1 b off n2");
  EXPECT_THAT(cluster.runs[2], HasSubstr("on n2"));
  EXPECT_TRUE(cluster.replies[0].entry.result.ok()) << "it was off for sure; on may fail";
}

TEST(Fencer, TimeBehindOthersAtADevice_IsNotTheTargetsOwn) {
  FakeCluster cluster(1);
  for (unsigned node : {1U, 2U}) {
    cluster.start(node, make_configuration(6, {make_device("f", "n3 n4 n5 n6")}));
  }
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(50000), .result = success()};
  };
  for (const char* target : {"n3", "n4", "n5", "n6"}) cluster.fence(1, target, Action::kReboot);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(4));
  ASSERT_THAT(cluster.replies, SizeIs(4));
  for (const auto& reply : cluster.replies) EXPECT_TRUE(reply.entry.result.ok());
}

TEST(Fencer, TimeBehindOthersAtADevice_DoesNotHideThatItsAgentHangs) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(4, {make_device("f", "n3 n4")}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(10000000), .result = success()};
  };
  cluster.fence(1, "n3", Action::kReboot);
  cluster.fence(1, "n4", Action::kReboot);
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(2));
  for (const auto& reply : cluster.replies) EXPECT_FALSE(reply.entry.result.ok());
  EXPECT_LT(cluster.now, milliseconds(200000));
}

TEST(Fencer, GoesToTheNextLevel_WhenADeviceOfALevelFails) {
  FakeCluster cluster(1);
  Configuration configuration = make_configuration(
      2, {make_device("a", "n2"), make_device("b", "n2"), make_device("c", "n2")});
  const LevelTarget target{.kind = LevelTarget::Kind::kName, .name = "n2", .value = {}};
  configuration.levels = {{.target = target, .index = 1, .devices = {"a", "b"}},
                          {.target = target, .index = 2, .devices = {"c"}}};
  cluster.start(1, configuration);
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent& run) {
    return run.device == "b" ? fails() : AgentBehaviour();
  };
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  EXPECT_THAT(cluster.runs,
              ElementsAre("n1 a off n2", "n1 b off n2", "n1 b off n2", "n1 c off n2"));
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
}

TEST(Devices, OfTheCib_StayWhenTheApiTakesItsRegistrationBack) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.give(1, DeviceRegistered{make_device("f", "n2")});
  cluster.give(1, DeviceRegistered{make_device("g", "n2")});
  cluster.give(1, DeviceRemoved{"f"});
  cluster.give(1, DeviceRemoved{"g"});
  EXPECT_EQ(cluster.state(1).devices.count("f"), 1u);
  EXPECT_EQ(cluster.state(1).devices.count("g"), 0u);
  cluster.give(1, ConfigurationChanged{make_configuration(2, {})});
  EXPECT_EQ(cluster.state(1).devices.count("f"), 0u);
}

TEST(Devices, AreVerifiedByTheirMonitor) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.run();
  cluster.give(1, ExecRequested{.token = Token(5),
                                .device = "f",
                                .action = Action::kMonitor,
                                .target = "",
                                .timeout = milliseconds(1000)});
  cluster.run();
  EXPECT_TRUE(cluster.state(1).devices.at("f").verified);
  cluster.behave = [](unsigned, const RunAgent&) { return fails(); };
  cluster.give(1, ExecRequested{.token = Token(6),
                                .device = "f",
                                .action = Action::kMonitor,
                                .target = "",
                                .timeout = milliseconds(1000)});
  cluster.run();
  EXPECT_FALSE(cluster.state(1).devices.at("f").verified);
}

TEST(Query, ShowsAllDevices_WithoutATarget) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(2, {make_device("f", "n2"), make_device("g", "n1")}));
  cluster.run();
  cluster.give(1, QueryRequested{.token = Token(3), .target = "", .action = Action::kOff});
  cluster.give(1, QueryRequested{.token = Token(4), .target = "n1", .action = Action::kOff});
  ASSERT_THAT(cluster.query_replies, SizeIs(2));
  EXPECT_THAT(cluster.query_replies[0].rows, SizeIs(2));
  ASSERT_THAT(cluster.query_replies[1].rows, SizeIs(1));
  EXPECT_EQ(cluster.query_replies[1].rows[0].device.id, "g");
}

TEST(Exec, NamesADeviceThatIsNotThere) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(1, {}));
  cluster.run();
  cluster.give(1, ExecRequested{.token = Token(3),
                                .device = "ghost",
                                .action = Action::kMonitor,
                                .target = "",
                                .timeout = milliseconds(1000)});
  ASSERT_THAT(cluster.exec_replies, SizeIs(1));
  EXPECT_EQ(cluster.exec_replies[0].result.status, ExecutionStatus::kNoFenceDevice);
  EXPECT_THAT(cluster.exec_replies[0].result.reason, HasSubstr("ghost"));
}

}  // namespace
}  // namespace systole::fencing::test
