#include <gtest/gtest.h>

#include <deque>

#include "crmd/core/controller.h"
#include "lib/base/strings.h"
#include "lib/cib/document.h"

namespace systole::crmd {
namespace {

/// A cluster of one node: what it multicasts comes back, what it writes reaches the disk.
class WholeReplacement : public testing::Test {
 protected:
  WholeReplacement() {
    event::Started started;
    started.self = kSelf;
    started.incarnation = "boot";
    started.process = 1;
    started.transition_uuid = "00000000-0000-4000-8000-000000000000";
    started.nodes = {{.number = kSelf, .name = "node1"}};
    step(started);
    step(event::QuorumChanged{.quorate = true, .members = {kSelf}, .expected_votes = 1});
    step(event::ViewChanged{.members = {kSelf}, .joined = {kSelf}, .left = {}});
    step(event::ExecutorConnected{});
    AttributeRequest ping;
    ping.name = "ping";
    ping.value = "100";
    ping.node = "node1";
    step(event::AttributeCall{ping});
  }

  void step(Event event) {
    events_.push_back(std::move(event));
    while (!events_.empty()) {
      const Event next = std::move(events_.front());
      events_.pop_front();
      for (Effect& effect : controller_.step(next, now_)) {
        if (auto* multicast = std::get_if<effect::Multicast>(&effect)) {
          events_.push_back(event::Delivered{kSelf, multicast->bytes});
        } else if (auto* persist = std::get_if<effect::Persist>(&effect)) {
          events_.push_back(event::Persisted{persist->id, std::nullopt});
        }
      }
    }
  }
  void call(std::string operation, std::string input) {
    CibRequest request;
    request.operation = std::move(operation);
    request.input = std::move(input);
    request.user = "root";
    step(event::CibCall{CallToken(++token_), request});
  }
  xml::Element root() const { return controller_.document().root(); }
  std::string text() const { return controller_.document().xml().compact(); }

  static constexpr NodeNumber kSelf{1};
  Controller controller_{nullptr};
  Now now_{.steady = Milliseconds(1000), .wall = Milliseconds(1700000000000), .utc_offset = 0};
  std::deque<Event> events_;
  std::uint64_t token_ = 0;
};

TEST_F(WholeReplacement, ErasureKeepsWhatIsTheCase_AndDescribesTheClusterAgain) {
  ASSERT_NE(text().find("name=\"ping\""), std::string::npos) << text();
  call("cib_erase", "");
  EXPECT_NE(text().find("<node_state id=\"1\""), std::string::npos) << text();
  EXPECT_NE(text().find("name=\"ping\""), std::string::npos);
  EXPECT_NE(text().find("<node id=\"1\" uname=\"node1\"/>"), std::string::npos);
  EXPECT_NE(text().find("cib-bootstrap-options-dc-version"), std::string::npos);
}

TEST_F(WholeReplacement, ReplacementTakesConfigurationOnly) {
  const int epoch = controller_.document().version().epoch + 1;
  call(
      "cib_replace",
      base::cat("<cib crm_feature_set=\"3.16.1\" validate-with=\"none\" admin_epoch=\"0\" epoch=\"",
                epoch, "\" num_updates=\"0\" dc-uuid=\"9\"><configuration><crm_config/><nodes/>",
                "<resources><primitive id=\"web\" class=\"ocf\" provider=\"p\" type=\"t\"/>",
                "</resources><constraints/></configuration>",
                "<status><node_state id=\"7\" uname=\"ghost\"/></status></cib>"));
  EXPECT_NE(text().find("id=\"web\""), std::string::npos) << text();
  EXPECT_EQ(text().find("ghost"), std::string::npos);
  EXPECT_NE(text().find("name=\"ping\""), std::string::npos);
  EXPECT_EQ(root().attribute("dc-uuid"), "1");
}

TEST_F(WholeReplacement, ReplacedConfigurationDescribesTheClusterToo) {
  call("cib_replace",
       "<configuration><crm_config/><nodes/><resources/><constraints/></configuration>");
  EXPECT_NE(text().find("cib-bootstrap-options-dc-version"), std::string::npos) << text();
  EXPECT_NE(text().find("<node id=\"1\" uname=\"node1\"/>"), std::string::npos);
}

}  // namespace
}  // namespace systole::crmd
