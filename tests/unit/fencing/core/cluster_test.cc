#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <set>
#include <string>

#include "tests/unit/fencing/core/fake_cluster.h"

namespace systole::fencing::test {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

void start_all(FakeCluster& cluster, unsigned count, const Configuration& configuration) {
  for (unsigned node = 1; node <= count; ++node) {
    cluster.start(node, configuration);
    cluster.run();
  }
}

/// One request at work on a target.
void check_one_at_a_time(FakeCluster& cluster) {
  for (const auto& [target, operations] : cluster.working_on()) {
    ASSERT_LE(operations.size(), 1u) << "two requests work on " << target;
  }
}

/// No success without an agent's success or a person's word.
void check_successes(FakeCluster& cluster) {
  for (const FakeCluster::Reply& reply : cluster.replies) {
    if (!reply.entry.result.ok()) continue;
    if (reply.entry.delegate == kHumanDelegate) {
      ASSERT_EQ(cluster.confirmed_targets.count(reply.entry.target), 1u);
    } else {
      ASSERT_EQ(cluster.operations_with_success.count(reply.entry.id), 1u)
          << "success of " << reply.entry.id << " that no agent confirmed";
    }
  }
}

std::string describe(const State& state) {
  std::string text;
  for (const Operation& operation : state.operations) {
    text += operation.entry.id + " on " + operation.entry.target + " attempt " +
            std::to_string(operation.attempt) + (operation.plan ? " planned" : "") +
            (operation.executing ? " executing" : "") + " requesters";
    for (const Requester& requester : operation.requesters) {
      text += " " + std::to_string(requester.node.value());
    }
    text += " answers";
    for (const auto& [node, offers] : operation.answers) text += " " + std::to_string(node.value());
    text += "; ";
  }
  return text;
}

/// Lets a node's fencer monitor a device, which it has verified from then on.
void verify(FakeCluster& cluster, unsigned node, const std::string& device) {
  cluster.give(node, ExecRequested{.token = Token(900),
                                   .device = device,
                                   .action = Action::kMonitor,
                                   .target = "",
                                   .timeout = milliseconds(1000)});
  cluster.run();
}

void expect_agreement(FakeCluster& cluster, unsigned count) {
  const State* first = nullptr;
  for (unsigned node = 1; node <= count; ++node) {
    if (!cluster.up(node)) continue;
    const State& state = cluster.state(node);
    EXPECT_TRUE(state.sync.complete) << name_of(node);
    EXPECT_TRUE(state.operations.empty()) << name_of(node) << ": " << describe(state);
    EXPECT_THAT(state.runs, IsEmpty()) << name_of(node);
    EXPECT_THAT(state.checks, IsEmpty()) << name_of(node);
    if (first == nullptr) first = &state;
    EXPECT_EQ(state.history, first->history) << name_of(node);
  }
}

TEST(Cluster, LetsANodeThatHasNoDeviceAskTheOthers) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(3, {}));
  cluster.start(2, make_configuration(3, {make_device("f", "n3")}));
  cluster.start(3, make_configuration(3, {}));
  cluster.run();
  cluster.fence(1, "n3", Action::kReboot);
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
  EXPECT_EQ(cluster.replies[0].entry.delegate, "n2");
  EXPECT_EQ(cluster.replies[0].node, 1u);
  EXPECT_FALSE(cluster.up(3));
}

TEST(Cluster, PrefersTheNodeWhereTheDeviceIsVerified) {
  FakeCluster cluster(1);
  start_all(cluster, 3, make_configuration(3, {make_device("f", "n1 n2 n3")}));
  verify(cluster, 2, "f");
  cluster.fence(1, "n3", Action::kReboot);
  cluster.run();
  EXPECT_EQ(cluster.replies[0].entry.delegate, "n2");
}

TEST(Cluster, DoesNotLetANodeFenceItself_WhenAnotherCan) {
  FakeCluster cluster(1);
  start_all(cluster, 2, make_configuration(2, {make_device("f", "n1 n2")}));
  verify(cluster, 1, "f");
  cluster.fence(1, "n1", Action::kReboot);
  cluster.run();
  EXPECT_EQ(cluster.runs.back(), "n2 f reboot n1");
}

