#include "crmd/shell/controller_endpoint.h"

#include <utility>
#include <vector>

#include "crmd/shell/acknowledgement.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/ipc/endpoints.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::log;
using base::LogLevel;
using base::Result;

/// OCF code and execution status of a request that is refused for its sender.
constexpr ResourceAnswer refuse(int rc, const char* reason) {
  return ResourceAnswer{
      .rc = rc, .op_status = static_cast<int>(OpStatus::kError), .reason = reason};
}

constexpr int kRcPermission = 4;

// Whether the other controllers get to know of it.
bool travels(ControllerTask task) {
  return task == ControllerTask::kPing || task == ControllerTask::kResource ||
         task == ControllerTask::kRemoveNode;
}

std::string id_text(NodeNumber number) {
  return std::to_string(number.value());
}

}  // namespace

Result<std::unique_ptr<ControllerEndpoint>> ControllerEndpoint::start(
    EndpointContext& context, std::function<std::int64_t()> wall_seconds) {
  std::unique_ptr<ControllerEndpoint> endpoint(
      new ControllerEndpoint(context, std::move(wall_seconds)));
  ControllerEndpoint* self = endpoint.get();
  ipc::Server::Handlers handlers;
  handlers.on_request = [self](const ipc::Peer& peer, const ipc::Message& message) {
    self->on_request(peer, message);
  };
  handlers.on_disconnect = [self](const ipc::Peer& peer) {
    std::erase_if(self->calls_,
                  [&](const auto& call) { return call.second.connection == peer.connection; });
  };
  auto server = ipc::Server::start(context.loop, context.prefix + ipc::endpoint::kController,
                                   std::move(handlers));
  if (!server) return server.error();
  endpoint->server_ = std::move(*server);
  return endpoint;
}

void ControllerEndpoint::on_request(const ipc::Peer& peer, const ipc::Message& message) {
  auto call = decode_controller_call(message.text);
  AckStatus status = AckStatus::kIndeterminate;
  if (!call) {
    log(LogLevel::kWarning, "Refused what ", describe(peer),
        " asked of the controller: ", call.error().message);
    const bool junk = call.error().code == Errc::kProtocol;
    status = junk ? AckStatus::kProtocol : AckStatus::kInvalid;
  } else if (call->task == ControllerTask::kUnknown) {
    log(LogLevel::kWarning, "Refused task '", call->task_name, "' of ", describe(peer),
        ": the controller knows no such task");
    status = AckStatus::kInvalid;
  } else if (travels(call->task) && !context_.has_room(message.text.size())) {
    log(LogLevel::kWarning, "Refused a request of ", describe(peer),
        ": too much is on its way to the other nodes");
    status = AckStatus::kBusy;
  }
  if (message.expects_response()) {
    (void)server_->respond(peer.connection, message.id, acknowledgement(status)).ok();
  }
  if (status == AckStatus::kIndeterminate) on_call(peer, std::move(*call));
}

void ControllerEndpoint::on_call(const ipc::Peer& peer, ControllerCall call) {
  switch (call.task) {
    case ControllerTask::kHello:
      if (!call.hello_is_valid) {
        server_->disconnect(peer.connection, "its hello names no client or no version");
      }
      break;
    case ControllerTask::kPing: {
      const std::string local = call.host_to.empty() ? context_.self_name : call.host_to;
      const std::string node = call.system_to == "dc" ? "" : local;
      const CallToken token = context_.new_token();
      calls_.emplace(token, Return{peer.connection, peer.uuid, std::move(call)});
      context_.deliver(event::PingCall{token, node});
      break;
    }
    case ControllerTask::kNodeInfo:
      send(peer, call, node_info(call));
      break;
    case ControllerTask::kListNodes:
      send(peer, call, node_list());
      break;
    case ControllerTask::kResource:
      on_resource(peer, std::move(call));
      break;
    case ControllerTask::kRemoveNode: {
      event::RemoveNodeCall removal{
          .name = call.node_name, .id = call.node_id, .user = {}, .groups = {}};
      set_actor(context_, peer, removal);
      context_.deliver(std::move(removal));
      break;
    }
    case ControllerTask::kShutdown:
      if (peer.privileged) {
        context_.deliver(event::ShutdownRequested{});
      } else {
        log(LogLevel::kWarning, "Refused to shut down for ", describe(peer));
      }
      break;
    case ControllerTask::kNoop:
    case ControllerTask::kCalculate:
    case ControllerTask::kUnknown:
      break;
  }
}

