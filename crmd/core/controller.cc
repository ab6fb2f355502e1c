#include "crmd/core/controller.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "crmd/core/agreement.h"
#include "crmd/core/alerts.h"
#include "crmd/core/attribute_queue.h"
#include "crmd/core/attributes.h"
#include "crmd/core/bootstrap.h"
#include "crmd/core/calls.h"
#include "crmd/core/condemnation.h"
#include "crmd/core/coordination.h"
#include "crmd/core/disk.h"
#include "crmd/core/dispatch.h"
#include "crmd/core/durability.h"
#include "crmd/core/executor_link.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_names.h"
#include "crmd/core/silence.h"
#include "crmd/core/state.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

void load_stored(ControllerState& state, const event::StoredCib& stored) {
  base::Result<xml::Document> text = xml::Document::parse(stored.text);
  base::Result<cib::Document> document =
      text ? cib::Document::adopt(std::move(text).value(), state.schemas)
           : base::Result<cib::Document>(text.error());
  if (!document) {
    state.log(base::LogLevel::kError, base::cat("the CIB on disk cannot be used, waiting for that "
                                                "of other nodes: ",
                                                document.error().message));
    return;
  }
  state.replica.document = std::move(document).value();
  // The status is that of the running cluster, never that of the past.
  if (xml::Element status = state.replica.document.root().first_child("status")) {
    status.remove_children();
  }
  state.stamp = stored.stamp;
  note_configured(state);
}

void on_started(ControllerState& state, const event::Started& event) {
  state.started = true;
  state.boot = event;
  if (event.stored) load_stored(state, *event.stored);
  state.boot.stored.reset();
}

void on_quorum_changed(ControllerState& state, const event::QuorumChanged& event) {
  LocalQuorum& quorum = state.quorum;
  std::set<NodeNumber> members(event.members.begin(), event.members.end());
  alert_of_members(state, members);
  quorum.known = true;
  quorum.members = std::move(members);
  quorum.quorate = event.quorate;
  quorum.expected_votes = event.expected_votes;
  std::erase_if(quorum.stale, [&](NodeNumber node) { return !quorum.members.contains(node); });
  begin_round_if_ready(state, false);
  check_absent_nodes(state);
  tell_quorum(state);
}

void on_delivered(ControllerState& state, const event::Delivered& event) {
  base::Result<Message> message = decode(event.bytes);
  if (!message) {
    state.log(base::LogLevel::kError,
              base::cat("message from node ", node_name(state, event.sender),
                        " ignored: ", message.error().message));
    return;
  }
  dispatch(state, event.sender, std::move(message).value());
}

void on_view_event(ControllerState& state, const event::ViewChanged& event) {
  on_view(state, event);
  if (state.agreement.phase == Agreement::Phase::kAlone) return;
  restart_attribute_queue(state);
  std::vector<message::Result> unsent;
  unsent.swap(state.executor.unsent);
  for (const message::Result& result : unsent) state.multicast(result);
}

void on_timer(ControllerState& state, const TimerId& timer) {
  switch (timer.kind) {
    case TimerId::Kind::kSync:
      on_quorum_overdue(state);
      break;
    case TimerId::Kind::kSilence:
      on_silence(state);
      break;
    case TimerId::Kind::kGrace:
      on_grace_over(state, NodeNumber(static_cast<std::uint32_t>(timer.number)));
      break;
    case TimerId::Kind::kAttributes:
      on_attribute_timer(state, timer.number);
      break;
    case TimerId::Kind::kReset:
      on_reset_timer(state);
      break;
    case TimerId::Kind::kCollected:
      on_attributes_collected(state);
      break;
    case TimerId::Kind::kPersist:
      on_persist_retry(state);
      break;
    default:
      on_coordination_timer(state, timer);
      break;
  }
}

/// Overloads for every kind of event.
struct Handler {
  ControllerState& state;