TEST(Cluster, TriesAnotherPeer_WhenTheExecutorDies) {
  FakeCluster cluster(1);
  start_all(cluster, 4, make_configuration(4, {make_device("f", "n4")}));
  verify(cluster, 2, "f");
  cluster.behave = [](unsigned node, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(node == 2 ? 9000 : 100), .result = success()};
  };
  cluster.fence(1, "n4", Action::kReboot);
  for (int i = 0; i < 200 && cluster.working_on().empty(); ++i) cluster.step_once();
  ASSERT_EQ(cluster.runs.back(), "n2 f reboot n4");
  cluster.crash(2);
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
  EXPECT_EQ(cluster.replies[0].entry.delegate, "n1");
}

TEST(Cluster, DoesNotTakeALostExecutorForSuccess) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(3, {}));
  cluster.start(2, make_configuration(3, {make_device("f", "n3")}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(9000), .result = success()};
  };
  cluster.fence(1, "n3", Action::kReboot);
  for (int i = 0; i < 200 && cluster.working_on().empty(); ++i) cluster.step_once();
  cluster.crash(2);
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_EQ(cluster.replies[0].entry.state, OperationState::kFailed);
}

TEST(Cluster, TeachesHistoryToANodeThatJoins) {
  FakeCluster cluster(1);
  const Configuration configuration = make_configuration(3, {make_device("f", "n3")});
  start_all(cluster, 2, configuration);
  cluster.fence(1, "n3", Action::kReboot);
  cluster.run();
  cluster.start(3, configuration);
  cluster.run();
  ASSERT_THAT(cluster.state(3).history.entries(), SizeIs(1));
  EXPECT_EQ(cluster.state(3).history.entries()[0].delegate, "n1");
}

TEST(Cluster, TeachesRunningRequestsToANodeThatJoins) {
  FakeCluster cluster(1);
  const Configuration configuration = make_configuration(4, {make_device("f", "n4")});
  start_all(cluster, 2, configuration);
  cluster.behave = [](unsigned, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(9000), .result = success()};
  };
  cluster.fence(1, "n4", Action::kReboot);
  for (int i = 0; i < 200 && cluster.working_on().empty(); ++i) cluster.step_once();
  cluster.start(3, configuration);
  while (!cluster.state(3).sync.complete && cluster.step_once()) {
  }
  EXPECT_THAT(visible_history(cluster.state(3), "n4"), SizeIs(1));
  cluster.fence(3, "n4", Action::kReboot);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(1)) << "merged with the one it learned of";
  EXPECT_THAT(cluster.replies, SizeIs(2));
}

TEST(Cluster, FencesALaterBootOfItsOwn_WhileTheRunForTheEarlierOneLasts) {
  FakeCluster cluster(1);
  const Configuration configuration = make_configuration(3, {make_device("f", "n3")});
  start_all(cluster, 2, configuration);
  cluster.behave = [](unsigned, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(9000), .result = success()};
  };
  const Token first = cluster.fence(1, "n3", Action::kReboot);
  for (int i = 0; i < 200 && cluster.working_on().empty(); ++i) cluster.step_once();
  cluster.start(3, configuration);
  while (!cluster.state(1).sync.complete || !cluster.state(3).sync.complete) {
    ASSERT_TRUE(cluster.step_once());
  }
  cluster.crash(3);
  const Token second = cluster.fence(1, "n3", Action::kReboot);
  cluster.run();
  EXPECT_THAT(cluster.runs, SizeIs(2));
  ASSERT_THAT(cluster.replies, SizeIs(2));
  EXPECT_EQ(cluster.replies.front().token, first);
  EXPECT_EQ(cluster.replies.back().token, second);
}

TEST(Cluster, GoesOnForAMergedRequest_WhenTheFirstRequesterDies) {
  FakeCluster cluster(1);
  start_all(cluster, 4, make_configuration(4, {make_device("f", "n4")}));
  cluster.behave = [](unsigned node, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(node == 1 ? 9000 : 100), .result = success()};
  };
  cluster.fence(1, "n4", Action::kReboot);
  cluster.fence(2, "n4", Action::kReboot);
  for (int i = 0; i < 200 && cluster.working_on().empty(); ++i) cluster.step_once();
  cluster.crash(1);
  cluster.run();
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_EQ(cluster.replies[0].node, 2u);
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
}

