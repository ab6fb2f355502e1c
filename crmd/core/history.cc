#include "crmd/core/history.h"

#include "crmd/core/alerts.h"
#include "crmd/core/attributes.h"
#include "crmd/core/coordination.h"
#include "crmd/core/executor_link.h"
#include "crmd/core/history_entry.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_state.h"
#include "crmd/core/remote_nodes.h"
#include "crmd/core/transition_key.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr int kPromoted = 8;  ///< what a monitor finds of a promoted instance

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

xml::Element recorded_resource(const ControllerState& state, std::string_view node,
                               std::string_view resource) {
  xml::Element at = node_state(state, node);
  if (at) at = at.first_child("lrm");
  if (at) at = at.first_child("lrm_resources");
  return at ? at.first_child("lrm_resource", resource) : xml::Element();
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

/// Counts a result of an executor once. False: it was delivered before.
bool take_receipt(ControllerState& state, NodeNumber sender, const message::Result& message) {
  if (message.receipt == 0) return true;
  if (sender == state.self()) state.out.push_back(effect::ReleaseResult{message.receipt});
  const auto peer = state.replica.peers.find(sender);
  return peer != state.replica.peers.end() && peer->second.receipts.take(message.receipt);
}

}  // namespace

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

}  // namespace systole::crmd
