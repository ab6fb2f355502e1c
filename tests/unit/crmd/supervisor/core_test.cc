#include "crmd/supervisor/core.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace systole::supervisor {
namespace {

constexpr ExitStatus kKilled{ExitStatus::Kind::kSignaled, SIGKILL};

ExitStatus exited(int code) {
  return {ExitStatus::Kind::kExited, code};
}

/// A node with processes: answers the core's effects as a shell would, on a clock of its own.
class Node {
 public:
  explicit Node(Settings settings = {}) : core_(settings) {}

  void send(const Event& event) {
    queue_.push_back(event);
    while (!queue_.empty()) {
      const Event next = queue_.front();
      queue_.erase(queue_.begin());
      for (const Effect& effect : core_.step(next, now_)) {
        std::visit([this](const auto& each) { apply(each); }, effect);
      }
    }
  }

  void start() { send(event::Started{}); }

  /// Lets time pass, firing timers in order.
  void pass(Milliseconds time) {
    const Milliseconds end = now_ + time;
    for (;;) {
      auto next = timers_.end();
      for (auto it = timers_.begin(); it != timers_.end(); ++it) {
        if (it->second <= end && (next == timers_.end() || it->second < next->second)) next = it;
      }
      if (next == timers_.end()) break;
      now_ = next->second;
      const auto [kind, child] = next->first;
      timers_.erase(next);
      send(event::TimerFired{kind, child});
    }
    now_ = end;
  }

  void end(Child child, ExitStatus status) {
    const pid_t pid = running.at(child);
    running.erase(child);
    send(event::Ended{child, pid, status});
  }

  bool all_running() const { return running.size() == kChildren.size(); }

  std::map<Child, pid_t> running;
  std::set<Child> silent;  // do not answer checks
  std::set<Child> cannot_spawn;
  std::map<Child, pid_t> found;  // run before the supervisor
  bool obey_term = true;
  std::vector<std::pair<Child, int>> signals;
  std::map<Child, int> spawns;
  std::vector<Phase> phases;
  std::vector<std::uint64_t> pings;
  std::optional<int> exit_code;
  int panics = 0;
  int checks = 0;
  Milliseconds now_{1000000};

 private:
  void apply(const effect::Find& find) {
    const auto it = found.find(find.child);
    if (it == found.end()) {
      queue_.push_back(event::NotFound{find.child});
    } else {
      running[find.child] = it->second;
      queue_.push_back(event::Found{find.child, it->second});
    }
  }
  void apply(const effect::Spawn& spawn) {
    if (cannot_spawn.contains(spawn.child)) {
      queue_.push_back(event::SpawnFailed{spawn.child, "no such file"});
      return;
    }
    EXPECT_FALSE(running.contains(spawn.child)) << "two processes of one kind";
    EXPECT_EQ(spawn.again, spawns[spawn.child]++ > 0 || found.contains(spawn.child));
    running[spawn.child] = ++last_pid_;
    queue_.push_back(event::Spawned{spawn.child, last_pid_});
  }
  void apply(const effect::Signal& signal) {
    ASSERT_EQ(running.at(signal.child), signal.pid);
    signals.emplace_back(signal.child, signal.number);
    const bool dies = signal.number == SIGKILL || (obey_term && !silent.contains(signal.child));
    if (!dies) return;
    running.erase(signal.child);
    queue_.push_back(
        event::Ended{signal.child, signal.pid, signal.number == SIGKILL ? kKilled : exited(0)});
  }
  void apply(const effect::Check& check) {
    ++checks;
    if (silent.contains(check.child)) {
      queue_.push_back(event::Silent{check.child});
    } else {
      queue_.push_back(event::Answered{check.child});
    }
  }
  void apply(const effect::ArmTimer& arm) { timers_[{arm.kind, arm.child}] = now_ + arm.delay; }
  void apply(const effect::CancelTimer& cancel) { timers_.erase({cancel.kind, cancel.child}); }
  void apply(const effect::Announce& announce) { phases.push_back(announce.phase); }
  void apply(const effect::AnswerPing& answer) { pings.push_back(answer.token.value()); }
  void apply(const effect::Report&) {}
  void apply(const effect::Panic&) { ++panics; }
  void apply(const effect::Exit& exit) { exit_code = exit.code; }