TEST(Cluster, StartsNothingNew_WhenNobodyWhoAskedIsLeft) {
  FakeCluster cluster(1);
  cluster.start(1, make_configuration(4, {}));
  cluster.start(2, make_configuration(4, {make_device("f", "n4")}));
  cluster.start(3, make_configuration(4, {make_device("f", "n4")}));
  cluster.run();
  cluster.behave = [](unsigned, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(9000),
                          .result = failure(ExecutionStatus::kError, "broken")};
  };
  cluster.fence(1, "n4", Action::kReboot);
  for (int i = 0; i < 200 && cluster.working_on().empty(); ++i) cluster.step_once();
  cluster.crash(1);
  cluster.run();
  const auto on_other = std::count_if(cluster.runs.begin(), cluster.runs.end(),
                                      [](const std::string& run) { return run[1] == '3'; });
  EXPECT_EQ(on_other, 0);
  expect_agreement(cluster, 4);
}

TEST(Cluster, JoinsHistories_WhenPartitionsMerge) {
  FakeCluster cluster(1);
  start_all(cluster, 4, make_configuration(6, {make_device("f", "n5 n6")}));
  cluster.partition({{1, 2}, {3, 4}});
  cluster.run();
  cluster.fence(1, "n5", Action::kOff);
  cluster.fence(3, "n6", Action::kOff);
  cluster.run();
  EXPECT_THAT(cluster.state(1).history.entries(), SizeIs(1));
  cluster.partition({{1, 2, 3, 4}});
  cluster.run();
  EXPECT_THAT(cluster.state(1).history.entries(), SizeIs(2));
  expect_agreement(cluster, 4);
}

TEST(Cluster, DoesNotWaitForTheTargetsAnswer) {
  FakeCluster cluster(1);
  Device slow = make_device("f", "");
  slow.parameters = {{"pcmk_host_check", "status"}};
  cluster.start(1, make_configuration(2, {make_device("f", "n2")}));
  cluster.start(2, make_configuration(2, {slow}));
  cluster.run();
  cluster.behave = [](unsigned node, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(node == 2 ? 50000 : 100), .result = success()};
  };
  cluster.fence(1, "n2", Action::kOff);
  cluster.run();
  EXPECT_LT(cluster.now, milliseconds(1000));
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
}

TEST(Cluster, ChoosesFromThoseThatAnswered_WhenAMemberIsSilent) {
  FakeCluster cluster(1);
  Device slow = make_device("f", "");
  slow.parameters = {{"pcmk_host_check", "status"}};
  cluster.start(1, make_configuration(4, {make_device("f", "n4")}));
  cluster.start(2, make_configuration(4, {slow}));
  cluster.run();
  cluster.behave = [](unsigned node, const RunAgent&) {
    return AgentBehaviour{.duration = milliseconds(node == 2 ? 50000 : 100), .result = success()};
  };
  cluster.fence(1, "n4", Action::kOff);
  while (cluster.replies.empty() && cluster.step_once()) {
  }
  EXPECT_LT(cluster.now, milliseconds(10000));
  ASSERT_THAT(cluster.replies, SizeIs(1));
  EXPECT_TRUE(cluster.replies[0].entry.result.ok());
}

/// One random life of a cluster. Everything follows from the seed.
class Chaos {
 public:
  /// With partitions, each side may work on a target that the other works on too.
  Chaos(std::uint64_t seed, bool partitions) : cluster_(seed), partitions_(partitions) {
    cluster_.check = [this] {
      check_successes(cluster_);
      if (!partitions_) check_one_at_a_time(cluster_);
      check_histories();
    };
    cluster_.behave = [this](unsigned, const RunAgent& run) { return behaviour(run); };
    cluster_.on_power_off = [this](unsigned node) { crash(node); };
  }

  void run() {
    for (unsigned node = 1; node <= kNodes; ++node) cluster_.start(node, configuration());
    for (int event = 0; event < 60; ++event) {
      disturb();
      const unsigned steps = pick(40);
      for (unsigned i = 0; i < steps && !testing::Test::HasFatalFailure(); ++i) {
        cluster_.step_once();
      }
      if (testing::Test::HasFatalFailure()) return;
    }
    cluster_.run();
    cluster_.partition({{1, 2, 3, 4, 5}});
    for (unsigned node = 1; node <= kNodes; ++node) {
      if (!cluster_.up(node)) cluster_.start(node, configuration());
    }
    cluster_.run();
    expect_agreement(cluster_, kNodes);
    expect_replies();
  }

 private:
  static constexpr unsigned kNodes = 5;

