#include "tests/unit/agents/executor/core/core_bench.h"

namespace systole::executor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr ClientId kController{1};

class Restart : public ::testing::Test {
 protected:
  void SetUp() override {
    bench_.connect(kController, true);
    bench_.add_resource("web");
  }

  /// A new process that finds what the old one persisted.
  std::vector<RunId> restart() {
    const std::vector<Record> records = bench_.records();
    bench_.state = State{};
    bench_.now.steady += 1s;
    return restore(bench_.state, records, bench_.now);
  }

  std::vector<CallId> delivered() const {
    std::vector<CallId> calls;
    for (const Deliver& deliver : bench_.all<Deliver>()) calls.push_back(deliver.result.call);
    return calls;
  }

  CoreBench bench_;
};

TEST_F(Restart, ResultsAreHeldUntilTheControllerConfirmsThem) {
  const CallId call = bench_.execute({.resource = "web", .action = "start"});
  bench_.finish(bench_.only<StartAgent>().run);
  const ResultId id = bench_.only<Deliver>().result.id;
  bench_.feed(ClientGone{kController});
  bench_.connect(ClientId(2), true);
  EXPECT_THAT(delivered(), ElementsAre(call));
  EXPECT_EQ(bench_.only<Deliver>().only, ClientId(2));
  bench_.feed(Confirm{.client = ClientId(2), .results = {id}});
  bench_.connect(ClientId(3), true);
  EXPECT_THAT(delivered(), IsEmpty());
}

TEST_F(Restart, OperationsGoOn_WhileTheControllerIsAway) {
  const CallId start = bench_.execute({.resource = "web", .action = "start"});
  const RunId run = bench_.only<StartAgent>().run;
  const CallId monitor = bench_.execute(
      {.resource = "web", .action = "monitor", .interval = 10s, .only_changes = true});
  bench_.feed(ClientGone{kController});
  bench_.finish(run);
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
  bench_.finish(bench_.only<StartAgent>().run, ExitCode::kNotRunning);
  EXPECT_THAT(bench_.all<Deliver>(), IsEmpty()) << "nobody is there";
  bench_.connect(ClientId(2), true);
  EXPECT_THAT(delivered(), ElementsAre(start, monitor));
}

TEST_F(Restart, AToolThatListensDoesNotTakeTheControllersResults) {
  bench_.feed(ClientGone{kController});
  bench_.connect(ClientId(2), false);
  const CallId call = bench_.execute({.resource = "web", .action = "start"}, ClientId(2));
  bench_.finish(bench_.only<StartAgent>().run);
  EXPECT_THAT(delivered(), ElementsAre(call));
  bench_.connect(ClientId(3), true);
  EXPECT_THAT(delivered(), ElementsAre(call));
}

TEST_F(Restart, HeldResultsOfARecurringOperationAreBounded) {
  bench_.execute({.resource = "web", .action = "monitor", .interval = 10s});
  bench_.feed(ClientGone{kController});
  for (int i = 0; i < 100; ++i) {
    bench_.finish(bench_.state.runs.begin()->first, ExitCode(i % 2 == 0 ? 0 : 7));
    bench_.pass(10s);
  }
  EXPECT_THAT(bench_.state.held, SizeIs(8));
  EXPECT_EQ(bench_.state.held.rbegin()->second.result.code, ExitCode::kNotRunning);
  EXPECT_THAT(bench_.records(), SizeIs(8 + 3)) << "and a resource, the operation, the counters";
}

TEST_F(Restart, BringsBackResourcesOperationsAndResults) {
  bench_.execute({.resource = "web", .action = "start"});
  bench_.finish(bench_.only<StartAgent>().run);
  const CallId monitor = bench_.execute(
      {.resource = "web", .action = "monitor", .interval = 10s, .only_changes = true});
  bench_.finish(bench_.only<StartAgent>().run);
  EXPECT_THAT(restart(), IsEmpty());
  bench_.feed(Tick{});
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor")) << "something may have changed";
  bench_.finish(bench_.only<StartAgent>().run);
  EXPECT_THAT(bench_.state.held, SizeIs(2)) << "nothing changed, nothing is told";
  bench_.pass(10s);
  bench_.finish(bench_.state.runs.begin()->first, ExitCode::kNotRunning);
  EXPECT_EQ(bench_.state.held.rbegin()->second.call, monitor);
}

TEST_F(Restart, NeverGivesANumberTwice) {
  const CallId before = bench_.execute({.resource = "web", .action = "start"});
  const RunId run = bench_.only<StartAgent>().run;
  bench_.finish(run);
  const ResultId result = bench_.only<Deliver>().result.id;
  bench_.feed(Confirm{.client = kController, .results = {result}});
  restart();
  bench_.connect(ClientId(2), true);
  EXPECT_LT(before, bench_.execute({.resource = "web", .action = "stop"}, ClientId(2)));
  EXPECT_LT(run, bench_.only<StartAgent>().run);
  bench_.finish(bench_.only<StartAgent>().run);
  EXPECT_LT(result, bench_.only<Deliver>().result.id);
}

TEST_F(Restart, TakesUpAnAgentThatRan) {
  const CallId call = bench_.execute({.resource = "web", .action = "start", .timeout = 20s});
  const RunId run = bench_.only<StartAgent>().run;
  bench_.execute({.resource = "web", .action = "monitor"});
  EXPECT_THAT(restart(), ElementsAre(run));
  bench_.connect(ClientId(2), true);
  EXPECT_THAT(bench_.started(), IsEmpty()) << "the start still runs";
  bench_.finish(run, ExitCode::kNotConfigured);
  EXPECT_EQ(bench_.only<Deliver>().result.call, call);
  EXPECT_EQ(bench_.only<Deliver>().result.result.code, ExitCode::kNotConfigured);
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor")) << "what was queued comes next";
}

TEST_F(Restart, RunsOnceMore_WhenTheResultOfARepeatableActionIsLost) {
  bench_.execute({.resource = "web", .action = "start"});
  bench_.execute({.resource = "web", .action = "monitor"});
  const std::vector<RunId> runs = restart();
  ASSERT_THAT(runs, SizeIs(1));
  bench_.feed(RunLost{runs[0]});
  EXPECT_THAT(bench_.started(), ElementsAre("web start")) << "before what was queued behind it";
  bench_.connect(ClientId(2), true);
  bench_.feed(RunLost{bench_.state.runs.begin()->first});
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kError);
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
}

TEST_F(Restart, IsAnError_WhenTheResultOfAMigrationIsLost) {
  bench_.execute({.resource = "web", .action = "migrate_to"});
  bench_.feed(RunLost{bench_.only<StartAgent>().run});
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kError);
  EXPECT_THAT(bench_.started(), IsEmpty());
}

TEST_F(Restart, NothingIsHeldForAForeignControllerThatNeverConfirms) {
  bench_ = CoreBench();
  bench_.connect(ClientId(1), false);
  bench_.add_resource("web");
  bench_.execute({.resource = "web", .action = "start"});
  const RunId run = bench_.only<StartAgent>().run;
  bench_.feed(ClientGone{ClientId(1)});
  bench_.finish(run);
  bench_.connect(ClientId(2), false);
  EXPECT_THAT(delivered(), SizeIs(1)) << "what ended while nobody was there";
  bench_.connect(ClientId(3), false);
  EXPECT_THAT(delivered(), IsEmpty());
}

}  // namespace
}  // namespace systole::executor
