#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <deque>
#include <functional>
#include <future>
#include <thread>

#include "crmd/shell/attribute_endpoint.h"
#include "crmd/shell/cib_endpoint.h"
#include "crmd/shell/controller_endpoint.h"
#include "crmd/shell/scheduler_endpoint.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/client.h"
#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::string unique_prefix() {
  static std::atomic<int> counter = 0;
  return base::cat("systole-test-", getpid(), "-", ++counter, "-");
}

/// A cluster of one node behind real endpoints: multicasts come back, writes succeed.
class Node {
 public:
  explicit Node(std::string prefix)
      : context_{.loop = loop_,
                 .controller = controller_,
                 .self = kSelf,
                 .self_name = "node1",
                 .deliver = [this](Event event) { deliver(std::move(event)); },
                 .new_token = [this] { return CallToken(++last_token_); },
                 .has_room = [this](std::size_t bytes) { return bytes <= room; },
                 .prefix = std::move(prefix)} {
    const auto clock = [] { return std::int64_t{1000}; };
    cib_ = std::move(CibEndpoint::start(context_)).value();
    attributes_ = std::move(AttributeEndpoint::start(context_)).value();
    scheduler_ = std::move(SchedulerEndpoint::start(context_, planner_, clock)).value();
    controller_endpoint_ = std::move(ControllerEndpoint::start(context_, clock)).value();
    event::Started started;
    started.self = kSelf;
    started.incarnation = "boot";
    started.process = 1;
    started.transition_uuid = "00000000-0000-4000-8000-000000000000";
    started.nodes = {{.number = kSelf, .name = "node1"}};
    deliver(started);
    deliver(event::QuorumChanged{.quorate = true, .members = {kSelf}, .expected_votes = 1});
    deliver(event::ViewChanged{.members = {kSelf}, .joined = {kSelf}, .left = {}});
    deliver(event::ExecutorConnected{});
  }

  daemon::EventLoop& loop() { return loop_; }

  /// What clients may still send to the group.
  std::atomic<std::size_t> room = std::size_t{1} << 20;

 private:
  void deliver(Event event) {
    events_.push_back(std::move(event));
    if (stepping_) return;
    stepping_ = true;
    while (!events_.empty()) {
      const Event next = std::move(events_.front());
      events_.pop_front();
      for (Effect& effect : controller_.step(next, now_)) carry_out(effect);
    }
    stepping_ = false;
  }
  void carry_out(Effect& effect) {
    if (auto* multicast = std::get_if<effect::Multicast>(&effect)) {
      events_.push_back(event::Delivered{kSelf, multicast->bytes});
    } else if (auto* persist = std::get_if<effect::Persist>(&effect)) {
      events_.push_back(event::Persisted{persist->id, std::nullopt});
    } else if (auto* cib = std::get_if<effect::ReplyCib>(&effect)) {
      cib_->reply(*cib);
    } else if (auto* notice = std::get_if<effect::NotifyCib>(&effect)) {
      cib_->notify(*notice);
    } else if (auto* attributes = std::get_if<effect::ReplyAttributes>(&effect)) {
      attributes_->reply(*attributes);
    } else if (auto* ping = std::get_if<effect::ReplyPing>(&effect)) {
      controller_endpoint_->reply(*ping);
    } else if (auto* resource = std::get_if<effect::ReplyResource>(&effect)) {
      controller_endpoint_->reply(*resource);
    }
  }

  static constexpr NodeNumber kSelf{1};
  daemon::EventLoop loop_;
  Controller controller_{nullptr};
  Now now_{.steady = Milliseconds(1000), .wall = Milliseconds(1700000000000), .utc_offset = 0};
  std::deque<Event> events_;
  bool stepping_ = false;
  std::uint64_t last_token_ = 0;
  EndpointContext context_;
  Planner planner_{loop_, "/nonexistent",
                   [](const model::Snapshot&) -> base::Result<model::TransitionGraph> {
                     return model::TransitionGraph{};
                   },
                   [](const event::PlanReady&) {}};
  std::unique_ptr<CibEndpoint> cib_;
  std::unique_ptr<AttributeEndpoint> attributes_;
  std::unique_ptr<SchedulerEndpoint> scheduler_;
  std::unique_ptr<ControllerEndpoint> controller_endpoint_;
};

class Endpoints : public testing::Test {
 protected:
  Endpoints() {
    std::promise<void> ready;
    thread_ = std::thread([this, &ready] {
      Node node(prefix_);
      loop_ = &node.loop();
      room_ = &node.room;
      ready.set_value();
      node.loop().run();
    });
    ready.get_future().wait();
  }
  ~Endpoints() override {
    loop_->stop();
    thread_.join();
  }