  unsigned pick(unsigned below) { return static_cast<unsigned>(cluster_.random() % below); }

  Configuration configuration() {
    Device dynamic = make_device("dynamic", "");
    dynamic.parameters.clear();
    Device port = make_device("port", "n1 n2 n3 n4 n5");
    port.capabilities = {.known = true, .on = true, .automatic_on = true, .on_on_target = true};
    Configuration made = make_configuration(
        kNodes, {make_device("a", "n1 n2 n3"), make_device("b", "n3 n4 n5"), dynamic, port});
    made.levels = {{.target = {.kind = LevelTarget::Kind::kName, .name = "n3", .value = {}},
                    .index = 1,
                    .devices = {"a", "b"}}};
    return made;
  }

  AgentBehaviour behaviour(const RunAgent& run) {
    AgentBehaviour made{.duration = milliseconds(pick(5000)), .result = success("n1\nn4\nn5\n")};
    const unsigned dice = pick(10);
    if (dice < 2) made.result = failure(ExecutionStatus::kError, "no contact");
    if (dice == 2) made.duration = run.timeout * 2;
    return made;
  }

  void disturb() {
    const unsigned node = 1 + pick(kNodes);
    if (partitions_ && pick(6) == 0) return split();
    switch (pick(6)) {
      case 0:
        if (cluster_.up(node)) crash(node);
        return;
      case 1:
      case 2:
        if (!cluster_.up(node)) cluster_.start(node, configuration());
        return;
      case 3:
        if (cluster_.up(node) && pick(4) == 0) {
          asked_[node].insert(cluster_.confirm(node, name_of(1 + pick(kNodes))));
        }
        return;
      default:
        if (cluster_.up(node)) ask(node);
    }
  }

  /// Two sides, or one again.
  void split() {
    std::set<unsigned> left;
    std::set<unsigned> right;
    const bool heal = pick(2) == 0;
    for (unsigned node = 1; node <= kNodes; ++node) {
      (heal || pick(2) == 0 ? left : right).insert(node);
    }
    cluster_.partition({left, right});
  }

  void ask(unsigned node) {
    FenceOrder order;
    order.timeout = milliseconds(5000 + pick(20000));
    if (pick(3) == 0) order.tolerance = milliseconds(pick(5000));
    constexpr std::array kActions = {Action::kReboot, Action::kOff, Action::kOn};
    asked_[node].insert(
        cluster_.fence(node, name_of(1 + pick(kNodes)), kActions[pick(kActions.size())], order));
  }

  void crash(unsigned node) {
    cluster_.crash(node);
    asked_.erase(node);
    kept_.erase(node);
  }

  /// What a fencer that lives has recorded as done stays so, whoever comes and goes.
  void check_histories() {
    for (unsigned node = 1; node <= kNodes; ++node) {
      if (!cluster_.up(node)) continue;
      const History& history = cluster_.state(node).history;
      for (const std::string& id : kept_[node]) {
        const HistoryEntry* entry = history.find(id);
        ASSERT_TRUE(entry != nullptr && entry->result.ok()) << name_of(node) << " forgot " << id;
      }
      for (const HistoryEntry& entry : history.entries()) {
        if (entry.result.ok()) kept_[node].insert(entry.id);
      }
    }
  }

  /// Whoever asked and lived has an answer, and nobody two that differ.
  void expect_replies() {
    std::map<Token, HistoryEntry> answers;
    for (const FakeCluster::Reply& reply : cluster_.replies) {
      const auto [known, first] = answers.emplace(reply.token, reply.entry);
      EXPECT_TRUE(first || known->second.result == reply.entry.result)
          << "two answers to one request";
    }
    for (const auto& [node, tokens] : asked_) {
      for (const Token token : tokens) {
        EXPECT_EQ(answers.count(token), 1u) << "no answer to " << token.value() << " of n" << node;
      }
    }
  }

  FakeCluster cluster_;
  bool partitions_;
  std::map<unsigned, std::set<Token>> asked_;
  std::map<unsigned, std::set<std::string>> kept_;  ///< successes in the histories of the living
};

TEST(Chaos, KeepsItsPromises_WhateverTheSeed) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chaos(seed, false).run();
    if (HasFailure()) return;
  }
}

TEST(Chaos, NeverInventsASuccess_AndAgrees_AcrossPartitions) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Chaos(seed, true).run();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace systole::fencing::test
