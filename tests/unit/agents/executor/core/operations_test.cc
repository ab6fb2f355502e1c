#include "tests/unit/agents/executor/core/core_bench.h"

namespace systole::executor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Operations : public ::testing::Test {
 protected:
  void SetUp() override {
    bench_.connect(CoreBench::kClient);
    bench_.add_resource("web");
    bench_.add_resource("db");
  }
  CoreBench bench_;
};

TEST_F(Operations, StartAtOnce_WhenTheResourceIsFree) {
  const CallId call = bench_.execute(
      {.resource = "web", .action = "start", .timeout = 20s, .user_data = "2:7:0:uuid"});
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kStarted);
  EXPECT_EQ(bench_.only<Reply>().call, call);
  const StartAgent start = bench_.only<StartAgent>();
  EXPECT_EQ(start.call, call);
  EXPECT_EQ(start.agent.type, "Dummy");
  EXPECT_EQ(start.operation.timeout, 20s);
}

TEST_F(Operations, TellTheirResultWithEverythingAsked) {
  const CallId call =
      bench_.execute({.resource = "web", .action = "start", .user_data = "2:7:0:uuid"});
  bench_.pass(2s);
  bench_.feed(RunEnded{.run = RunId(1),
                       .result = {.code = ExitCode::kNotConfigured,
                                  .status = ExecutionStatus::kDone,
                                  .exit_reason = "no port",
                                  .output = "bad",
                                  .run_time = 1999ms}});
  const Deliver deliver = bench_.only<Deliver>();
  EXPECT_EQ(deliver.only, std::nullopt);
  EXPECT_EQ(deliver.result.call, call);
  EXPECT_EQ(deliver.result.operation.user_data, "2:7:0:uuid");
  EXPECT_EQ(deliver.result.result.code, ExitCode::kNotConfigured);
  EXPECT_EQ(deliver.result.result.exit_reason, "no port");
  EXPECT_EQ(deliver.result.result.run_time, 1999ms);
  EXPECT_EQ(deliver.result.last_run.count(), 1700000000);
  EXPECT_EQ(deliver.result.last_change.count(), 1700000002);
}

TEST_F(Operations, StopEndsTheMonitorsOfTheResource) {
  const CallId monitor = bench_.execute({.resource = "web", .action = "monitor", .interval = 10s});
  bench_.feed(RunEnded{.run = bench_.only<StartAgent>().run,
                       .result = {.code = ExitCode::kOk, .status = ExecutionStatus::kDone}});
  bench_.execute({.resource = "db", .action = "monitor", .interval = 10s});
  bench_.execute({.resource = "web", .action = "stop"});
  const Deliver ended = bench_.only<Deliver>();
  EXPECT_EQ(ended.result.call, monitor);
  EXPECT_EQ(ended.result.result.status, ExecutionStatus::kCancelled);
  EXPECT_THAT(bench_.started(), ElementsAre("web stop"));
}

TEST_F(Operations, RunOneAtATime_OfOneResource) {
  bench_.execute({.resource = "web", .action = "stop"});
  const RunId stop = bench_.only<StartAgent>().run;
  bench_.execute({.resource = "web", .action = "start"});
  EXPECT_THAT(bench_.started(), IsEmpty());
  bench_.execute({.resource = "web", .action = "monitor"});
  EXPECT_THAT(bench_.started(), IsEmpty());
  bench_.execute({.resource = "db", .action = "start"});
  EXPECT_THAT(bench_.started(), ElementsAre("db start"));
  bench_.pass(3s);
  bench_.finish(stop);
  EXPECT_THAT(bench_.started(), ElementsAre("web start"));
  bench_.finish(bench_.only<StartAgent>().run);
  EXPECT_EQ(bench_.only<Deliver>().result.queue_time, 3s);
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
}

TEST_F(Operations, WaitForTheirStartDelay_WithoutHoldingOthersUp) {
  bench_.execute({.resource = "web", .action = "start", .start_delay = 5s});
  EXPECT_THAT(bench_.started(), IsEmpty());
  EXPECT_EQ(next_deadline(bench_.state), bench_.now.steady + 5s);
  bench_.execute({.resource = "web", .action = "monitor"});
  EXPECT_THAT(bench_.started(), ElementsAre("web monitor"));
  bench_.finish(bench_.only<StartAgent>().run);
  bench_.pass(5s);
  EXPECT_THAT(bench_.started(), ElementsAre("web start"));
  bench_.finish(bench_.only<StartAgent>().run);
  EXPECT_EQ(bench_.only<Deliver>().result.queue_time, 0ms);
}

