#include "crmd/shell/attribute_endpoint.h"

#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/ipc/endpoints.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::log;
using base::LogLevel;
using base::Result;

constexpr std::string_view kLocalHost = "localhost";

// Of the texts of one change. Up to a thousand travel in one message, which has a limit.
constexpr std::size_t kChangeBytesMax = std::size_t{64} << 10;

std::size_t text_bytes(const AttributeRequest& request) {
  return request.name.size() + request.pattern.size() + request.value.value_or("").size() +
         request.node.size() + request.set.size() + request.resource.size() +
         request.operation.size();
}

}  // namespace

Result<std::unique_ptr<AttributeEndpoint>> AttributeEndpoint::start(EndpointContext& context) {
  std::unique_ptr<AttributeEndpoint> endpoint(new AttributeEndpoint(context));
  AttributeEndpoint* self = endpoint.get();
  ipc::Server::Handlers handlers;
  handlers.on_request = [self](const ipc::Peer& peer, const ipc::Message& message) {
    self->on_request(peer, message);
  };
  handlers.on_disconnect = [self](const ipc::Peer& peer) {
    std::erase_if(self->calls_,
                  [&](const auto& call) { return call.second.connection == peer.connection; });
  };
  auto server = ipc::Server::start(context.loop, context.prefix + ipc::endpoint::kAttributes,
                                   std::move(handlers));
  if (!server) return server.error();
  endpoint->server_ = std::move(*server);
  return endpoint;
}

void AttributeEndpoint::on_request(const ipc::Peer& peer, const ipc::Message& message) {
  auto decoded = decode_attribute_message(message.text);
  if (!decoded) {
    log(LogLevel::kWarning, "Refused what ", describe(peer),
        " asked of the node attributes: ", decoded.error().message);
    const bool junk = decoded.error().code == Errc::kProtocol;
    acknowledge(peer, message,
                attribute_acknowledgement(junk ? AckStatus::kProtocol : AckStatus::kInvalid));
    return;
  }
  if (auto* query = std::get_if<AttributeQuery>(&*decoded)) {
    if (query->node == kLocalHost) query->node = context_.self_name;
    const CallToken token = context_.new_token();
    calls_.emplace(token, Return{peer.connection, message.id, message.expects_response()});
    context_.deliver(event::AttributeQueryCall{token, std::move(*query)});
    return;
  }
  auto changes = std::get<AttributeChanges>(std::move(*decoded));
  if (const auto refused = refusal_of(message, changes)) {
    log(LogLevel::kWarning, "Refused a change of node attributes of ", describe(peer), ": ",
        *refused == AckStatus::kBusy ? "too much is on its way to the other nodes"
                                     : "a name or value is too long");
    acknowledge(peer, message, attribute_acknowledgement(*refused));
    return;
  }
  // An update is acknowledged even unasked, but nothing may go to a response channel on which
  // nobody waits.
  acknowledge(peer, message, attribute_acknowledgement(AckStatus::kIndeterminate));
  on_changes(peer, std::move(changes));
}

std::optional<AckStatus> AttributeEndpoint::refusal_of(const ipc::Message& message,
                                                       const AttributeChanges& changes) const {
  for (const AttributeChanges::Change& change : changes.changes) {
    if (text_bytes(change.request) > kChangeBytesMax) return AckStatus::kInvalid;
  }
  if (!context_.has_room(message.text.size())) return AckStatus::kBusy;
  return std::nullopt;
}

void AttributeEndpoint::on_changes(const ipc::Peer& peer, AttributeChanges changes) {
  for (AttributeChanges::Change& change : changes.changes) {
    AttributeRequest& request = change.request;
    set_actor(context_, peer, request);
    if (request.node.empty() && !change.node_id.empty()) {
      for (const NodeView& node : context_.controller.nodes()) {
        if (std::to_string(node.number.value()) == change.node_id) request.node = node.name;
      }
      if (request.node.empty()) {
        log(LogLevel::kWarning, "Refused a request of ", describe(peer),
            " about attributes of unknown node ", change.node_id);
        continue;
      }
    }
    context_.deliver(event::AttributeCall{std::move(request)});
  }
}

void AttributeEndpoint::acknowledge(const ipc::Peer& peer, const ipc::Message& message,
                                    std::string_view text) {
  if (!message.expects_response()) return;
  (void)server_->respond(peer.connection, message.id, text).ok();
}

void AttributeEndpoint::reply(const effect::ReplyAttributes& reply) {
  const auto call = calls_.find(reply.token);
  if (call == calls_.end()) return;
  const Return to = call->second;
  calls_.erase(call);
  const std::string text = encode_attribute_answer(reply.name, reply.answer);
  (void)(to.as_response ? server_->respond(to.connection, to.request, text)
                        : server_->send_event(to.connection, text))
      .ok();
}

}  // namespace systole::crmd
