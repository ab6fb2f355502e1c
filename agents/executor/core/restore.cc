#include <map>

#include "agents/executor/core/action.h"
#include "agents/executor/core/step.h"

namespace systole::executor {
namespace {

Action action_of(const OperationRecord& record) {
  Action action;
  action.call = record.call;
  action.operation = record.operation;
  action.run = record.run;
  action.reported = record.reported;
  action.last_code = record.last_code;
  action.last_status = record.last_status;
  action.last_run = record.last_run;
  action.last_change = record.last_change;
  return action;
}

struct Restorer {
  State& state;
  std::map<CallId, OperationRecord>& operations;

  void operator()(const ResourceRecord& record) const {
    state.resources[record.resource.id].resource = record.resource;
  }
  void operator()(const OperationRecord& record) const { operations[record.call] = record; }
  void operator()(const ResultRecord& record) const {
    state.held[record.result.id] = record.result;
  }
  void operator()(const CounterRecord& record) const {
    state.next_call = state.call_ceiling = record.call;
    state.next_run = state.run_ceiling = record.run;
    state.next_result = state.result_ceiling = record.result;
    state.confirmation_expected = record.confirmation_expected;
  }
};

/// Numbers that occur in records were given out, whatever the counters say.
void pass_known_numbers(State& state) {
  for (const auto& [call, action] : state.actions) {
    if (state.next_call <= call) state.next_call = CallId(call.value() + 1);
    if (state.next_run <= action.run) state.next_run = RunId(action.run.value() + 1);
  }
  for (const auto& [id, result] : state.held) {
    if (state.next_result <= id) state.next_result = ResultId(id.value() + 1);
    if (state.next_call <= result.call) state.next_call = CallId(result.call.value() + 1);
  }
}

}  // namespace

std::vector<RunId> restore(State& state, const std::vector<Record>& records, Now now) {
  std::map<CallId, OperationRecord> operations;
  for (const Record& record : records) std::visit(Restorer{state, operations}, record);
  std::vector<RunId> runs;
  for (const auto& [call, record] : operations) {
    const auto resource = state.resources.find(record.operation.resource);
    if (resource == state.resources.end()) continue;
    Action& action = state.actions[call] = action_of(record);
    if (record.run != RunId() && !resource->second.running) {
      action.phase = Action::Phase::kRunning;
      resource->second.running = call;
      state.runs.emplace(record.run, call);
      runs.push_back(record.run);
      if (action.operation.timeout.count() > 0) {
        set_timer(state, action,
                  now.steady + action.operation.timeout + state.settings.watcher_slack);
      }
    } else {
      action.run = RunId();
      enqueue(state, action, now.steady);
    }
  }
  pass_known_numbers(state);
  for (auto& [name, resource] : state.resources) update_ready(state, name);
  return runs;
}

}  // namespace systole::executor
