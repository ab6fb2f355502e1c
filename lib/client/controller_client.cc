#include "lib/client/controller_client.h"

#include <unistd.h>

#include "lib/base/strings.h"
#include "lib/cib/version.h"

namespace systole::client {
namespace {

using base::Errc;
using base::Result;

std::string text_of(xml::Element element, std::string_view attribute) {
  return std::string(element.attribute_or(attribute, ""));
}

/// The element with this tag, wherever the answer's frame keeps it.
xml::Element payload(const xml::Document& answer, std::string_view tag) {
  if (answer.root().is(tag)) return answer.root();
  const xml::Element data = answer.root().first_child("crm_xml");
  const xml::Element found = data ? data.first_child(tag) : answer.root().first_child(tag);
  return found;
}

base::Error without(std::string_view tag) {
  return {Errc::kProtocol, base::cat("the controller answered without <", tag, ">")};
}

}  // namespace

Result<std::unique_ptr<ControllerClient>> ControllerClient::connect(std::string_view tool,
                                                                    std::string_view service) {
  Result<std::unique_ptr<ipc::Client>> connection = ipc::Client::connect(service);
  if (!connection) return connection.error();
  std::unique_ptr<ControllerClient> client(new ControllerClient(std::move(*connection), tool));
  if (const Result<void> hello = client->say_hello(); !hello) return hello.error();
  return client;
}

Result<void> ControllerClient::say_hello() {
  xml::Document message = frame_.request({.task = "hello", .subsystem = ""});
  xml::Element options = ControlFrame::data(message).append("options");
  options.set_attribute("major_version", "1");
  options.set_attribute("minor_version", "0");
  options.set_attribute("client_name", frame_.tool());
  options.set_attribute("client_uuid", ::getpid());
  return send(message);
}

Result<void> ControllerClient::send(const xml::Document& message) {
  const Result<std::int32_t> sent = connection_->send(message.compact());
  if (!sent) return sent.error();
  return {};
}

Result<xml::Document> ControllerClient::ask(const xml::Document& message, std::string_view task,
                                            Duration timeout) {
  if (const Result<void> sent = send(message); !sent) return sent.error();
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<Duration>(deadline - std::chrono::steady_clock::now());
    Result<xml::Document> answer = next_answer(*connection_, left);
    if (!answer || answer->root().attribute_or("crm_task", "") == task) return answer;
  }
}

Result<ControllerHealth> ControllerClient::ping(const std::string& node, Duration timeout) {
  const xml::Document request =
      frame_.request({.task = "ping", .subsystem = node.empty() ? "dc" : "crmd", .host = node});
  const Result<xml::Document> answer = ask(request, "ping", timeout);
  if (!answer) return answer.error();
  const xml::Element response = payload(*answer, "ping_response");
  if (!response) return without("ping_response");
  return ControllerHealth{.node = text_of(answer->root(), "src"),
                          .subsystem = text_of(response, "crm_subsystem"),
                          .state = text_of(response, "crmd_state"),
                          .result = text_of(response, "result")};
}

Result<NodeInfo> ControllerClient::node_info(const std::string& id, const std::string& name,
                                             Duration timeout) {
  xml::Document request = frame_.request({.task = "node-info", .subsystem = "crmd"});
  if (!id.empty()) request.root().set_attribute("id", id);
  if (!name.empty()) request.root().set_attribute("uname", name);
  const Result<xml::Document> answer = ask(request, "node-info", timeout);
  if (!answer) return answer.error();
  const xml::Element node = payload(*answer, "node");
  if (!node) return without("node");
  const auto flag = [&](std::string_view attribute) {
    return base::parse_bool(node.attribute_or(attribute, "")).value_or(false);
  };
  return NodeInfo{.have_quorum = flag("have-quorum"),
                  .id = text_of(node, "id"),
                  .name = text_of(node, "uname"),
                  .state = text_of(node, "crmd"),
                  .is_remote = flag("remote_node")};
}

