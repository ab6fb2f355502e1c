#include "tests/unit/agents/executor/core/core_bench.h"

namespace systole::executor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Recurring : public ::testing::Test {
 protected:
  void SetUp() override {
    bench_.connect(CoreBench::kClient);
    bench_.add_resource("web");
  }

  /// Asks for a monitor every 10 s; its first execution runs.
  CallId monitor(bool only_changes = true, std::vector<Parameter> parameters = {}) {
    return bench_.execute({.resource = "web",
                           .action = "monitor",
                           .interval = 10s,
                           .timeout = 20s,
                           .parameters = std::move(parameters),
                           .only_changes = only_changes});
  }
  RunId running() { return bench_.state.runs.begin()->first; }

  CoreBench bench_;
};

TEST_F(Recurring, RunsAtOnceAndAfterEachInterval) {
  monitor();
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
  bench_.pass(3s);
  bench_.finish(running());
  EXPECT_EQ(next_deadline(bench_.state), bench_.now.steady + 10s);
  bench_.pass(9999ms);
  EXPECT_THAT(bench_.started(), IsEmpty());
  bench_.pass(1ms);
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
}

TEST_F(Recurring, TellsTheFirstResultAndThenChanges) {
  const CallId call = monitor();
  bench_.finish(running());
  EXPECT_EQ(bench_.only<Deliver>().result.call, call);
  const auto first_change = bench_.only<Deliver>().result.last_change;
  bench_.pass(10s);
  bench_.finish(running());
  EXPECT_THAT(bench_.all<Deliver>(), IsEmpty());
  bench_.pass(10s);
  bench_.finish(running(), ExitCode::kNotRunning);
  EXPECT_EQ(bench_.only<Deliver>().result.result.code, ExitCode::kNotRunning);
  EXPECT_EQ(bench_.only<Deliver>().result.last_change, first_change + 20s);
  bench_.pass(10s);
  bench_.finish(running(), ExitCode::kNotRunning);
  EXPECT_THAT(bench_.all<Deliver>(), IsEmpty());
  bench_.pass(10s);
  bench_.finish(running(), ExitCode::kGenericError, ExecutionStatus::kTimedOut);
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kTimedOut);
}

TEST_F(Recurring, TellsEveryResult_WhenNotLimitedToChanges) {
  monitor(false);
  bench_.finish(running());
  bench_.pass(10s);
  bench_.finish(running());
  EXPECT_THAT(bench_.all<Deliver>(), SizeIs(1));
}

TEST_F(Recurring, WaitsInTheQueueOfItsResource) {
  monitor();
  bench_.finish(running());
  bench_.execute({.resource = "web", .action = "reload"});
  const RunId reload = bench_.only<StartAgent>().run;
  bench_.pass(10s);
  EXPECT_THAT(bench_.started(), IsEmpty());
  bench_.finish(reload);
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
}

TEST_F(Recurring, IsMerged_WhenAskedForAgain) {
  const CallId first = monitor();
  bench_.finish(running());
  const CallId second = monitor();
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor")) << "it runs at once";
  bench_.finish(running());
  EXPECT_EQ(bench_.only<Deliver>().result.call, second) << "its first result is told again";
  EXPECT_FALSE(bench_.state.actions.contains(first));
  EXPECT_THAT(bench_.state.actions, SizeIs(1));
}

TEST_F(Recurring, TakesWhatRunsForItsFirstResult_WhenMergedInFlight) {
  monitor();
  const CallId second = monitor();
  EXPECT_THAT(bench_.started(), IsEmpty());
  bench_.finish(running());
  EXPECT_EQ(bench_.only<Deliver>().result.call, second);
  EXPECT_THAT(bench_.started(), IsEmpty());
}

TEST_F(Recurring, DoesNotTakeWhatRuns_WhenMergedWithOtherParameters) {
  monitor(true, {{"port", "80"}});
  const CallId second = monitor(true, {{"port", "81"}});
  bench_.finish(running());
  EXPECT_THAT(bench_.all<Deliver>(), IsEmpty()) << "that answer is about the old port";
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
  EXPECT_EQ(bench_.only<StartAgent>().operation.parameters[0].value, "81");
  bench_.finish(running());
  EXPECT_EQ(bench_.only<Deliver>().result.call, second);
}

TEST_F(Recurring, EndsWithACancellation_WhenItWaits) {
  const CallId call = monitor();
  bench_.finish(running());
  bench_.cancel("web", 10s);
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kOk);
  EXPECT_EQ(bench_.only<Deliver>().result.call, call);
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kCancelled);
  EXPECT_EQ(next_deadline(bench_.state), std::nullopt);
}

TEST_F(Recurring, IsStoppedByACancellation_WhenItRuns) {
  monitor();
  const RunId run = running();
  bench_.cancel("web", 10s);
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kOk);
  EXPECT_EQ(bench_.only<StopAgent>(), (StopAgent{.run = run}));
  EXPECT_THAT(bench_.all<Deliver>(), IsEmpty());
  bench_.cancel("web", 10s);
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kUnknownOperation) << "it is cancelled already";
  bench_.execute({.resource = "web", .action = "stop"});
  EXPECT_THAT(bench_.started(), IsEmpty()) << "the monitor is not gone yet";
  bench_.finish(run, ExitCode::kGenericError, ExecutionStatus::kError);
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kCancelled);
  EXPECT_THAT(bench_.started(), ElementsAre("web stop"));
}

TEST_F(Recurring, CanBeAskedForAgain_WhileItsCancelledExecutionStillRuns) {
  monitor();
  const RunId cancelled = running();
  bench_.cancel("web", 10s);
  const CallId second = monitor();
  bench_.finish(cancelled);
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
  bench_.finish(running());
  EXPECT_EQ(bench_.only<Deliver>().result.call, second);
}

TEST_F(Recurring, CannotBeCancelled_WhenThereIsNone) {
  bench_.cancel("web", 10s);
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kUnknownOperation);
  bench_.execute({.resource = "web", .action = "start"});
  bench_.cancel("web", 0s, "start");
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kUnknownOperation);
  bench_.cancel("nosuch", 10s);
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kUnknownResource);
}

TEST_F(Recurring, MonitorRunsAtOnce_WhenItsResourceChanged) {
  monitor();
  bench_.finish(running());
  bench_.pass(1s);
  bench_.feed(ResourceChanged{"web"});
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
  bench_.feed(ResourceChanged{"nosuch"});
  EXPECT_THAT(bench_.effects, IsEmpty());
}

TEST_F(Recurring, MonitorRunsOnceMore_WhenItsResourceChangedWhileItRan) {
  monitor();
  bench_.feed(ResourceChanged{"web"});
  bench_.feed(ResourceChanged{"web"});
  EXPECT_THAT(bench_.started(), IsEmpty());
  bench_.finish(running());
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
  bench_.finish(running());
  EXPECT_THAT(bench_.started(), IsEmpty()) << "two changes during one execution need one more";
  EXPECT_EQ(next_deadline(bench_.state), bench_.now.steady + 10s);
}

}  // namespace
}  // namespace systole::executor
