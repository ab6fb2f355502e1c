#include "crmd/core/history.h"

#include "crmd/core/alerts.h"
#include "crmd/core/attributes.h"
#include "crmd/core/coordination.h"
#include "crmd/core/history_entry.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_state.h"
#include "crmd/core/remote_nodes.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr int kPromoted = 8;  ///< what a monitor finds of a promoted instance

bool is_recurring(const Operation& operation) {
  return operation.interval > Milliseconds::zero();
}

/// Notifications tell a resource what happens around it: how it takes them says nothing of its
/// state, is not recorded, and holds nothing up.
bool is_notification(const Operation& operation) {
  return operation.task == "notify";
}

/// `status/node_state/lrm/lrm_resources` of a node, to be merged into the CIB.
xml::Element append_resources(const ControllerState& state, xml::Element status,
                              const Operation& operation) {
  xml::Element entry = status.append("node_state");
  entry.set_attribute("id", operation.node_id);
  if (!node_state(state, operation.node_id)) entry.set_attribute("uname", operation.node);
  xml::Element lrm = entry.append("lrm");
  lrm.set_attribute("id", operation.node_id);
  return lrm.append("lrm_resources");
}

std::string resource_path(const std::string& id, const std::string& resource) {
  return base::cat("/cib/status/node_state[@id='", id, "']/lrm[@id='", id,
                   "']/lrm_resources/lrm_resource[@id='", resource, "']");
}

/// Names that cannot stand inside the quotes of a path name nothing.
bool quotable(std::string_view text) {
  return text.find('\'') == std::string_view::npos;
}

void record_pending(ControllerState& state, const Operation& operation, const Now& now) {
  const xml::Document status = xml::Document::create("status");
  const xml::Element resources = append_resources(state, status.root(), operation);
  append_pending(append_lrm_resource(resources, operation), operation, wall_seconds(now));
  modify_status(state, status, Cause::kExpected);
}

void record_result(ControllerState& state, const OperationResult& result, Cause cause) {
  const xml::Document status = xml::Document::create("status");
  const xml::Element resources = append_resources(state, status.root(), result.operation);
  const std::optional<TransitionKey> key = parse_transition_key(result.operation.transition_key);
  const bool unexpectedly_active =
      result.operation.task == "monitor" && !is_recurring(result.operation) &&
      (result.rc == 0 || result.rc == kPromoted) && key && key->target_rc != result.rc;
  append_result(append_lrm_resource(resources, result.operation), result,
                is_failure(result) || unexpectedly_active);
  modify_status(state, status, cause);
}

void forget_recurring(ControllerState& state, const Operation& operation) {
  if (!quotable(operation.resource) || !quotable(operation.node_id)) return;
  delete_path(state,
              base::cat(resource_path(operation.node_id, operation.resource), "/lrm_rsc_op[@id='",
                        operation.key, "']"),
              Cause::kExpected);
}

bool counts_as_failure(const Operation& operation) {
  if (operation.task == "monitor") return is_recurring(operation);
  return operation.task != "delete" && operation.task != "cancel";
}

void count_failure(ControllerState& state, const message::Result& message) {
  const Operation& operation = message.result.operation;
  if (!counts_as_failure(operation)) return;
  const bool fatal_start =
      base::parse_bool(cluster_property(state, "start-failure-is-fatal", "true")).value_or(true);
  const bool fatal = operation.task == "stop" || (operation.task == "start" && fatal_start);
  const std::string subject =
      base::cat(operation.resource, "#", operation.task, "_", operation.interval.count());
  const std::int64_t at = message.result.last_rc_change != 0 ? message.result.last_rc_change
                                                             : wall_seconds(message.now);
  set_attribute(state, operation.node, base::cat("fail-count-", subject),
                fatal ? "INFINITY" : "value++");
  set_attribute(state, operation.node, base::cat("last-failure-", subject), std::to_string(at));
}

