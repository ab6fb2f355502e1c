// What alert agents are told, by which node, and that nothing is told twice.
#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

using event::LeaveReason;

/// What is told, in words that can be compared.
struct Describe {
  std::string operator()(const NodeAlert& a) const {
    return base::cat("node ", a.node, " ", a.node_id, a.member ? " member" : " lost");
  }
  std::string operator()(const FencingAlert& a) const {
    return base::cat("fencing ", a.target, " ", a.rc, " ", a.description);
  }
  std::string operator()(const ResourceAlert& a) const {
    return base::cat(a.resource, " ", a.task, " ", a.interval.count(), " on ", a.node, ": ",
                     a.target_rc, " ", a.rc, " ", a.status, " ", a.description);
  }
  std::string operator()(const AttributeAlert& a) const {
    return base::cat(a.name, " of ", a.node, " ", a.node_id, ": ", a.value);
  }
};

using Told = std::vector<std::string>;

class Alerts : public testing::Test {
 protected:
  explicit Alerts(std::uint32_t size = 3) : group_(size) {
    std::vector<std::uint32_t> nodes;
    for (std::uint32_t node = 1; node <= size; ++node) nodes.push_back(node);
    group_.form(nodes);
    configure();
    group_.clear();
  }

  void configure() {
    CibRequest request;
    request.operation = "cib_modify";
    request.section = "configuration";
    request.options = 0x8;
    request.input = "<alerts><alert id=\"a\" path=\"/agent\"/></alerts>";
    group_.ask(1, std::move(request));
  }

  Told told(std::uint32_t node) {
    Told out;
    for (const effect::Alert& alert : group_.effects<effect::Alert>(node)) {
      out.push_back(std::visit(Describe{}, alert.event));
    }
    return out;
  }

  static event::OperationFinished result(std::string task, int rc, std::string transition_key) {
    event::OperationFinished finished;
    finished.receipt = 1;
    Operation& operation = finished.result.operation;
    operation.transition_key = std::move(transition_key);
    operation.resource = "d";
    operation.standard = "ocf";
    operation.provider = "heartbeat";
    operation.type = "Dummy";
    operation.task = std::move(task);
    operation.key = base::cat("d_", operation.task, "_0");
    finished.result.call_id = 1;
    finished.result.rc = rc;
    return finished;
  }

  static event::OperationFinished monitor(int rc, std::string transition_key) {
    event::OperationFinished finished = result("monitor", rc, std::move(transition_key));
    finished.result.operation.interval = Milliseconds(10000);
    finished.result.operation.key = "d_monitor_10000";
    return finished;
  }

  void set(std::uint32_t node, const std::string& name, std::optional<std::string> value,
           bool is_private = false, Milliseconds dampening = {}) {
    AttributeRequest request;
    request.name = name;
    request.value = std::move(value);
    request.is_private = is_private;
    if (dampening != Milliseconds::zero()) {
      request.task = AttributeRequest::Task::kUpdateBoth;
      request.dampening = dampening;
    }
    group_.handle(node, event::AttributeCall{request});
    group_.pass(std::chrono::seconds(1));
    group_.handle(node, event::TimerFired{{TimerId::Kind::kCollected, 0}});
  }

  Group group_;
};

TEST_F(Alerts, OfNodes_ComeFromEveryoneElse) {
  group_.stop(3);
  group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  EXPECT_EQ(told(1), Told({"node node3 3 lost"}));
  EXPECT_EQ(told(2), told(1));
  group_.clear();
  group_.start(3, "second");
  group_.view({1, 2, 3}, {3}, {}, true);
  ASSERT_FALSE(told(1).empty());
  EXPECT_EQ(told(1).front(), "node node3 3 member");
  EXPECT_EQ(told(2), Told({"node node3 3 member"}));
  EXPECT_TRUE(told(3).empty());
}

TEST_F(Alerts, OfMembersThatANodeFinds_AreNone) {
  group_.stop(3);
  group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  group_.start(3, "second");
  const auto quorum = [](std::vector<NodeNumber> members, bool quorate) {
    event::QuorumChanged changed;
    changed.members = std::move(members);
    changed.quorate = quorate;
    changed.expected_votes = 3;
    return changed;
  };
  group_.handle(3, quorum({NodeNumber(3)}, false));
  group_.handle(3, quorum({NodeNumber(1), NodeNumber(2), NodeNumber(3)}, true));
  EXPECT_TRUE(told(3).empty());
  // Alone again, it tells whom it has lost.
  group_.handle(3, quorum({NodeNumber(3)}, false));
  EXPECT_EQ(told(3), Told({"node node1 1 lost", "node node2 2 lost"}));
}

TEST_F(Alerts, OfAControllerThatDies_AreNone) {
  group_.stop(3);
  group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kProcessDown}}, true);
  group_.start(3);
  group_.view({1, 2, 3}, {3}, {}, true);
  EXPECT_TRUE(told(1).empty());
  EXPECT_TRUE(told(2).empty());
  EXPECT_TRUE(told(3).empty());
}

TEST_F(Alerts, OfFencings_ComeFromWhoeverHears) {
  event::FenceObserved fencing;
  fencing.target = "node9";
  fencing.action = "off";
  fencing.description = "no way";
  fencing.rc = -19;
  group_.handle(2, fencing);
  EXPECT_EQ(told(2), Told({"fencing node9 -19 no way"}));
  EXPECT_TRUE(told(1).empty());
}