  void operator()(const event::Started& e) const { on_started(state, e); }
  void operator()(const event::NodesConfigured& e) const {
    state.boot.nodes = e.nodes;
    tell_node_names(state);
    state.coordination.described = false;
    need_plan(state, Urgency::kHard);
  }
  void operator()(const event::ViewChanged& e) const { on_view_event(state, e); }
  void operator()(const event::QuorumChanged& e) const { on_quorum_changed(state, e); }
  void operator()(const event::Delivered& e) const { on_delivered(state, e); }
  void operator()(const event::CibCall& e) const { on_cib_call(state, e); }
  void operator()(const event::AttributeCall& e) const { on_attribute_call(state, e); }
  void operator()(const event::AttributeQueryCall& e) const { on_attribute_query(state, e); }
  void operator()(const event::ResourceCall& e) const { on_resource_call(state, e); }
  void operator()(const event::PingCall& e) const { on_ping_call(state, e); }
  void operator()(const event::RemoveNodeCall& e) const { on_remove_node_call(state, e); }
  void operator()(const event::ShutdownRequested&) const { on_shutdown_request(state); }
  void operator()(const event::TimerFired& e) const { on_timer(state, e.timer); }
  void operator()(const event::ExecutorConnected& e) const { on_executor_connected(state, e); }
  void operator()(const event::ExecutorLost&) const { state.executor.connected = false; }
  void operator()(const event::OperationFinished& e) const { on_operation_finished(state, e); }
  void operator()(const event::FenceFinished& e) const { on_fence_finished(state, e); }
  void operator()(const event::FenceObserved& e) const {
    alert_of_fencing(state, e);
    on_fence_observed(state, e);
  }
  void operator()(const event::Persisted& e) const { on_persisted(state, e); }
  void operator()(const event::PlanReady& e) const { on_plan_ready(state, e); }
};

}  // namespace

void ControllerState::multicast(const Message& message) {
  send_waiting_attributes(*this);
  out.push_back(effect::Multicast{encode(message)});
}

std::string node_name(const ControllerState& state, NodeNumber node) {
  if (state.live) {
    const auto known = state.replica.names.find(node);
    return known == state.replica.names.end() ? std::to_string(node.value()) : known->second;
  }
  for (const ConfiguredNode& configured : state.boot.nodes) {
    if (configured.number == node) return configured.name;
  }
  return std::to_string(node.value());
}

std::optional<NodeNumber> node_number(const ControllerState& state, std::string_view name) {
  if (state.live) {
    for (const auto& [node, known] : state.replica.names) {
      if (known == name) return node;
    }
    return std::nullopt;
  }
  for (const ConfiguredNode& configured : state.boot.nodes) {
    if (configured.name == name) return configured.number;
  }
  return std::nullopt;
}

bool in_view(const ControllerState& state, NodeNumber node) {
  const std::vector<NodeNumber>& view = state.agreement.view;
  return std::binary_search(view.begin(), view.end(), node);
}

Controller::Controller(const cib::Schemas* schemas)
    : state_(std::make_unique<ControllerState>(schemas)) {}
Controller::~Controller() = default;

Effects Controller::step(const Event& event, const Now& now) {
  state_->now = now;
  if (state_->exiting) return {};
  std::visit(Handler{*state_}, event);
  publish_own_attributes(*state_);
  watch_own_condemnation(*state_);
  coordinate(*state_);
  Effects effects;
  effects.swap(state_->out);
  return effects;
}

const cib::Document& Controller::document() const {
  return state_->replica.document;
}

std::vector<NodeView> Controller::nodes() const {
  std::map<NodeNumber, std::string> names;
  for (const auto& [node, peer] : state_->replica.peers) names[node] = node_name(*state_, node);
  for (const ConfiguredNode& node : state_->boot.nodes) {
    const bool known = state_->replica.names.contains(node.number);
    names[node.number] = known ? node_name(*state_, node.number) : node.name;
  }
  std::vector<NodeView> out;
  for (const auto& [node, name] : names) {
    const bool controller = synchronized() && in_view(*state_, node);
    const bool in_cluster = controller || state_->quorum.members.contains(node);
    out.push_back({node, name, in_cluster, controller});
  }
  return out;
}

std::optional<NodeNumber> Controller::coordinator() const {
  return synchronized() ? coordinator_of(*state_) : std::nullopt;
}

bool Controller::quorate() const {
  return state_->replica.quorate;
}

std::uint64_t Controller::generation() const {
  return state_->stamp.generation;
}

bool Controller::synchronized() const {
  return state_->synchronized();
}

}  // namespace systole::crmd