  Core core_;
  std::vector<Event> queue_;
  std::map<std::pair<TimerKind, Child>, Milliseconds> timers_;
  pid_t last_pid_ = 100;
};

TEST(Start, StartsAll_AndIsRunningWhenAllAnswer) {
  Node node;
  node.silent = {Child::kController};
  node.start();
  node.pass(Milliseconds(5000));
  EXPECT_TRUE(node.all_running());
  EXPECT_THAT(node.phases, testing::ElementsAre(Phase::kStartingDaemons));
  node.silent.clear();
  node.pass(Milliseconds(1000));
  EXPECT_THAT(node.phases, testing::ElementsAre(Phase::kStartingDaemons, Phase::kRunning));
}

TEST(Start, AdoptsWhatRuns) {
  Node node;
  node.found = {{Child::kExecutor, 7}, {Child::kController, 8}};
  node.start();
  node.pass(Milliseconds(100));
  EXPECT_EQ(node.running[Child::kExecutor], 7);
  EXPECT_EQ(node.spawns[Child::kExecutor], 0);
  EXPECT_EQ(node.spawns[Child::kFencer], 1);
  EXPECT_EQ(node.phases.back(), Phase::kRunning);
}

TEST(Restart, AdoptedChildIsReplaced_WhenItEnds) {
  Node node;
  node.found = {{Child::kExecutor, 7}};
  node.start();
  node.pass(Milliseconds(100));
  node.end(Child::kExecutor, {});
  EXPECT_EQ(node.spawns[Child::kExecutor], 1);
}

TEST(Restart, KilledChildIsBackAtOnce_AndTheOthersAreLeftAlone) {
  for (const Child child : kChildren) {
    Node node;
    node.start();
    node.pass(Milliseconds(60000));
    node.end(child, kKilled);
    EXPECT_TRUE(node.all_running()) << traits(child).name;
    for (const Child each : kChildren) EXPECT_EQ(node.spawns[each], each == child ? 2 : 1);
    EXPECT_TRUE(node.signals.empty());
    EXPECT_EQ(node.phases.back(), Phase::kRunning);
  }
}

TEST(Restart, ChildThatKeepsFailingIsSlowedDown_ButNeverGivenUp) {
  Node node;
  node.start();
  node.pass(Milliseconds(100));
  for (int i = 0; i < 60000 / 50; ++i) {
    if (node.running.contains(Child::kFencer)) node.end(Child::kFencer, exited(1));
    node.pass(Milliseconds(50));
  }
  EXPECT_GE(node.spawns[Child::kFencer], 15);
  EXPECT_LE(node.spawns[Child::kFencer], 25);
  node.pass(Milliseconds(20000));
  EXPECT_TRUE(node.all_running());
  node.end(Child::kFencer, exited(1));
  EXPECT_TRUE(node.all_running()) << "a long life clears the record";
}

TEST(Restart, ProgramThatCannotBeStartedIsTriedAgain) {
  Node node;
  node.cannot_spawn = {Child::kExecutor};
  node.start();
  node.pass(Milliseconds(3000));
  EXPECT_FALSE(node.running.contains(Child::kExecutor));
  node.cannot_spawn.clear();
  node.pass(Milliseconds(5000));
  EXPECT_TRUE(node.all_running());
}

TEST(ExitCode, FatalStopsEverything_AndIsPassedOn) {
  Node node;
  node.start();
  node.pass(Milliseconds(20000));
  node.end(Child::kFencer, exited(100));
  EXPECT_THAT(node.signals, testing::ElementsAre(testing::Pair(Child::kController, SIGTERM),
                                                 testing::Pair(Child::kExecutor, SIGTERM)));
  EXPECT_EQ(node.exit_code, 100);
  EXPECT_EQ(node.spawns[Child::kFencer], 1);
}

TEST(ExitCode, PanicResetsTheNode) {
  Node node;
  node.start();
  node.pass(Milliseconds(100));
  node.end(Child::kController, exited(101));
  EXPECT_EQ(node.panics, 1);
}

TEST(ExitCode, AnyFailureResetsTheNode_WhenFailingFast) {
  Node node({.fail_fast = true, .wait_for_sbd = false});
  node.start();
  node.pass(Milliseconds(100));
  node.end(Child::kExecutor, kKilled);
  EXPECT_EQ(node.panics, 1);
}

TEST(Hang, ChildThatDoesNotAnswerIsKilledAndReplaced) {
  Node node;
  node.start();
  node.pass(Milliseconds(1000));
  node.silent = {Child::kExecutor};
  node.pass(Milliseconds(13000));
  EXPECT_TRUE(node.signals.empty());
  node.pass(Milliseconds(3000));
  EXPECT_THAT(node.signals, testing::ElementsAre(testing::Pair(Child::kExecutor, SIGKILL)));
  EXPECT_EQ(node.spawns[Child::kExecutor], 2);
}

TEST(Hang, SlowStartIsNoHang) {
  Node node;
  node.silent = {Child::kController};
  node.start();
  node.pass(Milliseconds(300000));
  EXPECT_TRUE(node.signals.empty());
}

TEST(Hang, StartsHaveAnEnd_WhereNothingIsWaitedFor) {
  Node node;
  node.silent = {Child::kExecutor, Child::kFencer};
  node.start();
  node.pass(Milliseconds(50000));
  EXPECT_TRUE(node.signals.empty());
  node.pass(Milliseconds(20000));
  EXPECT_THAT(node.signals, testing::UnorderedElementsAre(testing::Pair(Child::kExecutor, SIGKILL),
                                                          testing::Pair(Child::kFencer, SIGKILL)));
}

TEST(Hang, AdoptedChildThatNeverAnswersIsReplaced) {
  Node node;
  node.found = {{Child::kController, 7}};
  node.silent = {Child::kController};
  node.start();
  node.pass(Milliseconds(300000));
  EXPECT_THAT(node.signals, testing::ElementsAre(testing::Pair(Child::kController, SIGKILL)));
  EXPECT_EQ(node.spawns[Child::kController], 1);
}

TEST(Idle, ChecksAreRare) {
  Node node;
  node.start();
  node.pass(Milliseconds(1000));
  node.checks = 0;
  node.pass(Milliseconds(100000));
  EXPECT_LE(node.checks, 31);
}

TEST(Ping, IsAnsweredAfterAFreshLook) {
  Node node;
  node.start();
  node.pass(Milliseconds(8000));
  node.checks = 0;
  node.send(event::Pinged{PingToken(1)});
  EXPECT_EQ(node.checks, 3);
  node.send(event::Pinged{PingToken(2)});
  EXPECT_EQ(node.checks, 3) << "recent enough";
  EXPECT_THAT(node.pings, testing::ElementsAre(1, 2));
}

TEST(Ping, IsAnsweredWhileChildrenStart) {
  Node node;
  node.silent = {Child::kController};
  node.start();
  node.send(event::Pinged{PingToken(1)});
  EXPECT_THAT(node.pings, testing::ElementsAre(1));
}

TEST(Stop, GoesFromControllerToExecutor_OneAfterTheOther) {
  Node node;
  node.start();
  node.pass(Milliseconds(20000));
  node.obey_term = false;
  node.send(event::StopRequested{});
  EXPECT_THAT(node.signals, testing::ElementsAre(testing::Pair(Child::kController, SIGTERM)));
  node.pass(Milliseconds(1800000));
  EXPECT_EQ(node.signals.size(), 1u) << "resources may take long to stop";
  node.end(Child::kController, exited(0));
  EXPECT_EQ(node.signals.back(), std::pair(Child::kFencer, SIGTERM));
  node.end(Child::kFencer, exited(0));
  EXPECT_EQ(node.signals.back(), std::pair(Child::kExecutor, SIGTERM));
  EXPECT_FALSE(node.exit_code);
  node.end(Child::kExecutor, exited(0));
  EXPECT_EQ(node.exit_code, 0);
  EXPECT_THAT(node.phases, testing::ElementsAre(Phase::kStartingDaemons, Phase::kRunning,
                                                Phase::kShuttingDown, Phase::kShutdownComplete));
}

TEST(Stop, ExecutorIsReplaced_WhileTheControllerStillNeedsIt) {
  Node node;
  node.start();
  node.pass(Milliseconds(20000));
  node.obey_term = false;
  node.send(event::StopRequested{});
  node.end(Child::kExecutor, kKilled);
  EXPECT_TRUE(node.running.contains(Child::kExecutor));
}

TEST(Stop, ControllerThatCrashesInsteadIsStartedToTryAgain) {
  Node node;
  node.start();
  node.pass(Milliseconds(20000));
  node.obey_term = false;
  node.send(event::StopRequested{});
  node.end(Child::kController, kKilled);
  ASSERT_TRUE(node.running.contains(Child::kController));
  node.pass(Milliseconds(100));
  EXPECT_EQ(node.signals.size(), 2u) << "told to stop again once ready";
  node.end(Child::kController, exited(0));
  EXPECT_EQ(node.signals.back(), std::pair(Child::kFencer, SIGTERM));
}

TEST(Stop, ControllerThatCanOnlyCrashDoesNotHoldItUpForEver) {
  Node node;
  node.start();
  node.pass(Milliseconds(20000));
  node.silent = {Child::kController};
  node.send(event::StopRequested{});
  for (int i = 0; i < 100 && !node.exit_code; ++i) {
    if (node.running.contains(Child::kController)) node.end(Child::kController, exited(1));
    node.pass(Milliseconds(5000));
  }
  EXPECT_EQ(node.exit_code, 0);
}

TEST(Stop, WorksBeforeAnythingIsReady) {
  Node node;
  for (const Child child : kChildren) node.silent.insert(child);
  node.start();
  node.send(event::StopRequested{});
  node.pass(Milliseconds(1000000));
  EXPECT_FALSE(node.exit_code) << "the controller alone may take its time";
  node.end(Child::kController, exited(0));
  node.pass(Milliseconds(100000));
  EXPECT_EQ(node.exit_code, 0) << "fencer and executor were killed at their limit";
}

TEST(Stop, WaitsForAChildThatIsBeingLookedFor) {
  Core core({});
  core.step(event::Started{}, Milliseconds(0));
  for (const Effect& effect : core.step(event::StopRequested{}, Milliseconds(1))) {
    EXPECT_FALSE(std::holds_alternative<effect::Exit>(effect));
  }
  core.step(event::NotFound{Child::kController}, Milliseconds(2));
  core.step(event::NotFound{Child::kFencer}, Milliseconds(2));
  bool told = false;
  for (const Effect& effect : core.step(event::Found{Child::kExecutor, 5}, Milliseconds(3))) {
    if (const auto* signal = std::get_if<effect::Signal>(&effect)) told = signal->pid == 5;
  }
  EXPECT_TRUE(told);
}

TEST(Sbd, NothingIsStartedBeforeItsFirstPing) {
  Node node({.fail_fast = false, .wait_for_sbd = true});
  node.start();
  node.send(event::Pinged{PingToken(1), false});
  node.pass(Milliseconds(100000));
  EXPECT_TRUE(node.running.empty());
  EXPECT_THAT(node.pings, testing::ElementsAre(1));
  node.send(event::Pinged{PingToken(2), true});
  node.pass(Milliseconds(1000));
  EXPECT_TRUE(node.all_running());
  EXPECT_THAT(node.phases,
              testing::ElementsAre(Phase::kWaitForPing, Phase::kStartingDaemons, Phase::kRunning));
}

TEST(Sbd, StopWorksBeforeItsFirstPing) {
  Node node({.fail_fast = false, .wait_for_sbd = true});
  node.start();
  node.send(event::StopRequested{});
  EXPECT_EQ(node.exit_code, 0);
}

TEST(Sbd, IsToldOfTheGoodEnd) {
  Node node;
  node.start();
  node.pass(Milliseconds(1000));
  node.send(event::Pinged{PingToken(1), true});
  node.send(event::StopRequested{});
  node.pass(Milliseconds(1000));
  EXPECT_TRUE(node.running.empty());
  EXPECT_FALSE(node.exit_code);
  node.send(event::Pinged{PingToken(2), true});
  EXPECT_EQ(node.pings.back(), 2u);
  node.send(event::SbdLeft{});
  EXPECT_EQ(node.exit_code, 0);
}

TEST(Cluster, LossEndsTheSupervisorAlone) {
  Node node;
  node.start();
  node.pass(Milliseconds(1000));
  node.send(event::ClusterLost{});
  EXPECT_EQ(node.exit_code, 102);
  EXPECT_TRUE(node.signals.empty());
}

}  // namespace
}  // namespace systole::supervisor
