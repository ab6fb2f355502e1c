#include "fencing/shell/fencer_daemon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <thread>

#include "fencing/shell/lone_cluster.h"
#include "fencing/tools/fencer_connection.h"
#include "lib/client/fencer_client.h"
#include "lib/ipc/client.h"
#include "lib/ipc/endpoints.h"

namespace systole::fencing {
namespace {

using client::FenceEvent;
using client::FencerDevice;
using client::FencerResult;
using testing::HasSubstr;
using testing::SizeIs;

/// A fencer in a thread of its own, in a network namespace of its own: names of endpoints belong to
/// the network namespace, and another fencer may run on this machine.
class FencerDaemonTest : public testing::Test {
 protected:
  void SetUp() override {
    if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "needs root and network namespaces";
    }
    char name[] = "/tmp/fencer_daemon_XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    start_daemon();
  }
  void TearDown() override {
    stop_daemon();
    if (!folder_.empty()) (void)!system(("rm -rf " + folder_).c_str());
  }

  void start_daemon() {
    std::atomic<bool> serving{false};
    thread_ = std::thread([this, &serving] {
      daemon::EventLoop loop;
      LoneCluster cluster(loop, "me");
      FencerDaemon::Options options;
      options.agents_folder = std::string(SYSTOLE_SOURCE_DIR) + "/fencing/agents";
      options.watch_cib = false;
      FencerDaemon fencer(loop, cluster, options,
                          [](const base::Error& error) { ADD_FAILURE() << error.message; });
      ASSERT_TRUE(fencer.start().ok());
      ASSERT_TRUE(loop.run_until([&] { return fencer.serving(); }, std::chrono::seconds(10)));
      daemon_loop_ = &loop;
      serving = true;
      loop.run();
    });
    while (!serving) std::this_thread::yield();
  }
  void stop_daemon() {
    if (!thread_.joinable()) return;
    daemon_loop_->stop();
    thread_.join();
  }

  void connect() {
    client_.emplace(loop_, "test",
                    client::FencerClient::Handlers{
                        .on_connected = [this] { ++connected_; },
                        .on_disconnected = [this] { ++disconnected_; },
                        .on_fence = [this](const FenceEvent& event) { events_.push_back(event); }});
    client_->start();
    ASSERT_TRUE(loop_.run_until([this] { return connected_ > 0; }, std::chrono::seconds(10)));
  }

  FencerResult wait(const std::optional<base::Result<FencerResult>>& answer) {
    EXPECT_TRUE(loop_.run_until([&] { return answer.has_value(); }, std::chrono::seconds(30)));
    if (!answer) return {};
    EXPECT_TRUE(answer->ok()) << answer->error().message;
    return answer->value_or(FencerResult{});
  }
  client::FencerClient::Answer into(std::optional<base::Result<FencerResult>>& answer) {
    return [&answer](base::Result<FencerResult> result) { answer = std::move(result); };
  }

  FencerResult add_device(const std::string& id, const std::string& hosts,
                          const std::string& mode) {
    std::optional<base::Result<FencerResult>> answer;
    client_->register_device({.id = id,
                              .agent = "fence_dummy",
                              .parameters = {{"pcmk_host_list", hosts},
                                             {"mode", mode},
                                             {"record", folder_ + "/record"}}},
                             into(answer));
    return wait(answer);
  }
  FencerResult fence(const std::string& target, std::chrono::seconds timeout) {
    std::optional<base::Result<FencerResult>> answer;
    client_->fence({.target = target, .action = "off", .timeout = timeout}, into(answer));
    return wait(answer);
  }