/// Whether a demotion or a stop, which end monitoring, came after the recurring operation of this
/// entry. What it found stays on record until the coordinator ends it or it runs again.
bool was_overtaken(xml::Element resource, xml::Element entry) {
  const auto call_of = [](xml::Element of) {
    return base::parse_integer<std::int64_t>(of.attribute_or("call-id", "0")).value_or(0);
  };
  constexpr std::int64_t kPending = -1;
  const std::int64_t call = call_of(entry);
  for (const xml::Element other : resource.children("lrm_rsc_op")) {
    const std::string_view task = other.attribute_or("operation", "");
    if ((task != "stop" && task != "demote") || call == kPending) continue;
    const std::int64_t end = call_of(other);
    if (end == kPending || end > call) return true;
  }
  return false;
}

xml::Element recorded_resource(const ControllerState& state, std::string_view node,
                               std::string_view resource) {
  xml::Element at = node_state(state, node);
  if (at) at = at.first_child("lrm");
  if (at) at = at.first_child("lrm_resources");
  return at ? at.first_child("lrm_resource", resource) : xml::Element();
}

/// Recorded as begun, with no word of its end.
bool is_pending(xml::Element entry) {
  return entry.attribute_or("op-status", "") ==
         std::to_string(static_cast<int>(OpStatus::kPending));
}

bool is_recorded_as_pending(const ControllerState& state, const Operation& operation) {
  const xml::Element resource = recorded_resource(state, operation.node_id, operation.resource);
  if (!resource) return false;
  for (const xml::Element entry : resource.children("lrm_rsc_op")) {
    if (entry.attribute_or("transition-key", "") == operation.transition_key && is_pending(entry)) {
      return true;
    }
  }
  return false;
}

/// A recurring operation is over. What a stop ended by the way stays on record; what the
/// coordinator or the executor's restart ended does not.
void recurring_ended(ControllerState& state, const Operation& operation) {
  const xml::Element resource = recorded_resource(state, operation.node_id, operation.resource);
  const xml::Element entry =
      resource ? resource.first_child("lrm_rsc_op", operation.key) : xml::Element();
  if (!entry) return;
  const std::optional<TransitionKey> key = parse_transition_key(operation.transition_key);
  const bool by_the_way = entry.attribute_or("transition-key", "") == operation.transition_key ||
                          (key && key->transition < 0);
  if (by_the_way && was_overtaken(resource, entry)) return;
  forget_recurring(state, operation);
}

/// What changes the state of a resource makes the old answers of its monitors worthless.
bool ends_monitoring(const Operation& operation) {
  return !is_recurring(operation) && operation.task != "monitor" && !is_notification(operation) &&
         operation.task != "reload" && operation.task != "reload-agent";
}

void cancel_recurring(ControllerState& state, const ExecutorLink::Recurring& recurring) {
  TransitionKey key;
  key.action = static_cast<std::uint32_t>(++state.executor.own_cancels);
  key.uuid = state.boot.transition_uuid;
  to_executor(state, effect::CancelOperation{
                         to_string(key),
                         operation_key(recurring.resource, recurring.task, recurring.interval),
                         recurring.resource, recurring.task, recurring.interval});
}

void cancel_recurring_of(ControllerState& state, const std::string& resource) {
  for (const ExecutorLink::Recurring& recurring : state.executor.recurring) {
    if (recurring.resource == resource) cancel_recurring(state, recurring);
  }
}

/// What the group's record says of this node's resources; null: nothing.
xml::Element own_record(const ControllerState& state) {
  xml::Element at = node_state(state, node_id(state.self()));
  if (at) at = at.first_child("lrm");
  return at ? at.first_child("lrm_resources") : xml::Element();
}

