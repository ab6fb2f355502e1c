#include "agents/executor/shell/endpoint.h"

#include <cerrno>
#include <utility>

#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/client/executor_message.h"

namespace systole::executor {
namespace {

using base::LogLevel;
using xml::Document;
using xml::Element;
namespace wire = client::executor_wire;

ClientId client_id(const ipc::Peer& peer) {
  return ClientId(peer.connection.value());
}
ipc::ConnectionId connection_id(ClientId client) {
  return ipc::ConnectionId(client.value());
}

/// The number by which the protocol tells an answer; the call itself of an execution.
int answer_number(Answer answer, CallId call) {
  switch (answer) {
    case Answer::kOk:
      return 0;
    case Answer::kStarted:
      return call.value();
    case Answer::kEndsLater:
      return -EINPROGRESS;
    case Answer::kUnknownResource:
      return -ENODEV;
    case Answer::kUnknownOperation:
      return -EOPNOTSUPP;
    case Answer::kInvalid:
      return -EINVAL;
  }
  return -EINVAL;
}

const char* notice_operation(Notice notice) {
  switch (notice) {
    case Notice::kRegistered:
      return wire::kOpRegisterResource;
    case Notice::kUnregistered:
      return wire::kOpUnregisterResource;
    case Notice::kPoked:
      return wire::kOpPoke;
  }
  return wire::kOpPoke;
}

/// Versions are MAJOR.MINOR; from 1.0 on clients are understood.
bool is_understood(std::string_view version) {
  const auto major = base::parse_integer<int>(version.substr(0, version.find('.')));
  return major && *major >= 1;
}

std::string text_attribute(Element element, std::string_view name) {
  return element ? std::string(element.attribute_or(name, "")) : std::string();
}

int options_of(Element command) {
  return base::parse_integer<int>(command.attribute_or("lrmd_callopt", "0")).value_or(0);
}

Operation core_operation(client::ExecutorOperation asked, int options) {
  Operation operation{.resource = std::move(asked.resource),
                      .action = std::move(asked.action),
                      .interval = asked.interval,
                      .timeout = asked.timeout,
                      .start_delay = asked.start_delay,
                      .user_data = std::move(asked.user_data),
                      .only_to_originator = (options & wire::kOnlyOriginator) != 0,
                      .only_changes = (options & wire::kOnlyChanges) != 0};
  for (auto& [name, value] : asked.parameters) {
    operation.parameters.push_back({.name = std::move(name), .value = std::move(value)});
  }
  return operation;
}

/// `with_name` adds by what the client knows it: its own text and the call.
void write_pending(Element parent, const Action& action, bool with_name) {
  const Operation& operation = action.operation;
  Element element = parent.append(wire::kResourceOperation);
  element.set_attribute("lrmd_rsc_action", operation.action);
  element.set_attribute("lrmd_rsc_interval", operation.interval.count());
  element.set_attribute("lrmd_timeout", operation.timeout.count());
  if (!with_name) return;
  element.set_attribute("lrmd_rsc_userdata_str", operation.user_data);
  element.set_attribute("lrmd_callid", action.call.value());
}

client::ExecutorResult wire_result(const OperationResult& result) {
  client::ExecutorResult out{.number = result.id.value(),
                             .call = result.call.value(),
                             .operation = {.resource = result.operation.resource,
                                           .action = result.operation.action,
                                           .interval = result.operation.interval,
                                           .timeout = result.operation.timeout,
                                           .start_delay = result.operation.start_delay,
                                           .user_data = result.operation.user_data},
                             .code = result.result.code,
                             .status = result.result.status,
                             .exit_reason = result.result.exit_reason,
                             .output = result.result.output,
                             .resource_removed = result.resource_removed,
                             .last_run = result.last_run,
                             .last_change = result.last_change,
                             .run_time = result.result.run_time,
                             .queue_time = result.queue_time};
  for (const Parameter& each : result.operation.parameters) {
    out.operation.parameters.emplace_back(each.name, each.value);
  }
  return out;
}

}  // namespace

base::Result<void> Endpoint::start(daemon::EventLoop& loop, const std::string& name) {
  base::Result<std::unique_ptr<ipc::Server>> server = ipc::Server::start(
      loop, name,
      {.on_connect = [this](const ipc::Peer& peer) { on_connect(peer); },
       .on_request = [this](const ipc::Peer& peer,
                            const ipc::Message& message) { on_request(peer, message); },
       .on_disconnect = [this](const ipc::Peer& peer) { on_disconnect(peer); }});
  if (!server) return server.error();
  server_ = std::move(*server);
  return {};
}

void Endpoint::on_connect(const ipc::Peer& peer) {
  Document event = Document::create(wire::kNotify);
  event.root().set_attribute("lrmd_origin", "executor");
  event.root().set_attribute("lrmd_op", wire::kOpNewClient);
  tell_all(event.compact());
  clients_[client_id(peer)] = Client{};
}

void Endpoint::on_disconnect(const ipc::Peer& peer) {
  const ClientId client = client_id(peer);
  std::erase_if(pending_, [&](const auto& entry) { return entry.second.client == client; });
  const auto found = clients_.find(client);
  if (found == clients_.end()) return;
  const bool registered = found->second.registered;
  clients_.erase(found);
  if (registered) executor_.feed(ClientGone{client});
}

void Endpoint::on_request(const ipc::Peer& peer, const ipc::Message& message) {
  Request request{
      .client = client_id(peer), .id = message.id, .expects_response = message.expects_response()};
  const base::Result<Document> document = Document::parse(message.text);
  if (!document) {
    base::log(LogLevel::kWarning, "process ", peer.pid,
              " sent what is no request: ", document.error().message);
    if (!request.expects_response) return;
    request.call = executor_.take_call();
    answer(request, -EPROTO);
    return;
  }
  const Element command = document->root();
  request.async_id = text_attribute(command, "lrmd_async_id");
  request.op = text_attribute(command, "lrmd_op");
  if (request.op == wire::kOpCheck) return;  // By the protocol it has no answer.
  const bool as_event = clients_[request.client].answers_as_events ||
                        text_attribute(command, "systole_answers") == "event";
  if (!request.expects_response && !as_event) {
    base::log(LogLevel::kError, "ignoring request '", request.op, "' of process ", peer.pid,
              ": it does not expect the response that it must get");
    return;
  }
  request.call = executor_.take_call();
  dispatch(request, command, peer);
}

void Endpoint::dispatch(const Request& request, Element command, const ipc::Peer& peer) {
  const std::string& op = request.op;
  const Element call_data = command.first_child(wire::kCallData);
  const Element resource = call_data ? call_data.first_child(wire::kResource) : Element();
  const int options = options_of(command);
  if (op == wire::kOpRegister) {
    register_client(request, command, peer);
  } else if (op == wire::kOpPoke) {
    pending_[request.call] = request;
    executor_.feed(Poke{.client = request.client, .call = request.call});
  } else if (!peer.privileged) {
    base::log(LogLevel::kWarning, "refusing '", op, "' to user ", peer.user, " (process ", peer.pid,
              ")");
    answer(request, -EACCES);
  } else if (op == wire::kOpRegisterResource) {
    register_resource(request, resource, options);
  } else if (op == wire::kOpUnregisterResource) {
    pending_[request.call] = request;
    executor_.feed(UnregisterResource{.client = request.client,
                                      .call = request.call,
                                      .resource = text_attribute(resource, "lrmd_rsc_id")});
  } else if (op == wire::kOpExecute) {
    execute(request, resource, options);
  } else if (op == wire::kOpCancel) {
    cancel(request, resource);
  } else if (op == wire::kOpResourceInfo) {
    resource_info(request, resource);
  } else if (op == wire::kOpGetRecurring) {
    get_recurring(request, resource);
  } else if (op == wire::kOpAlert) {
    alert(request, call_data);
  } else if (op == wire::kOpConfirm) {
    confirm(request, call_data);
  } else if (op == wire::kOpForward) {
    answer(request, -EPROTONOSUPPORT);
  } else {
    answer(request, -EOPNOTSUPP);
  }
}

void Endpoint::register_client(const Request& request, Element command, const ipc::Peer& peer) {
  const std::string version = text_attribute(command, "lrmd_protocol_version");
  int rc = 0;
  if (!is_understood(version)) rc = -EPROTO;
  if (base::parse_bool(command.attribute_or("lrmd_is_ipc_provider", "false")).value_or(false)) {
    rc = -EPROTONOSUPPORT;
  }
  Document reply = reply_document(request, rc);
  reply.root().set_attribute("lrmd_op", wire::kOpRegister);
  reply.root().set_attribute("lrmd_clientid", peer.uuid);
  reply.root().set_attribute("lrmd_protocol_version", wire::kProtocolVersion);
  Client& client = clients_[request.client];
  if (rc == 0) {
    client.name = text_attribute(command, "lrmd_clientname");
    // Only who may run operations may hold back their results.
    client.answers_as_events =
        peer.privileged && text_attribute(command, "systole_answers") == "event";
    client.registered = true;
    base::log(LogLevel::kInfo, "client ", client.name, " (process ", peer.pid, ") registered");
  }
  answer(request, reply);
  if (rc == 0) {
    executor_.feed(
        ClientRegistered{.client = request.client, .confirms = client.answers_as_events});
  }
}

void Endpoint::register_resource(const Request& request, Element resource, int options) {
  pending_[request.call] = request;
  executor_.feed(
      RegisterResource{.client = request.client,
                       .call = request.call,
                       .resource = {.id = text_attribute(resource, "lrmd_rsc_id"),
                                    .agent = {.standard = text_attribute(resource, "lrmd_class"),
                                              .provider = text_attribute(resource, "lrmd_provider"),
                                              .type = text_attribute(resource, "lrmd_type")}},
                       .drop_operations_with_client = options == wire::kDropRecurring});
}

void Endpoint::execute(const Request& request, Element resource, int options) {
  base::Result<client::ExecutorOperation> operation =
      resource ? client::read_operation(resource)
               : base::Result<client::ExecutorOperation>(base::Errc::kInvalidArgument,
                                                         "no resource is named");
  if (!operation) {
    base::log(LogLevel::kWarning, "refusing an operation: ", operation.error().message);
    answer(request, -EINVAL);
    return;
  }
  pending_[request.call] = request;
  executor_.feed(Execute{.client = request.client,
                         .call = request.call,
                         .operation = core_operation(std::move(*operation), options)});
}

void Endpoint::cancel(const Request& request, Element resource) {
  const base::Result<base::Milliseconds> interval =
      resource ? client::read_milliseconds(resource, "lrmd_rsc_interval")
               : base::Result<base::Milliseconds>(base::Milliseconds(0));
  if (!interval) {
    answer(request, -EINVAL);
    return;
  }
  pending_[request.call] = request;
  executor_.feed(Cancel{.client = request.client,
                        .call = request.call,
                        .resource = text_attribute(resource, "lrmd_rsc_id"),
                        .action = text_attribute(resource, "lrmd_rsc_action"),
                        .interval = *interval});
}

void Endpoint::resource_info(const Request& request, Element resource) {
  const State& state = executor_.state();
  const auto found = state.resources.find(text_attribute(resource, "lrmd_rsc_id"));
  if (found == state.resources.end() || found->second.removed) {
    answer(request, -ENODEV);
    return;
  }
  const Resource& known = found->second.resource;
  Document reply = reply_document(request, 0);
  Element root = reply.root();
  root.set_attribute("lrmd_rsc_id", known.id);
  root.set_attribute("lrmd_class", known.agent.standard);
  if (!known.agent.provider.empty()) root.set_attribute("lrmd_provider", known.agent.provider);
  root.set_attribute("lrmd_type", known.agent.type);
  answer(request, reply);
}

void Endpoint::get_recurring(const Request& request, Element resource) {
  const State& state = executor_.state();
  const std::string wanted = text_attribute(resource, "lrmd_rsc_id");
  if (!wanted.empty() && !state.resources.contains(wanted)) {
    answer(request, -ENODEV);
    return;
  }
  const bool all = clients_[request.client].answers_as_events;
  Document reply = reply_document(request, 0);
  for (const auto& [name, known] : state.resources) {
    if (!wanted.empty() && wanted != name) continue;
    Element element = reply.root().append(wire::kResource);
    element.set_attribute("lrmd_rsc_id", name);
    for (const auto& [call, action] : state.actions) {
      if (action.operation.resource != name || action.cancelled) continue;
      if (all || action.operation.recurring()) write_pending(element, action, all);
    }
  }
  answer(request, reply);
}

void Endpoint::alert(const Request& request, Element call_data) {
  const Element element = call_data ? call_data.first_child("lrmd_alert") : Element();
  Alert wanted{.id = text_attribute(element, "lrmd_alert_id"),
               .path = text_attribute(element, "lrmd_alert_path")};
  const base::Result<base::Milliseconds> timeout =
      element ? client::read_milliseconds(element, "lrmd_timeout")
              : base::Result<base::Milliseconds>(base::Milliseconds(0));
  if (wanted.id.empty() || wanted.path.empty() || !timeout) {
    answer(request, -EINVAL);
    return;
  }
  wanted.timeout = *timeout;
  for (auto& [name, value] : client::read_parameters(element)) {
    wanted.environment.push_back({.name = std::move(name), .value = std::move(value)});
  }
  answer(request, 0);
  executor_.run_alert(wanted);
}

void Endpoint::confirm(const Request& request, Element call_data) {
  Confirm confirm{.client = request.client};
  if (call_data) {
    for (const Element each : call_data.children("result")) {
      const auto number = base::parse_integer<std::uint64_t>(each.attribute_or("number", ""));
      if (number) confirm.results.push_back(ResultId(*number));
    }
  }
  answer(request, 0);
  executor_.feed(confirm);
}

Document Endpoint::reply_document(const Request& request, int rc) const {
  Document reply = Document::create(wire::kReply);
  Element root = reply.root();
  root.set_attribute("lrmd_origin", "executor");
  root.set_attribute("lrmd_rc", rc);
  root.set_attribute("lrmd_callid", request.call.value());
  return reply;
}

void Endpoint::answer(const Request& request, int rc) {
  answer(request, reply_document(request, rc));
}

void Endpoint::answer(const Request& request, const Document& reply) {
  base::Result<void> sent;
  if (request.expects_response) {
    sent = server_->respond(connection_id(request.client), request.id, reply.compact());
  } else {
    reply.root().set_attribute("lrmd_async_id", request.async_id);
    sent = server_->send_event(connection_id(request.client), reply.compact());
  }
  if (!sent) {
    base::log(LogLevel::kWarning, "cannot answer '", request.op, "': ", sent.error().message);
  }
}

void Endpoint::reply(const Reply& reply) {
  const auto found = pending_.find(reply.call);
  if (found == pending_.end()) return;
  const Request request = std::move(found->second);
  pending_.erase(found);
  answer(request, answer_number(reply.answer, reply.call));
}

void Endpoint::announce(const Announce& announce) {
  Document event = Document::create(wire::kNotify);
  Element root = event.root();
  root.set_attribute("lrmd_origin", "executor");
  root.set_attribute("lrmd_rc", answer_number(announce.answer, announce.call));
  root.set_attribute("lrmd_callid", announce.call.value());
  root.set_attribute("lrmd_op", notice_operation(announce.notice));
  if (!announce.resource.empty()) root.set_attribute("lrmd_rsc_id", announce.resource);
  tell_all(event.compact());
}

void Endpoint::deliver(const Deliver& deliver) {
  const client::ExecutorResult result = wire_result(deliver.result);
  for (const bool numbered : {false, true}) {
    std::vector<ipc::ConnectionId> receivers = registered(numbered);
    if (deliver.only) {
      const ipc::ConnectionId only = connection_id(*deliver.only);
      std::erase_if(receivers, [&](ipc::ConnectionId each) { return each != only; });
    }
    if (receivers.empty()) continue;
    server_->broadcast(receivers, client::completion_event(result, numbered).compact());
  }
}

std::vector<ipc::ConnectionId> Endpoint::registered(bool answers_as_events) const {
  std::vector<ipc::ConnectionId> found;
  for (const auto& [id, client] : clients_) {
    if (client.registered && client.answers_as_events == answers_as_events) {
      found.push_back(connection_id(id));
    }
  }
  return found;
}

void Endpoint::tell_all(const std::string& text) {
  for (const bool kind : {false, true}) {
    const std::vector<ipc::ConnectionId> receivers = registered(kind);
    if (!receivers.empty()) server_->broadcast(receivers, text);
  }
}

}  // namespace systole::executor