  std::unique_ptr<ipc::Client> connect(const char* name) {
    auto client = ipc::Client::connect(prefix_ + name);
    EXPECT_TRUE(client.ok());
    return client ? std::move(*client) : nullptr;
  }
  static std::string ask(ipc::Client& client, std::string_view text) {
    auto answer = client.request(text, seconds(5));
    return answer ? *answer : answer.error().message;
  }
  static std::string event(ipc::Client& client) {
    auto next = client.next_event(seconds(5));
    return next && next->has_value() ? **next : "no event";
  }
  static std::string attribute(const std::string& text, std::string_view name) {
    auto document = xml::Document::parse(text);
    if (!document) return text;
    return std::string(document->root().attribute_or(name, "(none)"));
  }
  static std::string operation(std::string_view name, int options, std::string_view input = {},
                               std::string_view section = {}) {
    return base::cat("<cib_command t=\"cib\" cib_op=\"", name, "\" cib_section=\"", section,
                     "\" cib_callid=\"2\" cib_callopt=\"", options, "\"><cib_calldata>", input,
                     "</cib_calldata></cib_command>");
  }

  const std::string prefix_ = unique_prefix();
  daemon::EventLoop* loop_ = nullptr;
  std::atomic<std::size_t>* room_ = nullptr;
  std::thread thread_;
};

constexpr int kSync = 0x1000;
constexpr std::string_view kProperties =
    "<crm_config><cluster_property_set id=\"s\"><nvpair id=\"n\" name=\"batch-limit\" "
    "value=\"3\"/></cluster_property_set></crm_config>";

TEST_F(Endpoints, CibAnswersQueriesAndTakesChanges) {
  auto client = connect("cib_rw");
  const std::string registered =
      ask(*client, R"(<cib_command t="cib" cib_op="register" cib_clientname="test"/>)");
  EXPECT_EQ(attribute(registered, "cib_clientid").size(), 36u);
  EXPECT_EQ(
      attribute(ask(*client, operation("cib_modify", kSync, kProperties, "crm_config")), "cib_rc"),
      "0");
  const std::string found =
      ask(*client, operation("cib_query", kSync | 0x2, "", "//nvpair[@id='n']"));
  EXPECT_EQ(attribute(found, "cib_rc"), "0");
  EXPECT_NE(found.find("batch-limit"), std::string::npos);
}

TEST_F(Endpoints, CibAnswersAsEvent_WhenAskedWithoutResponse) {
  auto client = connect("cib_rw");
  ASSERT_TRUE(client->send(operation("noop", 0)).ok());
  EXPECT_EQ(attribute(event(*client), "cib_op"), "noop");
}

TEST_F(Endpoints, CibRefusesWithAReason) {
  auto reader = connect("cib_ro");
  auto writer = connect("cib_rw");
  EXPECT_EQ(attribute(ask(*reader, operation("cib_bump", kSync)), "cib_rc"), "-13");
  EXPECT_EQ(attribute(ask(*writer, operation("cib_dance", kSync)), "cib_rc"), "-95");
  EXPECT_EQ(attribute(ask(*writer, operation("cib_query", kSync | 0x2, "", "///")), "cib_rc"),
            "-6");
  EXPECT_EQ(attribute(ask(*writer, "junk"), "status"), "76");
  EXPECT_EQ(attribute(ask(*writer, "<a/>"), "status"), "76");
  EXPECT_EQ(attribute(ask(*writer, operation("noop", kSync)), "cib_rc"), "0");
}

TEST_F(Endpoints, CibOfANodeThatIsNotThere_IsNotAnsweredWithThatOfThisNode) {
  auto client = connect("cib_rw");
  const auto ask_of = [&client](std::string_view host, std::string_view name = "cib_query") {
    return ask(*client, base::cat(R"(<cib_command t="cib" cib_callid="2" cib_op=")", name,
                                  "\" cib_callopt=\"", kSync, "\" cib_host=\"", host, "\"/>"));
  };
  const std::string answered = ask_of("node1");
  EXPECT_EQ(attribute(answered, "cib_rc"), "0");
  EXPECT_NE(answered.find("<configuration"), std::string::npos);
  const std::string refused = ask_of("nosuch");
  EXPECT_EQ(attribute(refused, "cib_rc"), base::cat(-base::legacy_number(base::Errc::kTimeout)));
  EXPECT_EQ(refused.find("<configuration"), std::string::npos);
  EXPECT_NE(attribute(ask_of("nosuch", "cib_bump"), "cib_rc"), "0");
  EXPECT_EQ(attribute(ask_of("node1", "cib_bump"), "cib_rc"), "0");
}

TEST_F(Endpoints, CibTellsSubscribersBeforeItAnswers) {
  auto client = connect("cib_rw");
  EXPECT_EQ(attribute(ask(*client, R"(<cib-callback cib_op="cib_notify" cib_notify_type=)"
                                   R"("cib_diff_notify" cib_notify_activate="1"/>)"),
                      "status"),
            "0");
  ASSERT_TRUE(client->send(operation("cib_modify", 0, kProperties, "crm_config")).ok());
  EXPECT_EQ(attribute(event(*client), "subt"), "cib_diff_notify");
  EXPECT_EQ(attribute(event(*client), "cib_op"), "cib_modify");
}