Result<std::vector<MemberInfo>> ControllerClient::list_nodes(Duration timeout) {
  const Result<xml::Document> answer =
      ask(frame_.request({.task = "list-nodes", .subsystem = "crmd"}), "list-nodes", timeout);
  if (!answer) return answer.error();
  const xml::Element nodes = payload(*answer, "nodes");
  if (!nodes) return without("nodes");
  std::vector<MemberInfo> members;
  for (const xml::Element node : nodes.children("node")) {
    members.push_back({.id = text_of(node, "id"),
                       .name = text_of(node, "uname"),
                       .state = text_of(node, "in_ccm")});
  }
  return members;
}

Result<void> ControllerClient::forget_node(const std::string& id, const std::string& name) {
  xml::Document request = frame_.request({.task = "rm_node_cache", .subsystem = "crmd"});
  if (!id.empty()) request.root().set_attribute("id", id);
  if (!name.empty()) request.root().set_attribute("uname", name);
  return send(request);
}

Result<void> ControllerClient::send_resource_request(std::string_view task,
                                                     const ResourceRequest& request) {
  const std::string host = request.router.empty() ? request.node : request.router;
  xml::Document message =
      frame_.request({.task = std::string(task), .subsystem = "crmd", .host = host});
  // A node that is away has no controller: the coordinator deletes what is in the CIB.
  if (request.cib_only) {
    message.root().set_attribute("crm_sys_to", "dc");
    message.root().remove_attribute("crm_host_to");
  }
  xml::Element operation = ControlFrame::data(message).append("rsc_op");
  operation.set_attribute("transition-key",
                          base::cat(::getpid(), ":0:0:xxxxxxxx-xrsc-opxx-xcrm-resourcexxxx"));
  operation.set_attribute("on_node", request.node);
  if (!request.router.empty() && request.router != request.node) {
    operation.set_attribute("router_node", request.router);
  }
  if (request.cib_only) operation.set_attribute("mode", "cib");
  xml::Element primitive = operation.append("primitive");
  primitive.set_attribute("id", request.resource);
  if (!request.long_id.empty()) primitive.set_attribute("long-id", request.long_id);
  primitive.set_attribute("class", request.resource_class);
  if (!request.provider.empty()) primitive.set_attribute("provider", request.provider);
  primitive.set_attribute("type", request.type);
  xml::Element attributes = operation.append("attributes");
  attributes.set_attribute("crm_feature_set", cib::kFeatureSet);
  attributes.set_attribute("CRM_meta_timeout", "60000");
  return send(message);
}

Result<void> ControllerClient::fail_resource(const ResourceRequest& request) {
  return send_resource_request("lrm_fail", request);
}

Result<void> ControllerClient::delete_history(const ResourceRequest& request) {
  return send_resource_request("lrm_delete", request);
}

Result<void> ControllerClient::reprobe(const std::string& node, const std::string& router) {
  xml::Document message = frame_.request(
      {.task = "probe_again", .subsystem = "crmd", .host = router.empty() ? node : router});
  xml::Element data = ControlFrame::data(message).append("data_for_probe_again");
  if (!node.empty()) data.set_attribute("on_node", node);
  if (!router.empty() && router != node) data.set_attribute("router_node", router);
  return send(message);
}

Result<ResourceReply> ControllerClient::next_reply(Duration timeout) {
  const Result<xml::Document> answer = next_answer(*connection_, timeout);
  if (!answer) return answer.error();
  ResourceReply reply;
  reply.node = text_of(answer->root(), "src");
  const xml::Element state = payload(*answer, "node_state");
  if (!state) return reply;
  if (reply.node.empty()) reply.node = text_of(state, "uname");
  const xml::Element lrm = state.first_child("lrm");
  const xml::Element resources = lrm ? lrm.first_child("lrm_resources") : xml::Element();
  const xml::Element resource = resources ? resources.first_child("lrm_resource") : xml::Element();
  if (!resource) return reply;
  reply.resource = resource.id();
  if (const xml::Element operation = resource.first_child("lrm_rsc_op"); operation) {
    const auto number = [&](std::string_view name) {
      return base::parse_integer<int>(operation.attribute_or(name, "")).value_or(0);
    };
    reply.rc_code = number("rc-code");
    reply.op_status = number("op-status");
    reply.exit_reason = text_of(operation, "exit-reason");
  }
  return reply;
}

}  // namespace systole::client