  std::string folder_;
  std::thread thread_;
  daemon::EventLoop* daemon_loop_ = nullptr;
  daemon::EventLoop loop_;
  std::optional<client::FencerClient> client_;
  int connected_ = 0;
  int disconnected_ = 0;
  std::vector<FenceEvent> events_;
};

TEST_F(FencerDaemonTest, FencesThroughAnAgent_AndTellsSubscribers) {
  connect();
  ASSERT_TRUE(add_device("f", "n1", "pass").ok());
  EXPECT_TRUE(fence("n1", std::chrono::seconds(10)).ok());
  ASSERT_TRUE(loop_.run_until([&] { return !events_.empty(); }, std::chrono::seconds(5)));
  EXPECT_EQ(events_[0].target, "n1");
  EXPECT_EQ(events_[0].delegate, "me");
  EXPECT_THAT(events_[0].client, HasSubstr("test."));
  EXPECT_TRUE(events_[0].result.ok());
}

TEST_F(FencerDaemonTest, ReportsAHangingAgent_WithinItsTimeout) {
  connect();
  ASSERT_TRUE(add_device("stuck", "n1", "hang").ok());
  const FencerResult result = fence("n1", std::chrono::seconds(1));
  EXPECT_EQ(result.status, static_cast<int>(ExecutionStatus::kTimeout));
  EXPECT_THAT(result.reason, HasSubstr("stuck"));
}

TEST_F(FencerDaemonTest, ReportsAnAgentThatPrintsGarbage) {
  connect();
  ASSERT_TRUE(add_device("noisy", "n1", "garbage").ok());
  const FencerResult result = fence("n1", std::chrono::seconds(5));
  EXPECT_FALSE(result.ok());
  EXPECT_THAT(result.reason, HasSubstr("noisy"));
}

TEST_F(FencerDaemonTest, SaysThatNoDeviceIsThere) {
  connect();
  EXPECT_EQ(fence("n1", std::chrono::seconds(5)).status,
            static_cast<int>(ExecutionStatus::kNoFenceDevice));
}

TEST_F(FencerDaemonTest, MonitorsADevice_AndForgetsIt) {
  connect();
  ASSERT_TRUE(add_device("f", "n1", "pass").ok());
  std::optional<base::Result<FencerResult>> monitored;
  client_->execute("f", "monitor", std::chrono::seconds(10), into(monitored));
  EXPECT_TRUE(wait(monitored).ok());
  std::optional<base::Result<FencerResult>> removed;
  client_->remove_device("f", into(removed));
  EXPECT_TRUE(wait(removed).ok());
  std::optional<base::Result<FencerResult>> again;
  client_->execute("f", "monitor", std::chrono::seconds(10), into(again));
  EXPECT_EQ(wait(again).status, static_cast<int>(ExecutionStatus::kNoFenceDevice));
}

TEST_F(FencerDaemonTest, AnswersWhatWaits_WhenTheFencerDies_AndConnectsAgain) {
  connect();
  ASSERT_TRUE(add_device("stuck", "n1", "hang").ok());
  std::optional<base::Result<FencerResult>> answer;
  client_->fence({.target = "n1", .action = "off", .timeout = std::chrono::seconds(60)},
                 into(answer));
  loop_.run_until([] { return false; }, milliseconds(200));
  stop_daemon();
  ASSERT_TRUE(loop_.run_until([&] { return answer.has_value(); }, std::chrono::seconds(10)));
  ASSERT_FALSE(answer->ok());
  EXPECT_EQ(answer->error().code, base::Errc::kNotConnected);
  EXPECT_EQ(disconnected_, 1);
  start_daemon();
  EXPECT_TRUE(loop_.run_until([&] { return connected_ == 2; }, std::chrono::seconds(10)));
}

TEST_F(FencerDaemonTest, AnswersACallWithoutAFencer) {
  stop_daemon();
  client_.emplace(loop_, "test", client::FencerClient::Handlers{});
  client_->start();
  std::optional<base::Result<FencerResult>> answer;
  client_->fence({.target = "n1", .action = "off"}, into(answer));
  ASSERT_TRUE(loop_.run_until([&] { return answer.has_value(); }, std::chrono::seconds(10)));
  EXPECT_EQ(answer->error().code, base::Errc::kNotConnected);
}

TEST_F(FencerDaemonTest, SurvivesJunk) {
  auto raw = ipc::Client::connect(ipc::endpoint::kFencer);
  ASSERT_TRUE(raw.ok());
  for (const char* junk :
       {"", "x", "<", "<a/>", "<stonith_command st_op='st_fence' st_callopt='4096'/>",
        "<stonith_command st_op='st_execute'/>", "<stonith_command st_op='no_such'/>",
        "<stonith_command st_op='st_level_add'><st_calldata/></stonith_command>"}) {
    ASSERT_TRUE((*raw)->send(junk).ok());
  }
  const auto nack = (*raw)->request("<", std::chrono::seconds(5));
  ASSERT_TRUE(nack.ok());
  EXPECT_THAT(*nack, HasSubstr("76"));
  connect();
  ASSERT_TRUE(add_device("f", "n1", "pass").ok());
  EXPECT_TRUE(fence("n1", std::chrono::seconds(10)).ok());
}

TEST_F(FencerDaemonTest, AnswersAnUnknownRequestAsProtocolError) {
  auto raw = ipc::Client::connect(ipc::endpoint::kFencer);
  ASSERT_TRUE(raw.ok());
  const auto reply = (*raw)->request(
      client::fencer_call_message({.op = "st_dance", .call = 2, .options = 4096}, nullptr),
      std::chrono::seconds(5));
  ASSERT_TRUE(reply.ok());
  EXPECT_THAT(*reply, HasSubstr("op-status=\"9\" rc-code=\"76\""));
  EXPECT_THAT(*reply, HasSubstr("st_rc=\"-71\""));
}

TEST_F(FencerDaemonTest, KeepsHistory_AndAcceptsAPersonsWord) {
  auto connection = FencerConnection::open("tool");
  ASSERT_TRUE(connection.ok());
  const xml::Document input =
      client::fence_input({.target = "n7", .action = "off", .timeout = std::chrono::seconds(0)});
  const auto confirmed =
      (*connection)
          ->call({.op = "st_fence", .call = 0, .options = client::fencer_wire::kManualAck}, &input);
  ASSERT_TRUE(confirmed.ok());
  EXPECT_TRUE(client::read_fencer_result(confirmed->root()).ok());
  const auto history = (*connection)->call({.op = "st_fence_history"}, nullptr);
  ASSERT_TRUE(history.ok());
  const auto events = client::read_fence_history(history->root());
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].delegate, "a human");
  const auto cleaned =
      (*connection)
          ->call({.op = "st_fence_history", .call = 0, .options = client::fencer_wire::kCleanup},
                 nullptr);
  ASSERT_TRUE(cleaned.ok());
  const auto empty = (*connection)->call({.op = "st_fence_history"}, nullptr);
  EXPECT_FALSE(empty->root().first_child(client::fencer_wire::kCallData));
}

