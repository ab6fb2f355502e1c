#include "crmd/shell/cib_endpoint.h"

#include <array>
#include <utility>
#include <vector>

#include "crmd/shell/acknowledgement.h"
#include "crmd/shell/element_text.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cib/access.h"
#include "lib/cib/digest.h"
#include "lib/cib/document.h"
#include "lib/cib/request.h"
#include "lib/ipc/endpoints.h"
#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::log;
using base::LogLevel;
using base::Result;

/// A client that is behind misses the changes in between: it sees that the newest one does not fit
/// its copy and fetches the whole CIB.
constexpr std::string_view kDiffKey = "diff";
constexpr std::string_view kRefreshKey = "refresh";

/// Requests of the protocol that are about how daemons share the CIB. All controllers hold the same
/// replica, so there is nothing to do for them.
constexpr std::array<std::string_view, 7> kWithoutEffect = {
    "noop",          "cib_sync",   "cib_sync_one",    "cib_slave",
    "cib_slave_all", "cib_master", "cib_shutdown_req"};

std::string ping_answer(const cib::Document& document, std::string_view ping_id) {
  ElementText cib("cib");
  for (const xml::Attribute attribute : document.root().attributes()) {
    cib.set(attribute.name, attribute.value);
  }
  return ElementText("ping_response")
      .set("crm_feature_set", cib::kFeatureSet)
      .set("digest", document.digest())
      .set_if("cib_ping_id", ping_id)
      .append(ElementText("cib_calldata").append(cib.text()).text())
      .text();
}

CibAnswer failure(Errc code, std::string message) {
  CibAnswer answer;
  answer.error = base::Error{code, std::move(message)};
  return answer;
}

}  // namespace

CibEndpoint::CibEndpoint(EndpointContext& context) : context_(context) {
  Service& service = services_.back();
  RemoteServer::Handlers handlers;
  handlers.on_request = [this, &service](const ipc::Peer& peer, const ipc::Message& message) {
    on_request(service, peer, message);
  };
  handlers.on_disconnect = [this, &service](const ipc::Peer& peer) {
    on_disconnect(service, peer);
  };
  auto remote =
      std::make_unique<RemoteServer>(context.loop, context.remote_login, std::move(handlers));
  remote_ = remote.get();
  service.server = std::move(remote);
}

void CibEndpoint::follow_ports() {
  const xml::Element root = context_.controller.document().root();
  remote_->listen_on(root.attribute_or("remote-tls-port", {}),
                     root.attribute_or("remote-clear-port", {}));
}

Result<std::unique_ptr<CibEndpoint>> CibEndpoint::start(EndpointContext& context) {
  std::unique_ptr<CibEndpoint> endpoint(new CibEndpoint(context));
  constexpr std::array<const char*, 3> kNames = {
      ipc::endpoint::kCibReadOnly, ipc::endpoint::kCibReadWrite, ipc::endpoint::kCibDaemon};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    Service& service = endpoint->services_[i];
    service.read_only = kNames[i] == std::string_view(ipc::endpoint::kCibReadOnly);
    if (auto opened = endpoint->open(service, context.prefix + kNames[i]); !opened)
      return opened.error();
  }
  return endpoint;
}

Result<void> CibEndpoint::open(Service& service, const std::string& name) {
  ipc::Server::Handlers handlers;
  handlers.on_request = [this, &service](const ipc::Peer& peer, const ipc::Message& message) {
    on_request(service, peer, message);
  };
  handlers.on_disconnect = [this, &service](const ipc::Peer& peer) {
    on_disconnect(service, peer);
  };
  auto server = ipc::Server::start(context_.loop, name, std::move(handlers));
  if (!server) return server.error();
  service.server = std::make_unique<LocalCibTransport>(std::move(*server));
  return {};
}

