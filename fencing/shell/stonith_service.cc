#include "fencing/shell/stonith_service.h"

#include <sys/random.h>

#include <algorithm>
#include <utility>

#include "fencing/shell/request_reader.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/client/fencer_message.h"
#include "lib/ipc/endpoints.h"

namespace systole::fencing {
namespace {

using base::cat;
using xml::Document;
using xml::Element;
namespace wire = client::fencer_wire;

/// Messages of clients are small; this bounds what a hostile one can cost.
constexpr xml::Limits kRequestLimits{.max_bytes = std::size_t{4} << 20, .max_depth = 100};

std::string hex(std::uint64_t value, int digits) {
  std::string text;
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    text.push_back("0123456789abcdef"[(value >> shift) & 0xf]);
  }
  return text;
}

}  // namespace

std::string make_unique_id() {
  std::uint64_t random[2] = {};
  CHECK(getrandom(random, sizeof random, 0) == sizeof random);
  return cat(hex(random[0] >> 32, 8), "-", hex(random[0] >> 16, 4), "-4", hex(random[0], 3), "-",
             "89ab"[random[1] >> 62], hex(random[1] >> 48, 3), "-", hex(random[1], 12));
}

const std::vector<StonithService::Operation>& StonithService::operations() {
  static const std::vector<Operation> kOperations = {
      {"st_device_register", true, &StonithService::register_device},
      {"st_device_remove", true, &StonithService::remove_device},
      {"st_level_add", true, &StonithService::add_level},
      {"st_level_remove", true, &StonithService::remove_level},
      {"st_query", false, &StonithService::query},
      {"st_execute", false, &StonithService::execute},
      {"st_fence", false, &StonithService::fence},
      {"st_fence_history", false, &StonithService::history},
  };
  return kOperations;
}

base::Result<void> StonithService::start(daemon::EventLoop& loop) {
  auto server = ipc::Server::start(
      loop, ipc::endpoint::kFencer,
      {.on_connect = [](const ipc::Peer&) {},
       .on_request = [this](const ipc::Peer& peer,
                            const ipc::Message& message) { on_request(peer, message); },
       .on_disconnect =
           [this](const ipc::Peer& peer) {
             clients_.erase(peer.connection);
             std::erase_if(pending_, [&peer](const auto& item) {
               return item.second.connection == peer.connection;
             });
           }});
  if (!server) return server.error();
  server_ = std::move(*server);
  return {};
}

void StonithService::on_request(const ipc::Peer& peer, const ipc::Message& message) {
  const auto parsed = Document::parse(message.text, kRequestLimits);
  if (!parsed) {
    base::log(base::LogLevel::kWarning, "a message of client ", peer.pid,
              " cannot be read: ", parsed.error().message);
    if (message.expects_response()) {
      (void)server_->respond(peer.connection, message.id,
                             "<nack function=\"on_request\" line=\"1\" status=\"76\"/>");
    }
    return;
  }
  const Element root = parsed->root();
  // A node was removed from the cluster. What is known of it is harmless, so nothing is to be done.
  const bool cache = root.attribute_or("crm_task", "") == "rm_node_cache";
  if (cache) {
    if (message.expects_response()) {
      (void)server_->respond(peer.connection, message.id, make_ack(0));
    }
    return;
  }
  const std::string_view op = root.attribute_or("st_op", "");
  if (op == "register") {
    on_register(peer, message, root);
  } else if (op == "st_notify") {
    on_subscribe(peer, message, root);
  } else {
    on_command(peer, message, root);
  }
}

void StonithService::on_register(const ipc::Peer& peer, const ipc::Message& message,
                                 Element request) {
  clients_[peer.connection].name = request.attribute_or("st_clientname", "unknown");
  if (!message.expects_response()) return;
  Document reply = Document::create("reply");
  reply.root().set_attribute("st_op", "register");
  reply.root().set_attribute("st_clientid", peer.uuid);
  (void)server_->respond(peer.connection, message.id, reply.compact());
}

void StonithService::on_subscribe(const ipc::Peer& peer, const ipc::Message& message,
                                  Element request) {
  auto& subscriptions = clients_[peer.connection].subscriptions;
  if (const auto kind = request.attribute("st_notify_activate")) subscriptions.emplace(*kind);
  if (const auto kind = request.attribute("st_notify_deactivate")) {
    subscriptions.erase(std::string(*kind));
  }
  if (message.expects_response()) {
    (void)server_->respond(peer.connection, message.id, make_ack(0));
  }
}