/// Recurring operations of this node in the group's record.
std::set<ExecutorLink::Recurring> recorded_recurring(const ControllerState& state) {
  std::set<ExecutorLink::Recurring> out;
  const xml::Element at = own_record(state);
  if (!at) return out;
  for (const xml::Element resource : at.children("lrm_resource")) {
    for (const xml::Element entry : resource.children("lrm_rsc_op")) {
      const auto interval =
          base::parse_integer<std::int64_t>(entry.attribute_or("interval", "0")).value_or(0);
      // An entry of a failure repeats what another one tells.
      if (interval <= 0 || entry.id() != entry.attribute_or("operation_key", "")) continue;
      if (was_overtaken(resource, entry)) continue;
      out.insert({std::string(resource.id()), std::string(entry.attribute_or("operation", "")),
                  Milliseconds(interval)});
    }
  }
  return out;
}

void reconcile_recurring(ControllerState& state) {
  const std::set<ExecutorLink::Recurring> recorded = recorded_recurring(state);
  for (const ExecutorLink::Recurring& recurring : state.executor.recurring) {
    if (!recorded.contains(recurring)) cancel_recurring(state, recurring);
  }
  for (const ExecutorLink::Recurring& recurring : recorded) {
    if (state.executor.recurring.contains(recurring)) continue;
    message::Result ended;
    ended.now = state.now;
    Operation& operation = ended.result.operation;
    operation.resource = recurring.resource;
    operation.task = recurring.task;
    operation.interval = recurring.interval;
    operation.key = operation_key(recurring.resource, recurring.task, recurring.interval);
    operation.node = node_name(state, state.self());
    operation.node_id = node_id(state.self());
    ended.result.status = OpStatus::kCancelled;
    state.multicast(ended);
    need_plan(state, Urgency::kHard);
  }
}

void give_up(ControllerState& state, const Operation& operation) {
  message::Result result;
  result.now = state.now;
  result.result.operation = operation;
  result.result.status = OpStatus::kNotConnected;
  result.result.reason = "the operation never reached the executor";
  result.never_ran = true;
  result.concluded = true;
  state.multicast(result);
}

/// Operations that are recorded as begun and that neither the group nor the executor knows: the
/// group gave them up with this node's controller.
void reconcile_pending(ControllerState& state) {
  const xml::Element record = own_record(state);
  if (!record) return;
  for (const xml::Element resource : record.children("lrm_resource")) {
    for (const xml::Element entry : resource.children("lrm_rsc_op")) {
      Operation operation;
      operation.transition_key = entry.attribute_or("transition-key", "");
      const bool once = entry.attribute_or("interval", "0") == "0";
      if (!once || !is_pending(entry) || state.executor.keys.contains(operation.transition_key) ||
          state.replica.in_flight.contains(operation.transition_key)) {
        continue;
      }
      operation.resource = resource.id();
      operation.task = entry.attribute_or("operation", "");
      operation.key = entry.attribute_or("operation_key", "");
      operation.node = node_name(state, state.self());
      operation.node_id = node_id(state.self());
      give_up(state, operation);
    }
  }
}

/// Counts a result of an executor once. False: it was delivered before.
bool take_receipt(ControllerState& state, NodeNumber sender, const message::Result& message) {
  if (message.receipt == 0) return true;
  if (sender == state.self()) state.out.push_back(effect::ReleaseResult{message.receipt});
  const auto peer = state.replica.peers.find(sender);
  return peer != state.replica.peers.end() && peer->second.receipts.take(message.receipt);
}

}  // namespace

std::string to_string(const TransitionKey& key) {
  return base::cat(key.action, ":", key.transition, ":", key.target_rc, ":", key.uuid);
}

std::optional<TransitionKey> parse_transition_key(std::string_view text) {
  const std::vector<std::string_view> parts = base::split(text, ":");
  if (parts.size() != 4) return std::nullopt;
  const auto action = base::parse_integer<std::uint32_t>(parts[0]);
  const auto transition = base::parse_integer<std::int64_t>(parts[1]);
  const auto target_rc = base::parse_integer<int>(parts[2]);
  if (!action || !transition || !target_rc) return std::nullopt;
  return TransitionKey{*action, *transition, *target_rc, std::string(parts[3])};
}