void CibEndpoint::on_request(Service& service, const ipc::Peer& peer, const ipc::Message& message) {
  auto decoded = decode_cib_message(message.text);
  if (!decoded) {
    log(LogLevel::kWarning, "Refused what ", describe(peer), " sent to ", service.server->name(),
        ": ", decoded.error().message);
    if (message.expects_response()) {
      (void)service.server->respond(peer.connection, message.id, refusal()).ok();
    }
    return;
  }
  if (auto* registration = std::get_if<CibRegistration>(&*decoded)) {
    service.clients[peer.connection].name = registration->client_name;
    // A client on another machine was told its number when it was let in.
    if (service.server.get() == remote_) return;
    const std::string text = encode_cib_registration(peer.uuid);
    (void)(message.expects_response() ? service.server->respond(peer.connection, message.id, text)
                                      : service.server->send_event(peer.connection, text))
        .ok();
  } else if (auto* subscription = std::get_if<CibSubscription>(&*decoded)) {
    on_subscription(service, peer, message, *subscription);
  } else {
    on_operation(service, peer, message, std::get<CibOperation>(std::move(*decoded)));
  }
}

void CibEndpoint::on_disconnect(Service& service, const ipc::Peer& peer) {
  service.clients.erase(peer.connection);
  std::erase_if(calls_, [&](const auto& call) {
    return call.second.service == &service && call.second.connection == peer.connection;
  });
}

void CibEndpoint::on_subscription(Service& service, const ipc::Peer& peer,
                                  const ipc::Message& message,
                                  const CibSubscription& subscription) {
  Client& client = service.clients[peer.connection];
  client.user = peer.user;
  if (subscription.notice == CibNotice::kDiff) client.wants_diffs = subscription.active;
  if (subscription.notice == CibNotice::kRefresh) client.wants_refreshes = subscription.active;
  if (!message.expects_response()) return;
  const AckStatus status = subscription.notice ? AckStatus::kOk : AckStatus::kInvalid;
  (void)service.server->respond(peer.connection, message.id, acknowledgement(status)).ok();
}

void CibEndpoint::on_operation(Service& service, const ipc::Peer& peer, const ipc::Message& message,
                               CibOperation operation) {
  CibRequest& request = operation.request;
  const Client& client = service.clients[peer.connection];
  set_actor(context_, peer, request);
  if (!client.name.empty()) request.client = client.name;
  if (request.client.empty()) {
    request.client = peer.pid != 0 ? std::to_string(peer.pid) : peer.uuid;
  }
  Return to{.service = &service,
            .connection = peer.connection,
            .request = message.id,
            .as_response = message.expects_response(),
            .discarded = (request.options & kCibDiscardReply) != 0,
            .head = {request.operation, operation.call_id, peer.uuid, request.options}};
  if (auto answer = answer_here(service, operation)) {
    if (answer->error) {
      log(LogLevel::kInfo, "Refused ", request.operation, " of ", describe(peer, request.client),
          ": ", answer->error->message);
    }
    send(to, *answer);
    return;
  }
  const CallToken token = context_.new_token();
  calls_.emplace(token, std::move(to));
  context_.deliver(event::CibCall{token, std::move(request)});
}

std::optional<CibAnswer> CibEndpoint::answer_here(const Service& service,
                                                  const CibOperation& operation) const {
  const std::string& name = operation.request.operation;
  for (const std::string_view known : kWithoutEffect) {
    if (known == name) return CibAnswer{};
  }
  if (name == "ping") {
    CibAnswer answer;
    answer.data = ping_answer(context_.controller.document(), operation.ping_id);
    return answer;
  }
  if (name == "cib_ismaster") {
    if (context_.controller.coordinator() == context_.self) return CibAnswer{};
    return failure(Errc::kPermission, "this node is not the coordinator");
  }
  const auto known = cib::operation_named(name);
  if (!known) {
    return failure(Errc::kUnsupported, base::cat("there is no CIB operation '", name, "'"));
  }
  if (service.read_only && cib::modifies(*known)) {
    return failure(Errc::kPermission, base::cat(service.server->name(), " takes no changes"));
  }
  if (cib::modifies(*known) && !context_.has_room(operation.request.input.size())) {
    return failure(Errc::kBusy, "too many changes are on their way to the other nodes");
  }
  // A node that has the replica would say the same; one that has not would never answer.
  if (!operation.host.empty() && !can_answer(operation.host)) {
    return failure(Errc::kTimeout, base::cat("the node '", operation.host, "' cannot answer"));
  }
  return std::nullopt;
}

