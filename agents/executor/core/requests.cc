#include "agents/executor/core/requests.h"

#include <vector>

#include "agents/executor/core/results.h"

namespace systole::executor {
namespace {

void answer(Step& step, ClientId client, CallId call, Answer with) {
  step.effects.push_back(Reply{.client = client, .call = call, .answer = with});
}

std::vector<CallId> idle_actions(const State& state, const std::string& resource) {
  std::vector<CallId> calls;
  for (const auto& [call, action] : state.actions) {
    if (action.operation.resource == resource && action.phase != Action::Phase::kRunning) {
      calls.push_back(call);
    }
  }
  return calls;
}

/// nullptr when there is none, or it is about to end.
Action* find_recurring(State& state, const std::string& resource, const std::string& action_name,
                       Milliseconds interval) {
  if (interval.count() <= 0) return nullptr;
  for (auto& [call, action] : state.actions) {
    const Operation& operation = action.operation;
    if (operation.resource == resource && operation.action == action_name &&
        operation.interval == interval && !action.cancelled) {
      return &action;
    }
  }
  return nullptr;
}

/// Ends an operation: at once when it is idle, else with the agent, which is not waited for.
void cancel(Step& step, Action& action) {
  if (action.phase != Action::Phase::kRunning) {
    cancel_idle(step, action.call, false);
    return;
  }
  action.cancelled = true;
  step.effects.push_back(StopAgent{.run = action.run});
}

/// Gives the operation that is there the new request's name, so that its next result answers it.
void merge(Step& step, Action& old, const Execute& event) {
  State& state = step.state;
  const bool same_parameters = old.operation.parameters == event.operation.parameters;
  set_timer(state, old, std::nullopt);
  auto node = state.actions.extract(old.call);
  const CallId before = node.key();
  node.key() = event.call;
  Action& action = state.actions.insert(std::move(node)).position->second;
  action.call = event.call;
  action.originator = event.client;
  action.operation = event.operation;
  action.reported = false;
  ResourceState& resource = state.resources.at(event.operation.resource);
  for (CallId& queued : resource.queue) {
    if (queued == before) queued = event.call;
  }
  if (action.phase == Action::Phase::kRunning) {
    resource.running = event.call;
    state.runs[action.run] = event.call;
    if (!same_parameters) action.stale_run = true;
    if (action.operation.timeout.count() > 0) {
      set_timer(state, action,
                step.now.steady + action.operation.timeout + state.settings.watcher_slack);
    }
  } else if (action.phase == Action::Phase::kWaiting) {
    enqueue(state, action, step.now.steady);
  }
  step.effects.push_back(Forget{before});
  step.effects.push_back(Persist{record_of(action)});
}

void accept(Step& step, const Execute& event) {
  Action& action = step.state.actions[event.call];
  action.call = event.call;
  action.originator = event.client;
  action.operation = event.operation;
  if (event.operation.start_delay.count() > 0) {
    wait_until(step.state, action, step.now.steady + event.operation.start_delay);
  } else {
    enqueue(step.state, action, step.now.steady);
  }
  step.effects.push_back(Persist{record_of(action)});
}

}  // namespace

namespace {

/// After these the resource is not where it was: monitors that go on would report a failure.
bool ends_presence(const Operation& operation) {
  return operation.action == "stop" || operation.action == "migrate_to";
}

void cancel_recurring(Step& step, const std::string& resource) {
  std::vector<CallId> recurring;
  for (const auto& [call, action] : step.state.actions) {
    if (action.operation.resource == resource && action.operation.recurring() &&
        !action.cancelled) {
      recurring.push_back(call);
    }
  }
  for (const CallId call : recurring) cancel(step, step.state.actions.at(call));
}

}  // namespace

void on_client_registered(Step& step, const ClientRegistered& event) {
  step.state.clients[event.client] = {.confirms = event.confirms};
  if (event.confirms && !step.state.confirmation_expected) {
    step.state.confirmation_expected = true;
    persist_counters(step);
  }
  if (event.confirms || !step.state.confirmation_expected) deliver_held(step, event.client);
}

void on_client_gone(Step& step, const ClientGone& event) {
  step.state.clients.erase(event.client);
  std::vector<CallId> dropped;
  for (auto& [name, resource] : step.state.resources) {
    if (resource.drop_with.erase(event.client) == 0) continue;
    for (const auto& [call, action] : step.state.actions) {
      if (action.operation.resource == name && action.originator == event.client &&
          action.operation.recurring() && !action.cancelled) {
        dropped.push_back(call);
      }
    }
  }
  for (const CallId call : dropped) cancel(step, step.state.actions.at(call));
}

void on_register(Step& step, const RegisterResource& event) {
  const std::string& name = event.resource.id;
  if (name.empty() || event.resource.agent.standard.empty() || event.resource.agent.type.empty()) {
    answer(step, event.client, event.call, Answer::kInvalid);
    return;
  }
  ResourceState& resource = step.state.resources[name];
  resource.removed = false;
  if (resource.resource != event.resource) {
    // Another agent under the same name: what was asked of the old one makes no sense any more.
    if (!resource.resource.id.empty()) {
      for (const CallId call : idle_actions(step.state, name)) cancel_idle(step, call, true);
    }
    resource.resource = event.resource;
    step.effects.push_back(Persist{ResourceRecord{event.resource}});
  }
  if (event.drop_operations_with_client) resource.drop_with.insert(event.client);
  answer(step, event.client, event.call, Answer::kOk);
  step.effects.push_back(
      Announce{.notice = Notice::kRegistered, .call = event.call, .resource = name});
}

void on_unregister(Step& step, const UnregisterResource& event) {
  const auto found = step.state.resources.find(event.resource);
  if (found == step.state.resources.end() || found->second.removed) {
    answer(step, event.client, event.call, Answer::kUnknownResource);
    return;
  }
  found->second.removed = true;
  const bool busy = found->second.running.has_value();
  answer(step, event.client, event.call, busy ? Answer::kEndsLater : Answer::kOk);
  for (const CallId call : idle_actions(step.state, event.resource)) cancel_idle(step, call, true);
  if (!busy) {
    step.state.resources.erase(event.resource);
    step.effects.push_back(Forget{event.resource});
  }
  step.effects.push_back(Announce{.notice = Notice::kUnregistered,
                                  .call = event.call,
                                  .resource = event.resource,
                                  .answer = busy ? Answer::kEndsLater : Answer::kOk});
}

void on_execute(Step& step, const Execute& event) {
  const Operation& operation = event.operation;
  const auto found = step.state.resources.find(operation.resource);
  if (found == step.state.resources.end() || found->second.removed) {
    answer(step, event.client, event.call, Answer::kUnknownResource);
    return;
  }
  if (operation.action.empty() || operation.interval.count() < 0 || operation.timeout.count() < 0 ||
      operation.start_delay.count() < 0) {
    answer(step, event.client, event.call, Answer::kInvalid);
    return;
  }
  answer(step, event.client, event.call, Answer::kStarted);
  if (!operation.recurring() && ends_presence(operation)) {
    cancel_recurring(step, operation.resource);
  }
  Action* same =
      find_recurring(step.state, operation.resource, operation.action, operation.interval);
  if (same != nullptr) {
    merge(step, *same, event);
  } else {
    accept(step, event);
  }
}

void on_cancel(Step& step, const Cancel& event) {
  const auto found = step.state.resources.find(event.resource);
  if (found == step.state.resources.end() || found->second.removed) {
    answer(step, event.client, event.call, Answer::kUnknownResource);
    return;
  }
  Action* action = find_recurring(step.state, event.resource, event.action, event.interval);
  if (action == nullptr) {
    answer(step, event.client, event.call, Answer::kUnknownOperation);
    return;
  }
  answer(step, event.client, event.call, Answer::kOk);
  cancel(step, *action);
}

void on_poke(Step& step, const Poke& event) {
  answer(step, event.client, event.call, Answer::kOk);
  step.effects.push_back(Announce{.notice = Notice::kPoked, .call = event.call});
}

void on_confirm(Step& step, const Confirm& event) {
  const auto client = step.state.clients.find(event.client);
  if (client == step.state.clients.end() || !client->second.confirms) return;
  for (const ResultId id : event.results) {
    if (step.state.held.erase(id) > 0) step.effects.push_back(Forget{id});
  }
}

}  // namespace systole::executor
