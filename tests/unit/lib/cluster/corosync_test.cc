// Against a running Corosync; skipped where there is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cluster/cluster.h"
#include "lib/daemon/event_loop.h"

namespace systole::cluster {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Corosync : public testing::Test {
 protected:
  void SetUp() override {
    auto connected = connect_corosync(loop_, milliseconds(0));
    if (!connected) GTEST_SKIP() << connected.error().message;
    cluster_ = std::move(*connected);
  }

  static std::string group_name() {
    static int counter = 0;
    return base::cat("test-", getpid(), "-", ++counter);
  }

  daemon::EventLoop loop_;
  std::unique_ptr<Cluster> cluster_;
};

struct Log {
  std::vector<std::string> messages;
  std::vector<View> views;

  Group::Handlers handlers() {
    return {.on_view = [this](const View& view) { views.push_back(view); },
            .on_message = [this](const Member&,
                                 std::string bytes) { messages.push_back(std::move(bytes)); }};
  }
};

TEST_F(Corosync, TellsQuorumAndNodes) {
  int quorum_events = 0;
  ASSERT_TRUE(cluster_
                  ->start({.on_quorum = [&](const Quorum&) { ++quorum_events; },
                           .on_nodes = {},
                           .may_stop = {},
                           .on_lost = {}})
                  .ok());
  ASSERT_TRUE(loop_.run_until([&] { return quorum_events > 0; }, seconds(5)));
  EXPECT_THAT(cluster_->quorum().members, testing::Contains(cluster_->local_node()));
  EXPECT_GE(cluster_->quorum().expected_votes, 1u);
  bool own = false;
  for (const auto& node : cluster_->nodes()) {
    own |= node.number == cluster_->local_node() && node.name == cluster_->local_name();
  }
  EXPECT_TRUE(own);
}

TEST_F(Corosync, MessagesOfAnyLengthComeBackInOrder) {
  Log log;
  auto group = cluster_->join(group_name(), log.handlers());
  ASSERT_TRUE(group.ok()) << group.error().message;
  std::vector<std::string> sent;
  for (const std::size_t size : {10u, 0u, 300000u, 5u, 9000000u, 100u}) {
    sent.push_back(std::string(size, static_cast<char>('a' + sent.size())));
    ASSERT_TRUE((*group)->multicast(sent.back()).ok());
  }
  EXPECT_TRUE(loop_.run_until([&] { return log.messages.size() == sent.size(); }, seconds(20)));
  EXPECT_TRUE(log.messages == sent);
  ASSERT_FALSE(log.views.empty());
  EXPECT_EQ(log.views[0].members.at(0).pid, static_cast<std::uint32_t>(getpid()));
}

TEST_F(Corosync, FloodIsQueued_NotLost) {
  Log log;
  auto group = cluster_->join(group_name(), log.handlers());
  ASSERT_TRUE(group.ok());
  constexpr int kMessages = 20000;
  for (int i = 0; i < kMessages; ++i) {
    ASSERT_TRUE((*group)->multicast(base::cat(i, std::string(500, 'x'))).ok());
  }
  ASSERT_TRUE(loop_.run_until([&] { return log.messages.size() == kMessages; }, seconds(60)));
  for (int i = 0; i < kMessages; ++i) ASSERT_TRUE(log.messages[i].starts_with(base::cat(i, "x")));
}

// A child that joins, says hello and then waits to be told how to end.
void run_member(const std::string& group_name, bool leave) {
  daemon::EventLoop loop;
  auto cluster = connect_corosync(loop, seconds(5));
  if (!cluster.ok()) _exit(1);
  bool in = false;
  auto group =
      (*cluster)->join(group_name, {.on_view = [&](const View&) { in = true; }, .on_message = {}});
  if (!group.ok()) _exit(2);
  loop.run_until([&] { return in; }, seconds(5));
  (void)(*group)->multicast("hello").ok();
  loop.run_until([] { return false; }, milliseconds(300));
  if (!leave) kill(getpid(), SIGKILL);
  group->reset();
  _exit(0);
}

TEST_F(Corosync, ViewsTellWhoJoinsAndHowTheyLeave) {
  for (const bool leave : {true, false}) {
    const std::string name = group_name();
    Log log;
    auto group = cluster_->join(name, log.handlers());
    ASSERT_TRUE(group.ok());
    ASSERT_TRUE(loop_.run_until([&] { return !log.views.empty(); }, seconds(5)));
    const pid_t child = fork();
    if (child == 0) run_member(name, leave);
    ASSERT_TRUE(loop_.run_until([&] { return log.views.size() == 3; }, seconds(10)));
    waitpid(child, nullptr, 0);
    const Member member{cluster_->local_node(), static_cast<std::uint32_t>(child)};
    EXPECT_THAT(log.views[1].joined, testing::ElementsAre(member));
    EXPECT_EQ(log.views[1].members.size(), 2u);
    ASSERT_EQ(log.views[2].left.size(), 1u);
    EXPECT_EQ(log.views[2].left[0].member, member);
    EXPECT_EQ(log.views[2].left[0].reason, leave ? LeaveReason::kLeft : LeaveReason::kProcessDown);
    EXPECT_THAT(log.messages, testing::ElementsAre("hello"));
  }
}

TEST_F(Corosync, IdleConnectionSleeps) {
  ASSERT_TRUE(cluster_->start({}).ok());
  auto group = cluster_->join(group_name(), {});
  ASSERT_TRUE(group.ok());
  loop_.run_until([] { return false; }, milliseconds(500));
  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  loop_.run_until([] { return false; }, seconds(2));
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LE(after.ru_nvcsw - before.ru_nvcsw, 5);
}

TEST_F(Corosync, EndOfCorosyncIsTold_Once) {
  if (std::getenv("SYSTOLE_TEST_KILL_COROSYNC") == nullptr) {
    GTEST_SKIP() << "only where this Corosync may be killed";
  }
  int lost = 0;
  ASSERT_TRUE(cluster_
                  ->start({.on_quorum = {},
                           .on_nodes = {},
                           .may_stop = {},
                           .on_lost = [&](const Error&) { ++lost; }})
                  .ok());
  auto group = cluster_->join(group_name(), {});
  ASSERT_TRUE(group.ok());
  ASSERT_EQ(std::system("pkill -KILL -x corosync"), 0);
  EXPECT_TRUE(loop_.run_until([&] { return lost > 0; }, seconds(5)));
  loop_.run_until([] { return false; }, milliseconds(200));
  EXPECT_EQ(lost, 1);
  EXPECT_FALSE((*group)->multicast("x").ok());
}

}  // namespace
}  // namespace systole::cluster