TEST_F(FencerDaemonTest, RefusesABadLevel_AndTellsEverybodyAboutGoodOnes) {
  auto connection = FencerConnection::open("tool");
  auto listener = ipc::Client::connect(ipc::endpoint::kFencer);
  ASSERT_TRUE(connection.ok() && listener.ok());
  ASSERT_TRUE((*listener)->request(client::fencer_register_message("l"), milliseconds(5000)).ok());
  const xml::Document bad = client::level_input({.target = "n1", .index = 99, .devices = "f"});
  const auto refused = (*connection)->call({.op = "st_level_add"}, &bad);
  ASSERT_TRUE(refused.ok());
  EXPECT_EQ(refused->root().attribute_or("st_rc", ""), "-22");
  const xml::Document good = client::level_input({.target = "n1", .index = 1, .devices = "f"});
  const auto added = (*connection)->call({.op = "st_level_add"}, &good);
  ASSERT_TRUE(added.ok());
  EXPECT_TRUE(client::read_fencer_result(added->root()).ok());
  const auto first = (*listener)->next_event(milliseconds(5000));
  const auto second = (*listener)->next_event(milliseconds(5000));
  ASSERT_TRUE(second.ok() && second->has_value());
  EXPECT_THAT(**second, HasSubstr("n1[1]"));
}

TEST(UniqueId, IsAUuid_AndDiffers) {
  const std::string id = make_unique_id();
  EXPECT_EQ(id.size(), 36u) << id;
  EXPECT_EQ(id[14], '4');
  EXPECT_NE(id, make_unique_id());
}

}  // namespace
}  // namespace systole::fencing