void ControllerEndpoint::on_resource(const ipc::Peer& peer, ControllerCall call) {
  ResourceRequest& request = call.resource;
  set_actor(context_, peer, request);
  if (request.node.empty() && request.task != ResourceRequest::Task::kReprobe) {
    request.node = context_.self_name;
  }
  if (request.task == ResourceRequest::Task::kFail && !peer.privileged) {
    send_resource_answer(peer.connection, peer.uuid, request,
                         refuse(kRcPermission, "Only root and hacluster may fail resources"));
    return;
  }
  const CallToken token = context_.new_token();
  event::ResourceCall event{token, request};
  calls_.emplace(token, Return{peer.connection, peer.uuid, std::move(call)});
  context_.deliver(std::move(event));
}

std::string ControllerEndpoint::node_info(const ControllerCall& call) const {
  const bool local = call.node_id.empty() && call.node_name.empty();
  NodeInfo info;
  info.quorate = context_.controller.quorate();
  for (const NodeView& node : context_.controller.nodes()) {
    const std::string id = id_text(node.number);
    const bool asked = local ? node.number == context_.self
                             : (!call.node_id.empty() && call.node_id == id) ||
                                   (!call.node_name.empty() && call.node_name == node.name);
    if (!asked) continue;
    info.known = true;
    info.id = id;
    info.name = node.name;
    info.member = node.controller;
  }
  return encode_node_info(info);
}

std::string ControllerEndpoint::node_list() const {
  std::vector<ListedNode> nodes;
  for (const NodeView& node : context_.controller.nodes()) {
    nodes.push_back({id_text(node.number), node.name, node.controller});
  }
  return encode_node_list(nodes);
}

void ControllerEndpoint::send(const ipc::Peer& peer, const ControllerCall& call,
                              const std::string& data) {
  const std::string text =
      encode_controller_reply(call, {.client_id = peer.uuid, .node = context_.self_name}, data);
  (void)server_->send_event(peer.connection, text).ok();
}

void ControllerEndpoint::send_resource_answer(ipc::ConnectionId connection,
                                              const std::string& client_id,
                                              const ResourceRequest& request,
                                              const ResourceAnswer& answer) {
  ResourceAnswerHead head{.client_id = client_id,
                          .node = context_.self_name,
                          .subject_node = request.node,
                          .subject_node_id = request.node,
                          .now = wall_seconds_(),
                          .count = ++answers_};
  if (head.subject_node.empty()) head.subject_node = context_.self_name;
  // A remote node is known by its name alone.
  for (const NodeView& node : context_.controller.nodes()) {
    if (node.name == head.subject_node) head.subject_node_id = id_text(node.number);
  }
  (void)server_->send_event(connection, encode_resource_answer(head, request, answer)).ok();
}

bool ControllerEndpoint::take(CallToken token, Return& out) {
  const auto call = calls_.find(token);
  if (call == calls_.end()) return false;
  out = std::move(call->second);
  calls_.erase(call);
  return true;
}

void ControllerEndpoint::reply(const effect::ReplyResource& reply) {
  Return to;
  if (!take(reply.token, to)) return;
  send_resource_answer(to.connection, to.client_id, reply.request, reply.answer);
}

void ControllerEndpoint::reply(const effect::ReplyPing& reply) {
  Return to;
  if (!take(reply.token, to)) return;
  const ControllerAnswerHead head{.client_id = to.client_id, .node = reply.answer.node};
  (void)server_->send_event(to.connection, encode_ping(to.call, head, reply.answer.state)).ok();
}

}  // namespace systole::crmd