bool CibEndpoint::can_answer(const std::string& host) const {
  if (host == context_.self_name) return true;
  for (const NodeView& node : context_.controller.nodes()) {
    if (node.name == host) return node.controller;
  }
  return false;
}

void CibEndpoint::reply(const effect::ReplyCib& reply) {
  const auto call = calls_.find(reply.token);
  if (call == calls_.end()) return;
  const Return to = std::move(call->second);
  calls_.erase(call);
  if (reply.answer.error) {
    // To find nothing is an answer.
    const bool nothing = reply.answer.error->code == Errc::kNotFound;
    log(nothing ? LogLevel::kDebug : LogLevel::kInfo, to.head.operation,
        " was refused: ", reply.answer.error->message);
  }
  send(to, reply.answer);
}

void CibEndpoint::send(const Return& to, const CibAnswer& answer) {
  if (to.discarded && !to.as_response) return;
  send_text(to, encode_cib_reply(to.head, answer));
  if (answer.error && answer.error->code == Errc::kSchemaUnchanged) {
    const std::string text =
        encode_cib_upgrade_notice(to.head, -base::legacy_number(answer.error->code));
    (void)to.service->server->send_event(to.connection, text).ok();
  }
}

void CibEndpoint::send_text(const Return& to, const std::string& text) {
  CibTransport& server = *to.service->server;
  const auto sent = to.as_response ? server.respond(to.connection, to.request, text)
                                   : server.send_event(to.connection, text);
  if (sent || sent.error().code == Errc::kNotConnected) return;
  log(LogLevel::kError, "The answer to ", to.head.operation,
      " cannot be sent: ", sent.error().message);
  if (sent.error().code != Errc::kTooLarge) return;
  const std::string apology = encode_cib_reply(to.head, failure(Errc::kTooLarge, ""));
  (void)(to.as_response ? server.respond(to.connection, to.request, apology)
                        : server.send_event(to.connection, apology))
      .ok();
}

void CibEndpoint::notify(const effect::NotifyCib& change) {
  std::string diff;
  std::string resync;
  std::string refresh;
  const bool controlled = cib::access_control_enabled(context_.controller.document().root());
  for (Service& service : services_) {
    std::vector<ipc::ConnectionId> diffs;
    std::vector<ipc::ConnectionId> resyncs;
    std::vector<ipc::ConnectionId> refreshes;
    for (const auto& [connection, client] : service.clients) {
      const bool sees_all = !controlled || cib::is_exempt(client.user);
      if (client.wants_diffs) (sees_all ? diffs : resyncs).push_back(connection);
      if (client.wants_refreshes) refreshes.push_back(connection);
    }
    if (!diffs.empty() && !change.patchset.empty()) {
      if (diff.empty()) diff = encode_cib_diff_notice(change);
      service.server->broadcast(diffs, diff, kDiffKey);
    }
    if (!resyncs.empty() && !change.patchset.empty()) {
      if (resync.empty()) resync = encode_cib_resync_notice(change);
      if (!resync.empty()) service.server->broadcast(resyncs, resync, kDiffKey);
    }
    if (!refreshes.empty() && change.refreshed != 0) {
      if (refresh.empty()) refresh = encode_cib_refresh_notice(change);
      service.server->broadcast(refreshes, refresh, kRefreshKey);
    }
  }
}

}  // namespace systole::crmd
