#include "crmd/core/executor_link.h"

#include <set>
#include <utility>
#include <vector>

#include "crmd/core/coordination.h"
#include "crmd/core/history_entry.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_state.h"
#include "crmd/core/transition_key.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

void cancel_recurring(ControllerState& state, const ExecutorLink::Recurring& recurring) {
  TransitionKey key;
  key.action = static_cast<std::uint32_t>(++state.executor.own_cancels);
  key.uuid = state.boot.transition_uuid;
  to_executor(state, effect::CancelOperation{
                         to_string(key),
                         operation_key(recurring.resource, recurring.task, recurring.interval),
                         recurring.resource, recurring.task, recurring.interval});
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

}  // namespace

void cancel_recurring_of(ControllerState& state, const std::string& resource) {
  for (const ExecutorLink::Recurring& recurring : state.executor.recurring) {
    if (recurring.resource == resource) cancel_recurring(state, recurring);
  }
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
