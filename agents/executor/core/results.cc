#include "agents/executor/core/results.h"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/base/strings.h"

namespace systole::executor {
namespace {

using model::ExecutionStatus;
using model::ExitCode;

/// Actions that an agent must be able to do again without harm (OCF 1.1: actions are idempotent).
/// A migration or a notification is not among them.
constexpr std::array<std::string_view, 9> kRepeatable = {"monitor", "status",       "start",
                                                         "stop",    "promote",      "demote",
                                                         "reload",  "reload-agent", "validate-all"};

bool repeatable(std::string_view action) {
  for (const std::string_view candidate : kRepeatable) {
    if (candidate == action) return true;
  }
  return false;
}

bool same_operation(const Operation& a, const Operation& b) {
  return a.resource == b.resource && a.action == b.action && a.interval == b.interval;
}

void hold(Step& step, const OperationResult& result) {
  State& state = step.state;
  if (result.operation.recurring()) {
    std::vector<ResultId> earlier;
    for (const auto& [id, held] : state.held) {
      if (same_operation(held.operation, result.operation)) earlier.push_back(id);
    }
    if (earlier.size() >= state.settings.held_per_operation) {
      state.held.erase(earlier.front());
      step.effects.push_back(Forget{earlier.front()});
    }
  }
  state.held.emplace(result.id, result);
  step.effects.push_back(Persist{ResultRecord{result}});
}

/// After the last of its resource's operations that was allowed to end.
void remove_if_doomed(Step& step, const std::string& name) {
  const auto found = step.state.resources.find(name);
  if (found == step.state.resources.end() || !found->second.removed || found->second.running)
    return;
  step.state.resources.erase(found);
  step.effects.push_back(Forget{name});
}

void continue_recurring(Step& step, Action& action) {
  const bool at_once = action.again;
  action.again = false;
  if (at_once) {
    enqueue(step.state, action, step.now.steady);
  } else {
    wait_until(step.state, action, step.now.steady + action.operation.interval);
  }
  step.effects.push_back(Persist{record_of(action)});
}

/// Somebody else than us ended it: an operation that nobody cancelled must not count as cancelled.
AgentResult wanted_or_error(AgentResult result) {
  if (result.status != ExecutionStatus::kCancelled) return result;
  result.status = ExecutionStatus::kError;
  result.code = ExitCode::kGenericError;
  if (result.exit_reason.empty()) result.exit_reason = "the agent was stopped from outside";
  return result;
}

void end_recurring(Step& step, Action& action, const AgentResult& ended) {
  const AgentResult result = wanted_or_error(ended);
  const bool changed = action.last_code != result.code || action.last_status != result.status;
  if (changed) action.last_change = step.now.epoch;
  action.last_code = result.code;
  action.last_status = result.status;
  if (!action.operation.only_changes || !action.reported || changed) {
    report(step, action, result, false);
  }
  continue_recurring(step, action);
}

AgentResult cancelled_result(const Action& action) {
  const bool never_ran = action.last_code == ExitCode::kUnknown;
  return {.code = never_ran ? ExitCode::kOk : action.last_code,
          .status = ExecutionStatus::kCancelled};
}

}  // namespace

void report(Step& step, Action& action, const AgentResult& result, bool resource_removed) {
  State& state = step.state;
  if (state.next_result >= state.result_ceiling) persist_counters(step);
  OperationResult told{.id = state.next_result,
                       .call = action.call,
                       .operation = action.operation,
                       .result = result,
                       .resource_removed = resource_removed,
                       .last_run = action.last_run,
                       .last_change = action.last_change,
                       .queue_time = action.queue_time};
  state.next_result = ResultId(state.next_result.value() + 1);
  action.reported = true;
  std::optional<ClientId> only;
  if (action.operation.only_to_originator && state.clients.contains(action.originator)) {
    only = action.originator;
  }
  if (state.confirmation_expected || state.clients.empty()) hold(step, told);
  if (!state.clients.empty()) step.effects.push_back(Deliver{std::move(told), only});
}

void cancel_idle(Step& step, CallId call, bool resource_removed) {
  Action& action = step.state.actions.at(call);
  report(step, action, cancelled_result(action), resource_removed);
  remove_action(step, call);
}

void on_run_ended(Step& step, RunId run, const AgentResult& result) {
  const auto found = step.state.runs.find(run);
  if (found == step.state.runs.end()) return;  // It was given up before.
  const CallId call = found->second;
  Action& action = step.state.actions.at(call);
  const std::string resource = action.operation.resource;
  const bool removed = step.state.resources.at(resource).removed;
  release(step, action);
  action.lost_before = false;
  if (std::exchange(action.stale_run, false)) {
    enqueue(step.state, action, step.now.steady);
    step.effects.push_back(Persist{record_of(action)});
  } else if (action.cancelled || (removed && action.operation.recurring())) {
    report(step, action, cancelled_result(action), removed);
    remove_action(step, call);
  } else if (action.operation.recurring()) {
    end_recurring(step, action, result);
  } else {
    action.last_change = step.now.epoch;
    report(step, action, wanted_or_error(result), removed);
    remove_action(step, call);
  }
  remove_if_doomed(step, resource);
}

void on_run_lost(Step& step, RunId run) {
  const auto found = step.state.runs.find(run);
  if (found == step.state.runs.end()) return;
  Action& action = step.state.actions.at(found->second);
  const bool removed = step.state.resources.at(action.operation.resource).removed;
  if (action.lost_before || action.cancelled || removed || !repeatable(action.operation.action)) {
    on_run_ended(
        step, run,
        {.code = ExitCode::kGenericError,
         .status = ExecutionStatus::kError,
         .exit_reason = base::cat("nobody knows how ", action.operation.action, " of ",
                                  action.operation.resource, " ended: its keeper was killed")});
    return;
  }
  release(step, action);
  action.lost_before = true;
  action.phase = Action::Phase::kQueued;
  action.queued_at = step.now.steady;
  ResourceState& resource = step.state.resources.at(action.operation.resource);
  resource.queue.push_front(action.call);
  update_ready(step.state, action.operation.resource);
  step.effects.push_back(Persist{record_of(action)});
}

void deliver_held(Step& step, ClientId client) {
  for (const auto& [id, result] : step.state.held) step.effects.push_back(Deliver{result, client});
  if (step.state.confirmation_expected) return;
  for (const auto& [id, result] : step.state.held) step.effects.push_back(Forget{id});
  step.state.held.clear();
}

}  // namespace systole::executor