void StonithService::on_command(const ipc::Peer& peer, const ipc::Message& message,
                                Element request) {
  const std::string& name = clients_[peer.connection].name;
  Pending pending{
      .connection = peer.connection,
      .request_id = message.id,
      .expects_response = message.expects_response(),
      .frame = {.op = std::string(request.attribute_or("st_op", "")),
                .call_id = std::string(request.attribute_or("st_callid", "0")),
                .options = std::string(request.attribute_or("st_callopt", "0")),
                .client_id = peer.uuid,
                .client_name = cat(name.empty() ? "unknown" : name.c_str(), ".", peer.pid)},
      .user = peer.privileged ? std::string() : peer.user,
      .target = {},
      .action = Action::kOff};
  for (const Operation& operation : operations()) {
    if (operation.name != pending.frame.op) continue;
    if (operation.privileged && !peer.privileged) {
      return refuse(pending, "Unprivileged users must register device via CIB",
                    kRcInsufficientPrivileges);
    }
    return (this->*operation.handler)(std::move(pending), request);
  }
  refuse(pending, cat("Unknown request '", pending.frame.op, "'"), kRcProtocol);
}

void StonithService::refuse(const Pending& pending, std::string reason, int code) {
  ActionResult result = failure(ExecutionStatus::kInvalid, std::move(reason));
  result.rc = code;
  reply(pending, result);
}

void StonithService::reply(const Pending& pending, const ActionResult& result) {
  send(pending, make_reply(pending.frame, result));
}

void StonithService::send(const Pending& pending, const Document& reply) {
  const std::string text = reply.compact();
  const auto sent = pending.expects_response
                        ? server_->respond(pending.connection, pending.request_id, text)
                        : server_->send_event(pending.connection, text);
  if (!sent && sent.error().code != Errc::kNotConnected) {
    base::log(base::LogLevel::kWarning, "reply to ", pending.frame.client_name, ": ",
              sent.error().message);
  }
}

void StonithService::notify(const std::string& kind, const Document& notification) {
  std::vector<ipc::ConnectionId> subscribers;
  for (const auto& [connection, client] : clients_) {
    if (client.subscriptions.count(kind) > 0) subscribers.push_back(connection);
  }
  if (server_ && !subscribers.empty()) server_->broadcast(subscribers, notification.compact());
}

bool StonithService::permitted(const Pending& pending, std::string_view target) {
  if (pending.user.empty() || permit_(pending.user, target)) return true;
  base::log(base::LogLevel::kWarning, "Refused ", pending.frame.op, " of ",
            pending.frame.client_name, target.empty() ? "" : " for ", target, ": user ",
            pending.user, " may not write the node's status");
  refuse(pending, cat("User ", pending.user, " lacks the permission to write the node's status"),
         kRcInsufficientPrivileges);
  return false;
}

Token StonithService::keep(Pending pending) {
  const Token token(++last_token_);
  pending_.emplace(token, std::move(pending));
  return token;
}

std::string StonithService::resolve_target(Element request, std::string target) const {
  if ((call_options(request) & wire::kTargetIsNodeId) == 0) return target;
  const auto number = base::parse_integer<std::uint32_t>(target);
  if (!number) return target;
  return node_name(state_, NodeNumber(*number)).value_or(target);
}

void StonithService::register_device(Pending&& pending, Element request) {
  auto device = read_device(request);
  if (!device) return refuse(pending, device.error().message, kRcInvalidParameter);
  feed_(DeviceRegistered{std::move(*device)});
  reply(pending, last_notice_);
}

void StonithService::remove_device(Pending&& pending, Element request) {
  const Element input = request_input(request, "st_device_id");
  if (!input || input.id().empty()) {
    return refuse(pending, "the request names no device", kRcInvalidParameter);
  }
  feed_(DeviceRemoved{std::string(input.id())});
  reply(pending, last_notice_);
}

void StonithService::add_level(Pending&& pending, Element request) {
  auto level = read_level(request);
  if (!level) return refuse(pending, level.error().message, kRcInvalidParameter);
  feed_(LevelAdded{std::move(*level)});
  reply(pending, last_notice_);
}

