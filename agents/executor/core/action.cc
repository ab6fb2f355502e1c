#include "agents/executor/core/action.h"

#include <algorithm>

#include "lib/base/check.h"

namespace systole::executor {
namespace {

/// Numbers are persisted in blocks, so that not every request costs a record.
constexpr int kCounterBlock = 1000;

void start(Step& step, ResourceState& resource, Action& action) {
  State& state = step.state;
  if (state.next_run >= state.run_ceiling) persist_counters(step);
  action.run = state.next_run;
  state.next_run = RunId(state.next_run.value() + 1);
  action.phase = Action::Phase::kRunning;
  action.queue_time = step.now.steady - action.queued_at;
  action.last_run = step.now.epoch;
  action.again = false;
  resource.running = action.call;
  state.runs.emplace(action.run, action.call);
  state.slots.emplace(step.now.steady + state.settings.slot_time, action.run);
  if (action.operation.timeout.count() > 0) {
    set_timer(state, action,
              step.now.steady + action.operation.timeout + state.settings.watcher_slack);
  }
  step.effects.push_back(Persist{record_of(action)});
  step.effects.push_back(StartAgent{.run = action.run,
                                    .call = action.call,
                                    .agent = resource.resource.agent,
                                    .operation = action.operation});
}

}  // namespace

OperationRecord record_of(const Action& action) {
  return {.call = action.call,
          .operation = action.operation,
          .run = action.run,
          .reported = action.reported,
          .last_code = action.last_code,
          .last_status = action.last_status,
          .last_run = action.last_run,
          .last_change = action.last_change};
}

void set_timer(State& state, Action& action, std::optional<Milliseconds> at) {
  if (action.timer) state.timers.erase({*action.timer, action.call});
  action.timer = at;
  if (at) state.timers.emplace(*at, action.call);
}

void update_ready(State& state, const std::string& resource) {
  const auto found = state.resources.find(resource);
  const bool movable =
      found != state.resources.end() && !found->second.running && !found->second.queue.empty();
  const auto place = std::find(state.ready.begin(), state.ready.end(), resource);
  if (movable && place == state.ready.end()) {
    state.ready.push_back(resource);
  } else if (!movable && place != state.ready.end()) {
    state.ready.erase(place);
  }
}

void enqueue(State& state, Action& action, Milliseconds now) {
  CHECK(action.phase != Action::Phase::kRunning);
  set_timer(state, action, std::nullopt);
  action.phase = Action::Phase::kQueued;
  action.queued_at = now;
  state.resources.at(action.operation.resource).queue.push_back(action.call);
  update_ready(state, action.operation.resource);
}

void wait_until(State& state, Action& action, Milliseconds at) {
  action.phase = Action::Phase::kWaiting;
  set_timer(state, action, at);
}

void remove_action(Step& step, CallId call) {
  State& state = step.state;
  const auto found = state.actions.find(call);
  CHECK(found != state.actions.end());
  Action& action = found->second;
  CHECK(action.phase != Action::Phase::kRunning);
  set_timer(state, action, std::nullopt);
  const std::string resource = action.operation.resource;
  const auto owner = state.resources.find(resource);
  if (owner != state.resources.end()) std::erase(owner->second.queue, call);
  state.actions.erase(found);
  update_ready(state, resource);
  step.effects.push_back(Forget{call});
}

void release(Step& step, Action& action) {
  State& state = step.state;
  std::erase_if(state.slots, [&](const auto& slot) { return slot.second == action.run; });
  state.runs.erase(action.run);
  set_timer(state, action, std::nullopt);
  action.run = RunId();
  action.phase = Action::Phase::kWaiting;
  const auto owner = state.resources.find(action.operation.resource);
  CHECK(owner != state.resources.end());
  owner->second.running.reset();
  update_ready(state, action.operation.resource);
}

void start_ready(Step& step) {
  State& state = step.state;
  while (!state.slots.empty() && state.slots.begin()->first <= step.now.steady) {
    state.slots.erase(state.slots.begin());
  }
  while (!state.ready.empty() && state.slots.size() < state.settings.parallel_agents) {
    ResourceState& resource = state.resources.at(state.ready.front());
    state.ready.pop_front();
    const CallId call = resource.queue.front();
    resource.queue.pop_front();
    start(step, resource, state.actions.at(call));
  }
}

void persist_counters(Step& step) {
  State& state = step.state;
  state.call_ceiling = CallId(state.next_call.value() + kCounterBlock);
  state.run_ceiling = RunId(state.next_run.value() + kCounterBlock);
  state.result_ceiling = ResultId(state.next_result.value() + kCounterBlock);
  step.effects.push_back(
      Persist{CounterRecord{.call = state.call_ceiling,
                            .run = state.run_ceiling,
                            .result = state.result_ceiling,
                            .confirmation_expected = state.confirmation_expected}});
}

}  // namespace systole::executor