std::string operation_key(std::string_view resource, std::string_view task, Milliseconds interval) {
  return base::cat(resource, "_", task, "_", interval.count());
}

bool is_failure(const OperationResult& result) {
  if (result.status == OpStatus::kCancelled || result.status == OpStatus::kPending) return false;
  if (result.status != OpStatus::kDone) return true;
  const std::optional<TransitionKey> key = parse_transition_key(result.operation.transition_key);
  const int expected = key ? key->target_rc : 0;
  // A probe that finds the resource as it should not be is news and no failure.
  if (result.operation.task == "monitor" && !is_recurring(result.operation)) {
    return result.rc != expected && result.rc != 0 && result.rc != 7 && result.rc != 8;
  }
  return result.rc != expected;
}

void on_execute(ControllerState& state, NodeNumber sender, const message::Execute& message) {
  if (message.round != state.agreement.round || coordinator_of(state) != sender) return;
  const Operation& operation = message.operation;
  const auto peer = state.replica.peers.find(message.target);
  const bool possible = peer != state.replica.peers.end() &&
                        peer->second.state == Peer::State::kMember &&
                        in_view(state, message.target);
  if (!possible) {
    operation_refused(state, operation.transition_key);
    return;
  }
  if (operation.task == "delete") {
    forget_resource(state, operation.node_id, operation.resource, Cause::kExpected);
    if (message.target == state.self()) {
      to_executor(state, effect::ForgetResource{operation.resource});
    }
    operation_ended(state, operation.transition_key, true);
    return;
  }
  state.replica.in_flight[operation.transition_key] = InFlight{message.target, operation};
  operation_started(state, operation);
  if (!is_notification(operation)) record_pending(state, operation, message.now);
  if (message.target != state.self()) return;
  if (ends_monitoring(operation)) cancel_recurring_of(state, operation.resource);
  to_executor(state, effect::Execute{operation});
}

void on_cancel(ControllerState& state, NodeNumber sender, const message::Cancel& message) {
  if (message.round != state.agreement.round || coordinator_of(state) != sender) return;
  const auto peer = state.replica.peers.find(message.target);
  if (peer == state.replica.peers.end() || peer->second.state != Peer::State::kMember) {
    operation_refused(state, message.transition_key);
    return;
  }
  if (message.target != state.self()) return;
  to_executor(state, effect::CancelOperation{message.transition_key, message.key, message.resource,
                                             message.task, message.interval});
}

void on_result(ControllerState& state, NodeNumber sender, const message::Result& message) {
  if (!take_receipt(state, sender, message)) return;
  const OperationResult& result = message.result;
  const Operation& operation = result.operation;
  if (message.concluded && !state.replica.in_flight.contains(operation.transition_key) &&
      !(message.never_ran && is_recorded_as_pending(state, operation))) {
    return;
  }
  const auto peer = state.replica.peers.find(sender);
  if (peer == state.replica.peers.end()) return;
  alert_of_result(state, sender, message);
  if (sender == state.self()) {
    state.executor.keys.erase(operation.transition_key);
    if (result.status == OpStatus::kCancelled) {
      state.executor.recurring.erase({operation.resource, operation.task, operation.interval});
    }
    if (state.report && peer->second.state == Peer::State::kReporting) {
      state.report->results.push_back(message);
    }
  }
  const auto flight = state.replica.in_flight.find(operation.transition_key);
  if (flight != state.replica.in_flight.end()) {
    // Concluded by the coordinator, that is: what the executor may yet say of it is nobody's order.
    if (flight->second.target == state.self()) {
      state.executor.keys.erase(operation.transition_key);
    }
    state.replica.in_flight.erase(flight);
  }
  if (is_notification(operation)) {
    operation_ended(state, operation.transition_key, true);
    return;
  }
  if (message.never_ran) {
    forget_resource(state, operation.node_id, operation.resource, Cause::kOutside);
    operation_ended(state, operation.transition_key, false);
    return;
  }
  if (result.status == OpStatus::kCancelled) {
    if (is_recurring(operation)) recurring_ended(state, operation);
    operation_ended(state, operation.transition_key, true);
    return;
  }
  const bool failed = is_failure(result);
  const std::optional<TransitionKey> key = parse_transition_key(operation.transition_key);
  const bool as_expected = result.status == OpStatus::kDone && key && result.rc == key->target_rc;
  const bool awaited = awaits_operation(state, operation.transition_key);
  record_result(state, result, as_expected && awaited ? Cause::kExpected : Cause::kOutside);
  if (as_expected && makes_connection(operation)) remote_node_connected(state, operation);
  if (failed && !message.repeated) count_failure(state, message);
  operation_ended(state, operation.transition_key, as_expected);
}

