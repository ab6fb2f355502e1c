#include "tests/unit/agents/executor/core/core_bench.h"

namespace systole::executor {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Resources : public ::testing::Test {
 protected:
  void SetUp() override { bench_.connect(CoreBench::kClient); }

  void remove(const std::string& id) {
    bench_.feed(
        UnregisterResource{.client = CoreBench::kClient, .call = bench_.call(), .resource = id});
  }

  CoreBench bench_;
};

TEST_F(Resources, AreAnnouncedToAll_AlsoWhenThereAlready) {
  bench_.add_resource("web");
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kOk);
  EXPECT_EQ(bench_.only<Announce>().resource, "web");
  bench_.add_resource("web");
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kOk);
  EXPECT_EQ(bench_.only<Announce>().notice, Notice::kRegistered);
}

TEST_F(Resources, NeedAnAgent) {
  bench_.feed(RegisterResource{
      .client = CoreBench::kClient, .call = bench_.call(), .resource = {.id = "web"}});
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kInvalid);
  EXPECT_THAT(bench_.state.resources, IsEmpty());
}

TEST_F(Resources, LoseTheirOperations_WhenTheirAgentIsReplaced) {
  bench_.add_resource("web");
  bench_.execute({.resource = "web", .action = "monitor", .interval = 10s});
  bench_.finish(bench_.only<StartAgent>().run);
  bench_.feed(RegisterResource{.client = CoreBench::kClient,
                               .call = bench_.call(),
                               .resource = {.id = "web", .agent = {"lsb", "", "nginx"}}});
  EXPECT_EQ(bench_.only<Deliver>().result.result.status, ExecutionStatus::kCancelled);
  bench_.execute({.resource = "web", .action = "start"});
  EXPECT_EQ(bench_.only<StartAgent>().agent.type, "nginx");
}

TEST_F(Resources, AreRemovedWithWhatWaits) {
  bench_.add_resource("web");
  bench_.execute({.resource = "web", .action = "monitor", .interval = 10s});
  bench_.finish(bench_.only<StartAgent>().run);
  remove("web");
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kOk);
  EXPECT_EQ(bench_.only<Announce>().notice, Notice::kUnregistered);
  EXPECT_TRUE(bench_.only<Deliver>().result.resource_removed);
  EXPECT_EQ(next_deadline(bench_.state), std::nullopt);
  remove("web");
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kUnknownResource);
  EXPECT_THAT(bench_.all<Announce>(), IsEmpty());
}

TEST_F(Resources, AreRemovedLater_WhenAnOperationRuns) {
  bench_.add_resource("web");
  bench_.execute({.resource = "web", .action = "stop"});
  const RunId run = bench_.only<StartAgent>().run;
  remove("web");
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kEndsLater);
  EXPECT_EQ(bench_.only<Announce>().answer, Answer::kEndsLater);
  bench_.execute({.resource = "web", .action = "start"});
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kUnknownResource);
  bench_.finish(run);
  EXPECT_TRUE(bench_.only<Deliver>().result.resource_removed);
  EXPECT_EQ(bench_.only<Deliver>().result.result.code, ExitCode::kOk);
  EXPECT_THAT(bench_.state.resources, IsEmpty());
}

TEST_F(Resources, CanBeRegisteredAgain_WhileTheyAreBeingRemoved) {
  bench_.add_resource("web");
  bench_.execute({.resource = "web", .action = "stop"});
  const RunId run = bench_.only<StartAgent>().run;
  remove("web");
  bench_.add_resource("web");
  bench_.finish(run);
  EXPECT_FALSE(bench_.only<Deliver>().result.resource_removed);
  EXPECT_THAT(bench_.state.resources, SizeIs(1));
}

TEST_F(Resources, LoseTheOperationsOfAClientThatLeaves_WhenItSaidSo) {
  bench_.connect(ClientId(2));
  bench_.add_resource("mine", ClientId(2), true);
  bench_.add_resource("kept", ClientId(2), false);
  for (const char* name : {"mine", "kept"}) {
    bench_.execute({.resource = name, .action = "monitor", .interval = 10s}, ClientId(2));
    bench_.finish(bench_.only<StartAgent>().run);
  }
  bench_.feed(ClientGone{ClientId(2)});
  bench_.pass(10s);
  EXPECT_THAT(bench_.started(), ElementsAre("kept monitor"));
}

TEST_F(Resources, PokeIsAnsweredAndAnnounced) {
  bench_.feed(Poke{.client = CoreBench::kClient, .call = bench_.call()});
  EXPECT_EQ(bench_.only<Reply>().answer, Answer::kOk);
  EXPECT_EQ(bench_.only<Announce>().notice, Notice::kPoked);
}

}  // namespace
}  // namespace systole::executor
