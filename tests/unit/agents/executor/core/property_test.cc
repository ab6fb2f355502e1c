#include <functional>
#include <map>
#include <random>
#include <set>

#include "tests/unit/agents/executor/core/core_bench.h"

namespace systole::executor {
namespace {

/// Random clients, agents, delays and kills of the executor; what must hold is looked at after
/// every event.
class RandomLife {
 public:
  explicit RandomLife(unsigned seed) : random_(seed) {
    bench_.state.settings.parallel_agents = 3;
    bench_.connect(kController, true);
  }

  void live(int events) {
    for (int i = 0; i < events && !::testing::Test::HasFailure(); ++i) {
      one_event();
      check();
    }
    settle();
  }

 private:
  static constexpr ClientId kController{1};

  unsigned pick(unsigned count) { return static_cast<unsigned>(random_() % count); }
  std::string resource() { return std::string(1, static_cast<char>('a' + pick(4))); }

  void feed(const Event& event) {
    bench_.feed(event);
    absorb();
  }

  /// Counts answers and results, and keeps the agents that run.
  void absorb() {
    for (const Effect& effect : bench_.effects) {
      if (const auto* start = std::get_if<StartAgent>(&effect)) agents_.insert(start->run);
      if (const auto* stop = std::get_if<StopAgent>(&effect)) {
        if (stop->abandoned) agents_.erase(stop->run);
      }
      if (const auto* reply = std::get_if<Reply>(&effect)) {
        EXPECT_TRUE(answered_.insert(reply->call).second) << "answered twice";
        if (reply->answer == Answer::kStarted && once_.contains(reply->call)) {
          started_.insert(reply->call);
        }
      }
      if (const auto* deliver = std::get_if<Deliver>(&effect)) {
        results_[deliver->result.call].insert(deliver->result.id);
      }
    }
  }

  void request(const std::function<Event(CallId)>& make) {
    const CallId call = bench_.call();
    feed(make(call));
    EXPECT_TRUE(answered_.contains(call)) << "a request without an answer";
  }

  void execute() {
    static const char* const kActions[] = {"start", "stop", "monitor", "migrate_to"};
    Operation operation{.resource = resource(), .action = kActions[pick(4)], .timeout = 20s};
    if (pick(3) == 0) {
      operation.action = "monitor";
      operation.interval = Milliseconds(1000 * (1 + pick(2)));
      operation.only_changes = pick(2) == 0;
    }
    if (pick(5) == 0) operation.start_delay = 3s;
    request([&](CallId call) {
      if (!operation.recurring()) once_.insert(call);
      return Execute{.client = kController, .call = call, .operation = operation};
    });
  }

  void end_an_agent() {
    if (agents_.empty()) return;
    const RunId run = *std::next(agents_.begin(), pick(static_cast<unsigned>(agents_.size())));
    agents_.erase(run);
    if (pick(10) == 0) {
      feed(RunLost{run});
    } else {
      feed(RunEnded{.run = run,
                    .result = {.code = ExitCode(pick(2) * 7), .status = ExecutionStatus::kDone}});
    }
  }

  void one_event() {
    switch (pick(12)) {
      case 0:
        request([&](CallId call) {
          return RegisterResource{
              .client = kController,
              .call = call,
              .resource = {.id = resource(),
                           .agent = {"ocf", "test", pick(5) == 0 ? "Other" : "Dummy"}}};
        });
        break;
      case 1:
        if (pick(3) == 0) {
          request([&](CallId call) {
            return UnregisterResource{.client = kController, .call = call, .resource = resource()};
          });
        }
        break;
      case 2:
        request([&](CallId call) {
          return Cancel{.client = kController,
                        .call = call,
                        .resource = resource(),
                        .action = "monitor",
                        .interval = Milliseconds(1000 * (1 + pick(2)))};
        });
        break;
      case 3:
        feed(ResourceChanged{resource()});
        break;
      case 4:
        pass(Milliseconds(pick(4000)));
        break;
      case 5:
        if (pick(4) == 0) restart();
        break;
      case 6:
      case 7:
      case 8:
        end_an_agent();
        break;
      default:
        execute();
    }
  }

  void pass(Milliseconds time) {
    bench_.pass(time);
    absorb();
  }

  /// The executor is killed; its agents go on.
  void restart() {
    const std::vector<Record> records = bench_.records();
    bench_.state = State{};
    bench_.state.settings.parallel_agents = 3;
    const std::vector<RunId> runs = restore(bench_.state, records, bench_.now);
    EXPECT_EQ(std::set<RunId>(runs.begin(), runs.end()), agents_) << "agents forgotten or made up";
    feed(ClientRegistered{.client = kController, .confirms = true});
    feed(Tick{});
  }

  void check() {
    const State& state = bench_.state;
    std::set<CallId> seen;
    std::size_t running = 0;
    for (const auto& [name, resource] : state.resources) {
      if (resource.running) {
        ++running;
        EXPECT_EQ(state.actions.at(*resource.running).phase, Action::Phase::kRunning);
      }
      for (const CallId call : resource.queue) {
        EXPECT_TRUE(seen.insert(call).second) << "queued twice";
        ASSERT_TRUE(state.actions.contains(call));
        EXPECT_EQ(state.actions.at(call).phase, Action::Phase::kQueued);
      }
    }
    EXPECT_EQ(running, state.runs.size());
    EXPECT_EQ(state.runs.size(), agents_.size()) << "agents that nobody knows";
    std::size_t timers = 0;
    for (const auto& [call, action] : state.actions) {
      EXPECT_EQ(action.call, call);
      if (action.timer) ++timers;
      if (action.phase == Action::Phase::kQueued) {
        EXPECT_TRUE(seen.contains(call));
      }
      if (action.phase == Action::Phase::kWaiting) {
        EXPECT_TRUE(action.timer.has_value());
      }
    }
    EXPECT_EQ(timers, state.timers.size());
    EXPECT_LE(state.slots.size(), 3u);
  }

  /// When every agent has ended, every operation that was accepted has told exactly one result.
  void settle() {
    for (int i = 0; i < 500; ++i) {
      pass(100ms);
      while (!agents_.empty()) end_an_agent();
    }
    check();
    for (const CallId call : started_) {
      EXPECT_EQ(results_[call].size(), 1u) << "call " << call.value();
    }
  }

  std::mt19937 random_;
  CoreBench bench_;
  std::set<RunId> agents_;
  std::set<CallId> answered_;
  std::set<CallId> once_;     ///< asked for, not recurring
  std::set<CallId> started_;  ///< of those, accepted
  std::map<CallId, std::set<ResultId>> results_;
};

TEST(RandomLife, KeepsItsPromises) {
  for (unsigned seed = 1; seed <= 300 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE(::testing::Message() << "seed " << seed);
    RandomLife(seed).live(300);
  }
}

}  // namespace
}  // namespace systole::executor
