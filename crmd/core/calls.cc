#include "crmd/core/calls.h"

#include <algorithm>

#include "crmd/core/attribute_queue.h"
#include "crmd/core/attributes.h"
#include "crmd/core/bootstrap.h"
#include "crmd/core/change.h"
#include "crmd/core/coordination.h"
#include "crmd/core/durability.h"
#include "crmd/core/executor_link.h"
#include "crmd/core/history.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_state.h"
#include "crmd/core/permission.h"
#include "lib/base/strings.h"
#include "lib/xml/write.h"

namespace systole::crmd {
namespace {

/// A request in the document's terms, with the parsed input that it points into.
struct ParsedRequest {
  cib::Request request;
  std::optional<xml::Document> input;
};

base::Result<ParsedRequest> parse_request(const CibRequest& text, cib::Origin origin) {
  const std::optional<cib::Operation> operation = cib::operation_named(text.operation);
  if (!operation) {
    return {base::Errc::kUnsupported, base::cat("unknown operation ", text.operation)};
  }
  ParsedRequest out;
  if (!text.input.empty()) {
    base::Result<xml::Document> input = xml::Document::parse(text.input);
    if (!input) return input.error();
    out.input.emplace(std::move(input).value());
    out.request.input = out.input->root();
  }
  out.request.operation = *operation;
  out.request.target = text.section;
  out.request.options = cib::CallOptions(text.options);
  out.request.origin = std::move(origin);
  out.request.digest = text.digest;
  return out;
}

CibAnswer answer_of(const cib::Outcome& outcome) {
  CibAnswer answer;
  if (!outcome.verdict) answer.error = outcome.verdict.error();
  if (outcome.output) answer.data = xml::to_string(outcome.output);
  return answer;
}

void reply_error(ControllerState& state, CallToken token, base::Error error) {
  CibAnswer answer;
  answer.error = std::move(error);
  state.out.push_back(effect::ReplyCib{token, std::move(answer)});
}

bool in_group(const ControllerState& state) {
  return state.agreement.phase != Agreement::Phase::kAlone;
}

/// Operations that are about the daemons and not about the document.
bool answer_daemon_operation(ControllerState& state, const event::CibCall& call) {
  const std::string& operation = call.request.operation;
  CibAnswer answer;
  if (operation == "cib_ismaster") {
    if (coordinator_of(state) != state.self()) {
      answer.error = base::Error{base::Errc::kPermission, "another node is the coordinator"};
    }
  } else if (operation != "noop" && operation != "cib_sync" && operation != "cib_sync_one" &&
             operation != "cib_slave" && operation != "cib_slave_all" &&
             operation != "cib_master") {
    return false;
  }
  // Replicas of a group do not differ: there is nothing to synchronise, and primary are all.
  state.out.push_back(effect::ReplyCib{call.token, std::move(answer)});
  return true;
}

std::string resource_name(const ResourceRequest& request) {
  return request.resource;
}

OperationResult failed_monitor(const ControllerState& state, const ResourceRequest& request,
                               const Now& now) {
  OperationResult result;
  Operation& operation = result.operation;
  operation.transition_key = request.transition_key;
  operation.resource = resource_name(request);
  operation.standard = request.standard;
  operation.provider = request.provider;
  operation.type = request.type;
  operation.task = "asyncmon";
  operation.key = operation_key(operation.resource, operation.task, Milliseconds::zero());
  operation.node = request.node;
  operation.node_id = attribute_node_id(state, request.node);
  result.rc = 1;
  result.status = OpStatus::kDone;
  result.reason = "Simulated failure";
  result.last_rc_change = wall_seconds(now);
  result.last_run = result.last_rc_change;
  return result;
}

bool has_resource(const ControllerState& state, const ResourceRequest& request) {
  xml::Element at = node_state(state, attribute_node_id(state, request.node));
  if (at) at = at.first_child("lrm");
  if (at) at = at.first_child("lrm_resources");
  return at && at.first_child("lrm_resource", resource_name(request));
}

ResourceAnswer unreachable(std::string reason) {
  return {1, static_cast<int>(OpStatus::kNotConnected), std::move(reason)};
}

/// The node whose controller carries the request out and answers.
std::optional<NodeNumber> responsible(const ControllerState& state,
                                      const ResourceRequest& request) {
  if (request.cib_only) return coordinator_of(state);
  return node_number(state, request.router.empty() ? request.node : request.router);
}

/// The executor forgets what the record forgets.
void forget_at_executor(ControllerState& state) {
  xml::Element at = node_state(state, node_id(state.self()));
  if (at) at = at.first_child("lrm");
  if (at) at = at.first_child("lrm_resources");
  if (!at) return;
  for (const xml::Element resource : at.children("lrm_resource")) {
    to_executor(state, effect::ForgetResource{std::string(resource.id())});
  }
}

void forget_all(ControllerState& state, const std::string& node, const Actor& actor) {
  const std::string id = attribute_node_id(state, node);
  if (id.find('\'') != std::string::npos) return;
  const std::string path = base::cat("/cib/status/node_state[@id='", id, "']/lrm");
  if (!may_delete(state, actor, path)) return;
  if (node == node_name(state, state.self())) forget_at_executor(state);
  delete_path(state, path, Cause::kOutside);
}

void reprobe(ControllerState& state, const ResourceRequest& request) {
  if (!request.node.empty()) {
    forget_all(state, request.node, actor_of(request));
    return;
  }
  for (const auto& [node, peer] : state.replica.peers) {
    if (peer.state == Peer::State::kMember)
      forget_all(state, node_name(state, node), actor_of(request));
  }
}

bool replaces_all(const cib::Request& request) {
  return request.operation == cib::Operation::kErase ||
         (request.operation == cib::Operation::kReplace && request.input &&
          request.input.is("cib"));
}

/// What is the case now, which no client can know better when it replaces or erases the whole CIB:
/// members, operations' results and transient attributes are not configuration.
class Present {
 public:
  explicit Present(const ControllerState& state) {
    const xml::Element root = state.replica.document.root();
    if (const xml::Element status = root.first_child("status")) {
      status_.emplace(xml::Document::copy_of(status));
    }
    for (const std::string_view name : {"have-quorum", "dc-uuid"}) {
      if (const auto value = root.attribute(name)) attributes_.emplace_back(name, *value);
    }
  }