TEST_F(Endpoints, ClientThatLeavesBeforeItsAnswer_DisturbsNobody) {
  for (int i = 0; i < 20; ++i) {
    auto client = connect("cib_rw");
    ASSERT_TRUE(client->send(operation("cib_modify", kSync, kProperties, "crm_config")).ok());
  }
  auto client = connect("cib_rw");
  EXPECT_EQ(attribute(ask(*client, operation("noop", kSync)), "cib_rc"), "0");
}

TEST_F(Endpoints, AttributesAreSetAndRead) {
  auto client = connect("attrd");
  EXPECT_EQ(
      attribute(ask(*client, R"(<op task="update" attr_name="x" attr_value="5"/>)"), "status"),
      "112");
  EXPECT_EQ(ask(*client, R"(<op task="query" attr_name="x"/>)"),
            R"(<build_query_reply t="attrd" subt="query" attr_version="4" attr_name="x">)"
            R"(<node attr_host="node1" attr_value="5"/></build_query_reply>)");
  EXPECT_EQ(attribute(ask(*client, R"(<op task="dance"/>)"), "status"), "2");
  EXPECT_EQ(attribute(ask(*client, "<"), "status"), "76");
}

TEST_F(Endpoints, ControllerNamesItselfAndItsNodes) {
  auto client = connect("crmd");
  const std::string frame = R"(<m t="crmd" reference="r" crm_sys_to="crmd" crm_task=)";
  EXPECT_EQ(attribute(ask(*client, frame + R"("ping"/>)"), "status"), "112");
  EXPECT_NE(event(*client).find("crmd_state=\"S_"), std::string::npos);
  EXPECT_EQ(attribute(ask(*client, frame + R"("list-nodes"/>)"), "status"), "112");
  EXPECT_NE(event(*client).find(R"(<node id="1" uname="node1" in_ccm="member"/>)"),
            std::string::npos);
  EXPECT_EQ(attribute(ask(*client, frame + R"("dance"/>)"), "status"), "2");
}

TEST_F(Endpoints, WhatTravelsIsRefused_WhenTheGroupHasNoRoom) {
  auto cib = connect("cib_rw");
  auto attributes = connect("attrd");
  auto controller = connect("crmd");
  *room_ = 0;
  EXPECT_EQ(
      attribute(ask(*cib, operation("cib_modify", kSync, kProperties, "crm_config")), "cib_rc"),
      base::cat(-base::legacy_number(base::Errc::kBusy)));
  EXPECT_EQ(attribute(ask(*cib, operation("cib_query", kSync)), "cib_rc"), "0");
  const std::string update = R"(<op task="update" attr_name="y" attr_value="5"/>)";
  EXPECT_EQ(attribute(ask(*attributes, update), "status"), "75");
  const std::string frame = R"(<m t="crmd" reference="r" crm_sys_to="crmd" crm_task=)";
  EXPECT_EQ(attribute(ask(*controller, frame + R"("ping"/>)"), "status"), "75");
  EXPECT_EQ(attribute(ask(*controller, frame + R"("list-nodes"/>)"), "status"), "112");
  *room_ = 1000000;
  EXPECT_EQ(
      attribute(ask(*cib, operation("cib_modify", kSync, kProperties, "crm_config")), "cib_rc"),
      "0");
  EXPECT_EQ(attribute(ask(*attributes, update), "status"), "112");
}

TEST_F(Endpoints, AttributesThatFillMessages_AreRefused) {
  auto client = connect("attrd");
  const auto update = [](std::size_t size) {
    return base::cat(R"(<op task="update" attr_name="x" attr_value=")", std::string(size, 'v'),
                     "\"/>");
  };
  EXPECT_EQ(attribute(ask(*client, update(100000)), "status"), "2");
  EXPECT_EQ(attribute(ask(*client, update(10000)), "status"), "112");
}

TEST_F(Endpoints, ControllerHangsUp_OnABadHello) {
  auto client = connect("crmd");
  ASSERT_TRUE(client->send(R"(<m crm_task="hello"/>)").ok());
  EXPECT_FALSE(client->next_event(seconds(5)).ok());
}

TEST_F(Endpoints, SchedulerPlansWhatItIsGiven) {
  auto client = connect("pengine");
  const std::string frame = R"(<m t="crmd" reference="r" crm_sys_to="pengine" crm_task="pe_calc">)";
  EXPECT_EQ(attribute(ask(*client, frame + "<crm_xml><cib/></crm_xml></m>"), "status"), "112");
  EXPECT_NE(event(*client).find("<transition_graph"), std::string::npos);
  EXPECT_EQ(attribute(ask(*client, frame + "</m>"), "status"), "112");
  EXPECT_NE(event(*client).find("<transition_graph"), std::string::npos);
}

}  // namespace
}  // namespace systole::crmd