TEST_F(Operations, AreRefused_WhenTheResourceIsUnknown) {
  bench_.execute({.resource = "nosuch", .action = "start"});
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kUnknownResource);
  EXPECT_THAT(bench_.started(), IsEmpty());
}

TEST_F(Operations, AreRefused_WhenTheyMeanNothing) {
  bench_.execute({.resource = "web", .action = ""});
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kInvalid);
  bench_.execute({.resource = "web", .action = "start", .timeout = -1s});
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kInvalid);
}

TEST_F(Operations, TellOnlyWhoAsked_WhenHeWantsSo) {
  bench_.connect(ClientId(2));
  bench_.execute({.resource = "web", .action = "start", .only_to_originator = true}, ClientId(2));
  bench_.finish(bench_.only<StartAgent>().run);
  EXPECT_EQ(bench_.only<Deliver>().only, ClientId(2));
}

TEST_F(Operations, RunInLimitedNumber_ButAHungOneGivesItsPlaceBack) {
  bench_.state.settings.parallel_agents = 2;
  for (const char* name : {"a", "b", "c"}) bench_.add_resource(name);
  bench_.execute({.resource = "a", .action = "stop"});
  const RunId first = bench_.only<StartAgent>().run;
  bench_.execute({.resource = "b", .action = "stop"});
  bench_.execute({.resource = "c", .action = "stop"});
  bench_.execute({.resource = "web", .action = "stop"});
  EXPECT_THAT(bench_.started(), IsEmpty());
  bench_.finish(first);
  EXPECT_THAT(bench_.started(), ElementsAre("c stop"));
  EXPECT_EQ(next_deadline(bench_.state), bench_.now.steady + 1s);
  bench_.pass(1s);
  EXPECT_THAT(bench_.started(), ElementsAre("web stop"));
}

TEST_F(Operations, AreGivenUp_WhenNothingIsHeardLongAfterTheirTimeout) {
  const CallId call = bench_.execute({.resource = "web", .action = "start", .timeout = 20s});
  const RunId run = bench_.only<StartAgent>().run;
  bench_.pass(34999ms);
  EXPECT_THAT(bench_.effects, IsEmpty());
  bench_.pass(1ms);
  EXPECT_EQ(bench_.only<StopAgent>(), (StopAgent{.run = run, .abandoned = true}));
  EXPECT_EQ(bench_.only<Deliver>().result.call, call);
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kTimedOut);
  bench_.finish(run);
  EXPECT_THAT(bench_.effects, IsEmpty()) << "a late result of something given up counts nothing";
}

TEST_F(Operations, AreRecordedBeforeAnybodyIsTold) {
  bench_.state.confirmation_expected = true;
  bench_.execute({.resource = "web", .action = "monitor", .interval = 10s});
  EXPECT_TRUE(std::holds_alternative<StartAgent>(bench_.effects.back()));
  bench_.finish(bench_.only<StartAgent>().run);
  ASSERT_EQ(bench_.effects.size(), 3u);
  EXPECT_TRUE(std::holds_alternative<Persist>(bench_.effects[0])) << "the result";
  EXPECT_TRUE(std::holds_alternative<Persist>(bench_.effects[1])) << "that nothing runs any more";
  EXPECT_TRUE(std::holds_alternative<Deliver>(bench_.effects[2]));
}

TEST_F(Operations, AreNotCancelled_WhenSomebodyElseStopsTheAgent) {
  bench_.execute({.resource = "web", .action = "start"});
  bench_.finish(bench_.only<StartAgent>().run, ExitCode::kOk, ExecutionStatus::kCancelled);
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kError);
  EXPECT_EQ(bench_.only<Deliver>().result.result.code, ExitCode::kGenericError);
}

TEST_F(Operations, HaveGrowingNumbers) {
  CallId last(0);
  for (int i = 0; i < 3000; ++i) {
    const CallId call = bench_.call();
    EXPECT_LT(last, call);
    last = call;
  }
}

}  // namespace
}  // namespace systole::executor