  void restore(ControllerState& state) const {
    for (const auto& [name, value] : attributes_) set_root_attribute(state, name, value);
    if (!status_) return;
    cib::Request request;
    request.operation = cib::Operation::kReplace;
    request.target = "status";
    request.options = cib::CallOption::kQuorumOverride;
    request.input = status_->root();
    request.origin.client = "crmd";
    const cib::Outcome outcome = apply_change(state, request, Cause::kOutside);
    if (!outcome.verdict) {
      state.log(base::LogLevel::kError,
                base::cat("status could not be restored: ", outcome.verdict.error().message));
    }
  }

 private:
  std::optional<xml::Document> status_;
  std::vector<std::pair<std::string, std::string>> attributes_;
};

constexpr int kInsufficientPrivilege = 4;
constexpr int kGenericFailure = 1;

}  // namespace

void on_cib_call(ControllerState& state, const event::CibCall& call) {
  if (answer_daemon_operation(state, call)) return;
  const std::optional<cib::Operation> operation = cib::operation_named(call.request.operation);
  const bool dry_run = cib::CallOptions(call.request.options).has(cib::CallOption::kDryRun);
  if (!operation || !cib::modifies(*operation) || dry_run) {
    base::Result<ParsedRequest> parsed = parse_request(
        call.request, origin_of(node_name(state, state.self()), call.request, state.now));
    if (!parsed) {
      reply_error(state, call.token, parsed.error());
      return;
    }
    const cib::Outcome outcome = state.replica.document.apply(parsed->request);
    state.out.push_back(effect::ReplyCib{call.token, answer_of(outcome)});
    return;
  }
  if (!in_group(state)) {
    reply_error(state, call.token,
                {base::Errc::kNotConnected, "the controller has not joined the cluster yet"});
    return;
  }
  if (call.token.value() != 0) state.calls[call.token.value()] = {};
  state.multicast(message::CibChange{call.token.value(), state.now, call.request});
}

void on_cib_change(ControllerState& state, NodeNumber sender, const message::CibChange& message) {
  const CallToken token(message.token);
  const bool ours = sender == state.self() && state.calls.contains(message.token);
  base::Result<ParsedRequest> parsed = parse_request(
      message.request, origin_of(node_name(state, sender), message.request, message.now));
  if (!parsed) {
    if (!ours) return;
    state.calls.erase(message.token);
    reply_error(state, token, parsed.error());
    return;
  }
  std::optional<Present> present;
  if (replaces_all(parsed->request)) present.emplace(state);
  const cib::Outcome outcome = apply_change(state, parsed->request, Cause::kOutside);
  CibAnswer answer = answer_of(outcome);
  if (present && outcome.verdict && outcome.changed) present->restore(state);
  // What is replaced may lack what tools expect to find.
  const bool replaced = parsed->request.operation == cib::Operation::kReplace ||
                        parsed->request.operation == cib::Operation::kErase;
  if (replaced && outcome.configuration_changed) state.coordination.described = false;
  if (!ours) return;
  if (outcome.verdict && changed_stored(outcome)) {
    answer_when_durable(state, token, std::move(answer), outcome.after);
    return;
  }
  state.calls.erase(message.token);
  state.out.push_back(effect::ReplyCib{token, std::move(answer)});
}

void on_attribute_call(ControllerState& state, const event::AttributeCall& call) {
  if (!in_group(state)) {
    state.log(base::LogLevel::kWarning,
              base::cat("attribute ", call.request.name,
                        " not changed: the controller has not joined the cluster yet"));
    return;
  }
  const bool by_pattern = call.request.name.empty() && !call.request.pattern.empty();
  if (by_pattern && call.request.task != AttributeRequest::Task::kClearFailure) {
    queue_attribute_changes_by_pattern(state, call.request);
  } else {
    queue_attribute_change(state, call.request);
  }
}

void on_attribute_query(ControllerState& state, const event::AttributeQueryCall& call) {
  queue_attribute_query(state, call);
}

void on_resource_call(ControllerState& state, const event::ResourceCall& call) {
  if (!in_group(state)) {
    state.out.push_back(effect::ReplyResource{
        call.token, call.request, unreachable("the controller has not joined the cluster yet")});
    return;
  }
  state.multicast(message::Resource{call.token.value(), state.now, call.request});
}

void on_resource(ControllerState& state, NodeNumber sender, const message::Resource& message) {
  using Task = ResourceRequest::Task;
  const ResourceRequest& request = message.request;
  const std::optional<NodeNumber> who = responsible(state, request);
  const bool nobody = !who || !in_view(state, *who);
  const bool carries_out = who == state.self();
  // Where nobody carries it out, who was asked says so.
  const bool answers = carries_out || (nobody && sender == state.self());
  ResourceAnswer answer;
  switch (request.task) {
    case Task::kForget:
      if (!may_forget_resource(state, actor_of(request), attribute_node_id(state, request.node),
                               resource_name(request))) {
        answer = {kInsufficientPrivilege, static_cast<int>(OpStatus::kError),
                  base::cat("user ", request.user, " may not delete the history of ",
                            request.resource, " on ", request.node)};
        break;
      }
      forget_resource(state, attribute_node_id(state, request.node), resource_name(request),
                      Cause::kOutside);
      if (request.cib_only || nobody) break;
      // The coordinator's own orders have no token.
      if (message.token != 0) note_refresh(state, node_name(state, *who), message.now);
      if (carries_out) to_executor(state, effect::ForgetResource{resource_name(request)});
      break;
    case Task::kFail:
      if (!has_resource(state, request)) {
        answer = {kGenericFailure, static_cast<int>(OpStatus::kError),
                  base::cat("resource ", request.resource, " is not known on ", request.node)};
        break;
      }
      if (nobody) {
        answer = unreachable(base::cat("there is no controller on ", request.node));
      } else if (carries_out) {
        message::Result failure;
        failure.now = message.now;
        failure.result = failed_monitor(state, request, message.now);
        state.multicast(failure);
      }
      break;
    case Task::kReprobe:
      reprobe(state, request);
      if (sender == state.self() && message.token != 0) {
        state.out.push_back(effect::ReplyResource{CallToken(message.token), request, {}});
      }
      return;
  }
  if (message.token == 0) return;
  if (!answers) {
    if (sender == state.self()) state.questions[message.token] = {*who, request};
    return;
  }
  if (sender == state.self()) {
    state.out.push_back(effect::ReplyResource{CallToken(message.token), request, answer});
  } else {
    state.multicast(message::ResourceReply{sender, message.token, request, answer});
  }
}

void on_resource_reply(ControllerState& state, const message::ResourceReply& message) {
  if (message.target != state.self() || state.questions.erase(message.token) == 0) return;
  state.out.push_back(
      effect::ReplyResource{CallToken(message.token), message.request, message.answer});
}

void on_ping_call(ControllerState& state, const event::PingCall& call) {
  const std::string self = node_name(state, state.self());
  const bool about_self =
      call.node == self || (call.node.empty() && coordinator_of(state) == state.self());
  if (about_self) {
    state.out.push_back(effect::ReplyPing{call.token, {self, coordination_state(state)}});
  } else if (in_group(state)) {
    state.multicast(message::Ping{call.token.value(), call.node});
  }
}

void on_ping(ControllerState& state, NodeNumber sender, const message::Ping& message) {
  // Where there is no coordinator to be heard, the next one is asked.
  if (sender == state.self() && message.node.empty()) {
    const std::optional<NodeNumber> coordinator = coordinator_of(state);
    if (coordinator) state.questions[message.token] = {*coordinator, message};
  }
  const std::string self = node_name(state, state.self());
  const bool asked =
      message.node.empty() ? coordinator_of(state) == state.self() : message.node == self;
  if (!asked) return;
  state.multicast(message::Pong{sender, message.token, {self, coordination_state(state)}});
}

void on_pong(ControllerState& state, const message::Pong& message) {
  if (message.target != state.self()) return;
  state.questions.erase(message.token);
  state.out.push_back(effect::ReplyPing{CallToken(message.token), message.answer});
}

void note_unheard(ControllerState& state, const event::ViewChanged& event) {
  for (auto& [token, question] : state.questions) {
    const auto is_asked = [&](NodeNumber node) { return node == question.asked; };
    question.unheard =
        question.unheard || std::any_of(event.joined.begin(), event.joined.end(), is_asked) ||
        std::any_of(event.left.begin(), event.left.end(),
                    [&](const event::Departure& departure) { return is_asked(departure.node); });
  }
}

void answer_unheard(ControllerState& state) {
  for (auto entry = state.questions.begin(); entry != state.questions.end();) {
    const auto& [token, question] = *entry;
    if (!question.unheard && in_view(state, question.asked)) {
      ++entry;
      continue;
    }
    if (const auto* request = std::get_if<ResourceRequest>(&question.text)) {
      const std::string why = base::cat("the controller of ", node_name(state, question.asked),
                                        " was lost before it answered");
      state.out.push_back(effect::ReplyResource{CallToken(token), *request, unreachable(why)});
    } else {
      state.multicast(std::get<message::Ping>(question.text));
    }
    entry = state.questions.erase(entry);
  }
}

void on_remove_node_call(ControllerState& state, const event::RemoveNodeCall& call) {
  if (!in_group(state)) return;
  const std::optional<NodeNumber> node = node_named(state, call.name, call.id);
  // It takes away what the status says of the node.
  if (!node || !may_delete(state, actor_of(call), node_state_path(*node))) {
    state.log(base::LogLevel::kWarning,
              base::cat("node ", call.name, call.name.empty() ? call.id : "", " is not removed: ",
                        node ? base::cat("user ", call.user, " may not delete its status")
                             : "it is not known"));
    return;
  }
  state.multicast(message::RemoveNode{state.now, call.name, call.id});
}

void on_shutdown_request(ControllerState& state) {
  if (state.shutdown_wished) return;
  state.shutdown_wished = true;
  if (!in_group(state)) {
    state.exiting = true;
    state.out.push_back(
        effect::Exit{effect::After::kEnd, "shut down before it joined the cluster"});
    return;
  }
  state.multicast(message::ShutdownWish{state.now});
}

void on_shutdown_wish(ControllerState& state, NodeNumber sender,
                      const message::ShutdownWish& message) {
  set_attribute(state, node_name(state, sender), "shutdown",
                std::to_string(wall_seconds(message.now)));
}

}  // namespace systole::crmd
