#include <gtest/gtest.h>

#include <mutex>

#include "lib/client/attribute_client.h"
#include "lib/client/controller_client.h"
#include "lib/xml/document.h"
#include "tests/unit/lib/ipc/server_thread.h"

namespace systole::client {
namespace {

using std::chrono::milliseconds;

/// Answers each request with what `respond` makes of it (nothing for an empty text), and keeps the
/// last request.
class FakeService {
 public:
  explicit FakeService(std::function<std::string(xml::Element)> respond)
      : respond_(std::move(respond)),
        thread_({.on_connect = {},
                 .on_request = [this](const ipc::Peer& peer,
                                      const ipc::Message& message) { answer(peer, message); },
                 .on_disconnect = {}}) {}
  const std::string& name() const { return thread_.name(); }
  std::string last() {
    const std::lock_guard lock(mutex_);
    return last_;
  }

 private:
  void answer(const ipc::Peer& peer, const ipc::Message& message) {
    const auto request = xml::Document::parse(message.text);
    {
      const std::lock_guard lock(mutex_);
      last_ = message.text;
    }
    const std::string text = respond_(request->root());
    if (text.empty()) return;
    if (message.expects_response()) {
      (void)thread_.server().respond(peer.connection, message.id, text);
    } else {
      (void)thread_.server().send_event(peer.connection, text);
    }
  }

  std::function<std::string(xml::Element)> respond_;
  std::mutex mutex_;
  std::string last_;
  ipc::ServerThread thread_;
};

std::string frame(std::string_view task, const std::string& data) {
  return "<create_reply_adv t=\"crmd\" subt=\"response\" reference=\"r\" src=\"n2\" crm_task=\"" +
         std::string(task) + "\"><crm_xml>" + data + "</crm_xml></create_reply_adv>";
}

TEST(ControllerClient, AsksNodesAndTheCoordinator) {
  FakeService service([](xml::Element request) -> std::string {
    if (request.attribute_or("crm_task", "") != "ping") return "";
    return frame("ping", "<ping_response crm_subsystem=\"" +
                             std::string(request.attribute_or("crm_sys_to", "")) +
                             "\" crmd_state=\"S_IDLE\" result=\"ok\"/>");
  });
  auto client = ControllerClient::connect("test", service.name());
  ASSERT_TRUE(client.ok());
  const auto coordinator = (*client)->ping("", milliseconds(2000));
  ASSERT_TRUE(coordinator.ok());
  EXPECT_EQ(coordinator->node, "n2");
  EXPECT_EQ(coordinator->subsystem, "dc");
  EXPECT_EQ((*client)->ping("n2", milliseconds(2000))->subsystem, "crmd");
  EXPECT_NE(service.last().find("crm_host_to=\"n2\""), std::string::npos);
}

TEST(ControllerClient, AnUnansweredRequestTimesOut) {
  FakeService service([](xml::Element) { return std::string(); });
  auto client = ControllerClient::connect("test", service.name());
  ASSERT_TRUE(client.ok());
  EXPECT_EQ((*client)->ping("n9", milliseconds(50)).error().code, base::Errc::kTimeout);
}

TEST(ControllerClient, SkipsWhatIsNoAnswerAndReadsNodes) {
  FakeService service([](xml::Element request) -> std::string {
    const std::string_view task = request.attribute_or("crm_task", "");
    if (task == "hello") return "<ack status=\"112\"/>";
    if (task == "list-nodes") {
      return frame(task, "<nodes><node id=\"1\" uname=\"n1\" in_ccm=\"member\"/></nodes>");
    }
    return frame(task,
                 "<node have-quorum=\"true\" id=\"1\" uname=\"n1\" crmd=\"member\" "
                 "remote_node=\"false\"/>");
  });
  auto client = ControllerClient::connect("test", service.name());
  ASSERT_TRUE(client.ok());
  const auto nodes = (*client)->list_nodes(milliseconds(2000));
  ASSERT_TRUE(nodes.ok());
  ASSERT_EQ(nodes->size(), 1u);
  EXPECT_EQ(nodes->front().state, "member");
  const auto node = (*client)->node_info("", "", milliseconds(2000));
  ASSERT_TRUE(node.ok());
  EXPECT_TRUE(node->have_quorum);
  EXPECT_EQ(node->name, "n1");
}

TEST(ControllerClient, ResourceRequestsOfLostNodesGoToTheCoordinator) {
  FakeService service([](xml::Element request) -> std::string {
    if (request.attribute_or("crm_task", "") != "lrm_delete") return "";
    return frame("lrm_invoke",
                 "<node_state id=\"2\" uname=\"n2\"><lrm id=\"2\"><lrm_resources><lrm_resource "
                 "id=\"web\"><lrm_rsc_op rc-code=\"4\" op-status=\"4\" exit-reason=\"no\"/>"
                 "</lrm_resource></lrm_resources></lrm></node_state>");
  });
  auto client = ControllerClient::connect("test", service.name());
  ASSERT_TRUE(client.ok());
  ResourceRequest request{.node = "n2",
                          .resource = "web",
                          .resource_class = "ocf",
                          .provider = "heartbeat",
                          .type = "Dummy"};
  request.cib_only = true;
  ASSERT_TRUE((*client)->delete_history(request).ok());
  const auto reply = (*client)->next_reply(milliseconds(2000));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->resource, "web");
  EXPECT_EQ(reply->rc_code, 4);
  EXPECT_EQ(reply->exit_reason, "no");
  EXPECT_NE(service.last().find("crm_sys_to=\"dc\""), std::string::npos);
  EXPECT_EQ(service.last().find("crm_host_to"), std::string::npos);
  EXPECT_NE(service.last().find("mode=\"cib\""), std::string::npos);
}

TEST(AttributeClient, UpdatesAreAcknowledged) {
  FakeService service([](xml::Element) { return std::string("<ack status=\"112\"/>"); });
  auto client = AttributeClient::connect("test", service.name());
  ASSERT_TRUE(client.ok());
  AttributeUpdate update{.name = "a", .value = "1", .node = "n1"};
  EXPECT_TRUE((*client)->update(update).ok());
  EXPECT_NE(service.last().find("task=\"update\""), std::string::npos);
  EXPECT_NE(service.last().find("attr_value=\"1\""), std::string::npos);
  update.value.reset();
  EXPECT_TRUE((*client)->update(update).ok());
  EXPECT_EQ(service.last().find("attr_value"), std::string::npos);
}

TEST(AttributeClient, QueriesTellUnknownFromUnset) {
  FakeService service([](xml::Element request) -> std::string {
    if (request.attribute_or("attr_name", "") == "known") {
      return "<reply attr_name=\"known\"><node attr_host=\"n1\" attr_value=\"5\"/>"
             "<node attr_host=\"n2\"/></reply>";
    }
    return "<reply/>";
  });
  auto client = AttributeClient::connect("test", service.name());
  ASSERT_TRUE(client.ok());
  const auto values = (*client)->query("known", "");
  ASSERT_TRUE(values.ok());
  ASSERT_EQ(values->size(), 2u);
  EXPECT_EQ(values->at(0).value, "5");
  EXPECT_EQ(values->at(1).value, std::nullopt);
  EXPECT_EQ((*client)->query("other", "").error().code, base::Errc::kNotFound);
}

}  // namespace
}  // namespace systole::client
