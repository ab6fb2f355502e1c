#include "crmd/core/alerts.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "crmd/core/attributes.h"
#include "crmd/core/change.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_state.h"
#include "crmd/core/transition_key.h"
#include "lib/cib/sections.h"
#include "lib/model/execution.h"

namespace systole::crmd {
namespace {

bool has_alerts(const ControllerState& state) {
  const xml::Element alerts =
      cib::find_section(state.replica.document.root(), *cib::section_named("alerts"));
  return alerts && alerts.first_child("alert");
}

void tell(ControllerState& state, AlertEvent event) {
  state.out.push_back(effect::Alert{std::move(event)});
}

/// A node that comes for the first time has not said its name yet; Corosync's configuration has it.
std::string name_of(const ControllerState& state, NodeNumber node) {
  if (state.live && state.replica.names.contains(node)) return node_name(state, node);
  const auto configured =
      std::find_if(state.boot.nodes.begin(), state.boot.nodes.end(),
                   [node](const ConfiguredNode& each) { return each.number == node; });
  return configured == state.boot.nodes.end() ? std::to_string(node.value()) : configured->name;
}

/// What the record says of the recurring operation that an end belongs to; null: nothing.
xml::Element recorded_entry(const ControllerState& state, const Operation& operation) {
  xml::Element at = node_state(state, operation.node_id);
  if (at) at = at.first_child("lrm");
  if (at) at = at.first_child("lrm_resources");
  if (at) at = at.first_child("lrm_resource", operation.resource);
  return at ? at.first_child("lrm_rsc_op", operation.key) : xml::Element();
}

std::optional<int> target_of(std::string_view transition_key) {
  const std::optional<TransitionKey> key = parse_transition_key(transition_key);
  return key ? std::optional<int>(key->target_rc) : std::nullopt;
}

/// The code that the operation was to have. An end has the key of what ended it, which expects
/// nothing of the operation.
int expected_code(const ControllerState& state, const OperationResult& result) {
  std::string_view key = result.operation.transition_key;
  if (result.status == OpStatus::kCancelled) {
    const xml::Element entry = recorded_entry(state, result.operation);
    if (entry) key = entry.attribute_or("transition-key", key);
  }
  return target_of(key).value_or(0);
}

bool is_expected_probe(const OperationResult& result) {
  return result.operation.task == "monitor" && result.operation.interval == Milliseconds::zero() &&
         target_of(result.operation.transition_key) == result.rc;
}

/// Whether an executor said so, or somebody in its place of an operation that it would not take.
bool comes_from_executor(const message::Result& message) {
  if (message.never_ran || message.concluded || message.repeated) return false;
  // Made up where there was nothing to end.
  return message.receipt != 0 || message.result.status != OpStatus::kCancelled;
}

std::string describe_end(const OperationResult& result) {
  const auto status = static_cast<model::ExecutionStatus>(result.status);
  return std::string(status == model::ExecutionStatus::kDone
                         ? model::describe(static_cast<model::ExitCode>(result.rc))
                         : model::describe(status));
}

}  // namespace

void alert_of_members(ControllerState& state, const std::set<NodeNumber>& members) {
  if (!state.quorum.known || !has_alerts(state)) return;
  std::set<NodeNumber> changed;
  std::set_symmetric_difference(members.begin(), members.end(), state.quorum.members.begin(),
                                state.quorum.members.end(), std::inserter(changed, changed.end()));
  for (const NodeNumber node : changed) {
    const bool member = members.contains(node);
    // A node begins alone, and what it finds then is no news.
    if (member && !state.quorum.quorate) continue;
    tell(state, NodeAlert{name_of(state, node), node_id(node), member});
  }
}

void alert_of_fencing(ControllerState& state, const event::FenceObserved& fencing) {
  if (!has_alerts(state)) return;
  tell(state, FencingAlert{fencing.target, fencing.description, fencing.rc});
}

void alert_of_result(ControllerState& state, NodeNumber sender, const message::Result& message) {
  const OperationResult& result = message.result;
  if (sender != state.self() || !comes_from_executor(message) || is_expected_probe(result) ||
      !has_alerts(state)) {
    return;
  }
  const Operation& operation = result.operation;
  ResourceAlert alert;
  alert.node = operation.node;
  alert.resource = operation.resource;
  alert.task = operation.task;
  alert.interval = operation.interval;
  alert.target_rc = expected_code(state, result);
  alert.rc = result.rc;
  alert.status = static_cast<int>(result.status);
  alert.description = describe_end(result);
  alert.exec_time = result.exec_time;
  tell(state, std::move(alert));
}

void alert_of_attribute(ControllerState& state, const std::string& node, const std::string& name,
                        const std::optional<std::string>& value) {
  if (coordinator_of(state) != state.self() || !has_alerts(state)) return;
  tell(state, AttributeAlert{node, attribute_node_id(state, node), name, value.value_or("")});
}

}  // namespace systole::crmd