void StonithService::remove_level(Pending&& pending, Element request) {
  auto level = read_level(request);
  if (!level) return refuse(pending, level.error().message, kRcInvalidParameter);
  feed_(LevelRemoved{.target = level->target, .index = level->index});
  reply(pending, last_notice_);
}

void StonithService::query(Pending&& pending, Element request) {
  QueryRequested event = read_query(request);
  pending.target = event.target;
  pending.action = event.action;
  event.token = keep(std::move(pending));
  feed_(std::move(event));
}

void StonithService::execute(Pending&& pending, Element request) {
  auto event = read_exec(request);
  if (!event) return refuse(pending, event.error().message, kRcInvalidParameter);
  if (!permitted(pending, event->target)) return;
  pending.target = event->target;
  event->token = keep(std::move(pending));
  feed_(std::move(*event));
}

void StonithService::fence(Pending&& pending, Element request) {
  auto event = read_fence(request);
  if (!event) return refuse(pending, event.error().message, kRcInvalidParameter);
  event->target = resolve_target(request, event->target);
  if (!permitted(pending, event->target)) return;
  event->id = make_unique_id();
  event->client = pending.frame.client_name;
  event->client_id = pending.frame.client_id;
  event->token = keep(std::move(pending));
  if ((call_options(request) & wire::kManualAck) == 0) return feed_(std::move(*event));
  feed_(ConfirmRequested{.token = event->token,
                         .id = event->id,
                         .target = event->target,
                         .client = event->client,
                         .client_id = event->client_id});
}

void StonithService::history(Pending&& pending, Element request) {
  const std::string target = resolve_target(request, read_history_target(request));
  const int options = call_options(request);
  if ((options & wire::kCleanup) != 0) {
    if (!permitted(pending, target)) return;
    const Token token = keep(std::move(pending));
    return feed_(CleanupRequested{.token = token, .target = target});
  }
  Document answer = make_reply(pending.frame, success());
  append_history(answer.root(), visible_history(state_, target));
  send(pending, answer);
  // All fencers hold the same history at all times, so there is nothing to gather.
  if ((options & wire::kBroadcast) != 0) {
    notify(wire::kNotifyHistorySynced, make_notification(wire::kNotifyHistorySynced, success()));
  }
}

void StonithService::apply(const FenceReply& effect) {
  auto found = pending_.extract(effect.token);
  if (!found.empty()) send(found.mapped(), make_fence_reply(found.mapped().frame, effect.entry));
}

void StonithService::apply(const FenceTimeout& effect) {
  const auto found = pending_.find(effect.token);
  if (found == pending_.end() || found->second.expects_response) return;
  (void)server_->send_event(found->second.connection,
                            timeout_value(found->second.frame, effect.total).compact());
}

void StonithService::apply(const ExecReply& effect) {
  auto found = pending_.extract(effect.token);
  if (found.empty()) return;
  const Pending& pending = found.mapped();
  send(pending, make_exec_reply(pending.frame, effect.device, pending.target, effect.result));
}

void StonithService::apply(const QueryReply& effect) {
  auto found = pending_.extract(effect.token);
  if (found.empty()) return;
  const Pending& pending = found.mapped();
  Document answer = make_reply(pending.frame, success());
  append_query(answer.root(), pending.target, pending.action, effect.rows);
  send(pending, answer);
}

void StonithService::apply(const CleanupReply& effect) {
  auto found = pending_.extract(effect.token);
  if (!found.empty()) reply(found.mapped(), success());
}

void StonithService::apply(const FenceNotice& effect) {
  notify(wire::kNotifyFence, fence_notification(effect.entry));
}

void StonithService::apply(const HistoryNotice&) {
  notify(wire::kNotifyHistory, make_notification(wire::kNotifyHistory, success()));
}

void StonithService::apply(const DeviceNotice& effect) {
  last_notice_ = effect.result;
  notify(effect.registered ? "st_device_register" : "st_device_remove",
         device_notification(effect));
}

void StonithService::apply(const LevelNotice& effect) {
  last_notice_ = effect.result;
  // Every client gets these, subscribed or not.
  if (server_) server_->broadcast(server_->connections(), level_notification(effect).compact());
}

}  // namespace systole::fencing
