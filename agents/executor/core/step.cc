#include "agents/executor/core/step.h"

#include <algorithm>

#include "agents/executor/core/action.h"
#include "agents/executor/core/requests.h"
#include "agents/executor/core/results.h"

namespace systole::executor {
namespace {

void give_up_watcher(Step& step, const Action& action) {
  const RunId run = action.run;
  step.effects.push_back(StopAgent{.run = run, .abandoned = true});
  on_run_ended(step, run,
               {.code = model::ExitCode::kGenericError,
                .status = model::ExecutionStatus::kTimedOut,
                .exit_reason = "the agent's keeper did not report in time"});
}

void fire_timers(Step& step) {
  State& state = step.state;
  while (!state.timers.empty() && state.timers.begin()->first <= step.now.steady) {
    Action& action = state.actions.at(state.timers.begin()->second);
    if (action.phase == Action::Phase::kRunning) {
      give_up_watcher(step, action);
    } else {
      enqueue(state, action, step.now.steady);
    }
  }
}

void on_resource_changed(Step& step, const ResourceChanged& event) {
  if (!step.state.resources.contains(event.resource)) return;
  for (auto& [call, action] : step.state.actions) {
    if (action.operation.resource != event.resource || !action.operation.recurring() ||
        action.operation.action != "monitor" || action.cancelled) {
      continue;
    }
    // What runs already may have looked before the change.
    if (action.phase == Action::Phase::kRunning) action.again = true;
    if (action.phase == Action::Phase::kWaiting) enqueue(step.state, action, step.now.steady);
  }
}

bool is_persistence(const Effect& effect) {
  return std::holds_alternative<Persist>(effect) || std::holds_alternative<Forget>(effect);
}

struct Handler {
  Step& step;
  void operator()(const ClientRegistered& event) const { on_client_registered(step, event); }
  void operator()(const ClientGone& event) const { on_client_gone(step, event); }
  void operator()(const RegisterResource& event) const { on_register(step, event); }
  void operator()(const UnregisterResource& event) const { on_unregister(step, event); }
  void operator()(const Execute& event) const { on_execute(step, event); }
  void operator()(const Cancel& event) const { on_cancel(step, event); }
  void operator()(const Poke& event) const { on_poke(step, event); }
  void operator()(const Confirm& event) const { on_confirm(step, event); }
  void operator()(const RunEnded& event) const { on_run_ended(step, event.run, event.result); }
  void operator()(const RunLost& event) const { on_run_lost(step, event.run); }
  void operator()(const ResourceChanged& event) const { on_resource_changed(step, event); }
  void operator()(const Tick&) const {}
};

}  // namespace

Effects step(State& state, const Event& event, Now now) {
  Step current{.state = state, .now = now};
  // The event first: an answer that arrives together with its deadline counts.
  std::visit(Handler{current}, event);
  fire_timers(current);
  start_ready(current);
  // What is told or begun must be known to the next process, wherever this one is killed.
  std::stable_partition(current.effects.begin(), current.effects.end(), is_persistence);
  return std::move(current.effects);
}

std::optional<Milliseconds> next_deadline(const State& state) {
  std::optional<Milliseconds> next;
  if (!state.timers.empty()) next = state.timers.begin()->first;
  if (!state.ready.empty() && !state.slots.empty()) {
    const Milliseconds slot = state.slots.begin()->first;
    next = next ? std::min(*next, slot) : slot;
  }
  return next;
}

CallId take_call(State& state, Effects& effects) {
  if (state.next_call >= state.call_ceiling) {
    Step current{.state = state, .now = {}};
    persist_counters(current);
    effects.insert(effects.end(), current.effects.begin(), current.effects.end());
  }
  const CallId call = state.next_call;
  state.next_call = CallId(call.value() + 1);
  return call;
}

}  // namespace systole::executor