TEST_F(Alerts, OfResults_ComeFromTheNodeThatHadThem) {
  group_.handle(2, result("start", 0, "1:1:0:uuid"));
  EXPECT_EQ(told(2), Told({"d start 0 on node2: 0 0 0 ok"}));
  EXPECT_TRUE(told(1).empty());
}

TEST_F(Alerts, OfAResultThatComesAgain_AreOne) {
  group_.handle(2, result("start", 0, "1:1:0:uuid"));
  group_.handle(2, result("start", 0, "1:1:0:uuid"));
  EXPECT_EQ(told(2).size(), 1U);
}

TEST_F(Alerts, OfProbes_TellWhatWasNotExpected) {
  group_.handle(2, result("monitor", 7, "1:1:7:uuid"));
  EXPECT_TRUE(told(2).empty());
  event::OperationFinished found = result("monitor", 0, "1:1:7:uuid");
  found.receipt = 2;
  group_.handle(2, found);
  EXPECT_EQ(told(2), Told({"d monitor 0 on node2: 7 0 0 ok"}));
}

TEST_F(Alerts, OfNotifications_AreToldToo) {
  group_.handle(2, result("notify", 0, "1:1:0:uuid"));
  EXPECT_EQ(told(2), Told({"d notify 0 on node2: 0 0 0 ok"}));
}

TEST_F(Alerts, OfFailures_SayHowTheyEnded) {
  event::OperationFinished late = result("start", 1, "1:1:0:uuid");
  late.result.status = OpStatus::kTimeout;
  group_.handle(3, late);
  EXPECT_EQ(told(3), Told({"d start 0 on node3: 0 1 2 Timed Out"}));
}

TEST_F(Alerts, OfAnEndedMonitor_TellWhatItWasToFind) {
  group_.handle(2, monitor(8, "1:1:8:uuid"));
  group_.clear();
  event::OperationFinished ended = monitor(8, "5:1:0:uuid");
  ended.receipt = 2;
  ended.result.status = OpStatus::kCancelled;
  group_.handle(2, ended);
  EXPECT_EQ(told(2), Told({"d monitor 10000 on node2: 8 8 1 Cancelled"}));
}

TEST_F(Alerts, OfAnEndThatEndedNothing_AreNone) {
  event::OperationFinished ended = monitor(0, "5:1:0:uuid");
  ended.receipt = 0;
  ended.result.status = OpStatus::kCancelled;
  group_.handle(2, ended);
  EXPECT_TRUE(told(2).empty());
}

TEST_F(Alerts, OfAttributes_ComeFromTheCoordinatorOnce) {
  const std::uint32_t coordinator = group_[1].coordinator()->value();
  const std::uint32_t other = coordinator == 2 ? 3 : 2;
  set(other, "color", "red");
  const Told expected = {base::cat("color of node", other, " ", other, ": red")};
  EXPECT_EQ(told(coordinator), expected);
  EXPECT_TRUE(told(other).empty());
  set(other, "color", "red");
  EXPECT_EQ(told(coordinator), expected);
  group_.clear();
  set(other, "color", std::nullopt);
  EXPECT_EQ(told(coordinator), Told({base::cat("color of node", other, " ", other, ": ")}));
}

TEST_F(Alerts, OfPrivateAttributes_AreNone) {
  set(1, "secret", "x", true);
  EXPECT_TRUE(told(group_[1].coordinator()->value()).empty());
}

TEST_F(Alerts, OfDampenedAttributes_WaitForTheEndOfTheirTime) {
  const std::uint32_t coordinator = group_[1].coordinator()->value();
  set(2, "load", "7", false, std::chrono::seconds(5));
  EXPECT_TRUE(told(coordinator).empty());
  for (const effect::ArmTimer& timer : group_.effects<effect::ArmTimer>(coordinator)) {
    if (timer.timer.kind == TimerId::Kind::kAttributes) {
      group_.handle(coordinator, event::TimerFired{timer.timer});
    }
  }
  EXPECT_EQ(told(coordinator), Told({"load of node2 2: 7"}));
}

TEST_F(Alerts, WithoutConfiguration_AreNone) {
  CibRequest request;
  request.operation = "cib_delete";
  request.section = "configuration";
  request.input = "<alerts/>";
  group_.ask(1, std::move(request));
  group_.clear();
  group_.handle(2, result("start", 0, "1:1:0:uuid"));
  EXPECT_TRUE(told(2).empty());
}

TEST_F(Alerts, OfWhatWasBefore_AreNotToldToWhoTakesTheReplicaOver) {
  set(1, "color", "red");
  group_.handle(3, result("start", 0, "1:1:0:uuid"));
  // A node that was alone for a while comes back to what the others know.
  group_.stop(3);
  group_.view({1, 2}, {}, {{NodeNumber(3), LeaveReason::kNodeDown}}, true);
  group_.handle(2, result("stop", 0, "1:2:0:uuid"));
  group_.clear();
  group_.start(3, "second");
  group_.view({1, 2, 3}, {3}, {}, true);
  EXPECT_TRUE(told(3).empty());
  for (const std::string& each : told(1)) EXPECT_EQ(each.find("d st"), std::string::npos) << each;
  EXPECT_TRUE(group_.same_everywhere());
}

}  // namespace
}  // namespace systole::crmd