bool may_forget_resource(ControllerState& state, const Actor& actor, const std::string& node,
                         const std::string& resource) {
  if (!quotable(node) || !quotable(resource)) return true;
  return may_delete(state, actor, resource_path(node, resource));
}

void forget_resource(ControllerState& state, const std::string& node, const std::string& resource,
                     Cause cause) {
  if (!quotable(node) || !quotable(resource)) return;
  delete_path(state, resource_path(node, resource), cause);
}

void on_executor_connected(ControllerState& state, const event::ExecutorConnected& event) {
  state.executor.connected = true;
  std::set<std::string> keys;
  for (const event::ExecutorConnected::Running& running : event.running) {
    keys.insert(running.transition_key);
  }
  for (const event::OperationFinished& held : event.held) {
    keys.insert(held.result.operation.transition_key);
  }
  state.executor.recurring.clear();
  for (const event::ExecutorConnected::Running& running : event.running) {
    if (running.interval <= Milliseconds::zero()) continue;
    state.executor.recurring.insert({running.resource, running.task, running.interval});
  }
  std::vector<Effect> waiting;
  waiting.swap(state.executor.waiting);
  state.executor.keys = std::move(keys);
  for (Effect& order : waiting) to_executor(state, std::move(order));
  for (const event::OperationFinished& held : event.held) on_operation_finished(state, held);
  reconcile_operations(state);
}

void on_operation_finished(ControllerState& state, const event::OperationFinished& event) {
  message::Result result;
  result.now = state.now;
  result.receipt = event.receipt;
  result.result = event.result;
  if (result.result.operation.node.empty()) {
    result.result.operation.node = node_name(state, state.self());
    result.result.operation.node_id = node_id(state.self());
  }
  if (state.agreement.phase == Agreement::Phase::kAlone) {
    state.executor.unsent.push_back(std::move(result));
  } else {
    state.multicast(result);
  }
}

void to_executor(ControllerState& state, Effect order) {
  if (const auto* execute = std::get_if<effect::Execute>(&order)) {
    const Operation& operation = execute->operation;
    state.executor.keys.insert(operation.transition_key);
    if (is_recurring(operation)) {
      state.executor.recurring.insert({operation.resource, operation.task, operation.interval});
    }
  } else if (const auto* forget = std::get_if<effect::ForgetResource>(&order)) {
    std::erase_if(state.executor.recurring, [&](const ExecutorLink::Recurring& recurring) {
      return recurring.resource == forget->resource;
    });
  }
  if (state.executor.connected) {
    state.out.push_back(std::move(order));
  } else {
    state.executor.waiting.push_back(std::move(order));
  }
}

void reconcile_operations(ControllerState& state) {
  if (!state.executor.connected || !state.synchronized()) return;
  const auto self = state.replica.peers.find(state.self());
  if (self == state.replica.peers.end() || self->second.state != Peer::State::kMember) return;
  reconcile_recurring(state);
  for (const auto& [key, operation] : state.replica.in_flight) {
    if (operation.target != state.self() || state.executor.keys.contains(key)) continue;
    give_up(state, operation.operation);
  }
  reconcile_pending(state);
}

}  // namespace systole::crmd
