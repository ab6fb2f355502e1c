#include "fencing/core/runs.h"

#include <algorithm>
#include <utility>

#include "fencing/core/checks.h"
#include "fencing/core/requests.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;

/// An agent that is killed at its timeout ends within this time.
constexpr milliseconds kKillMargin{2000};

TimerKey delay_timer(RunId run) {
  return {.kind = TimerKey::Kind::kDelay, .operation = {}, .number = run.value()};
}

milliseconds elapsed(const Context& context, const Run& run) {
  return run.first_start ? context.input.steady - *run.first_start : milliseconds(0);
}

void launch(Context& context, Run& run, const Device& device) {
  Target target{.name = run.target, .nodeid = std::nullopt};
  const auto& ids = context.state.configuration.node_ids;
  if (const auto id = ids.find(run.target); id != ids.end()) target.nodeid = id->second;
  if (!run.first_start) run.first_start = context.input.steady;
  run.phase = Run::Phase::kRunning;
  ++run.tries;
  context.emit(RunAgent{.run = run.id,
                        .device = device.id,
                        .agent = device.agent,
                        .action = run.action,
                        .input = device.agent_input(run.action, target),
                        .timeout = run.timeout - elapsed(context, run)});
}

/// Puts a running monitor or list back to the queue, so that its place can be used.
bool preempt(Context& context, const std::string& device) {
  for (auto& [id, run] : context.state.runs) {
    if (run.device != device || run.phase != Run::Phase::kRunning || changes_power(run.action)) {
      continue;
    }
    context.emit(KillAgent{.run = id});
    // Requeued under a new id: the killed process may still report under the old one.
    Run again = std::move(run);
    context.state.runs.erase(id);
    again.id = RunId(++context.state.last_run);
    again.phase = Run::Phase::kQueued;
    again.tries = 0;
    again.first_start.reset();
    context.state.runs.emplace(again.id, std::move(again));
    return true;
  }
  return false;
}

Run* next_queued(State& state, const std::string& device, bool power) {
  for (auto& [id, run] : state.runs) {
    if (run.device == device && run.phase == Run::Phase::kQueued &&
        changes_power(run.action) == power) {
      return &run;
    }
  }
  return nullptr;
}

std::ptrdiff_t running(const State& state, const std::string& device) {
  return std::count_if(state.runs.begin(), state.runs.end(), [&device](const auto& item) {
    return item.second.device == device && item.second.phase == Run::Phase::kRunning;
  });
}

/// Starts what the device has places for.
void pump(Context& context, const std::string& id) {
  const auto found = context.state.devices.find(id);
  if (found == context.state.devices.end()) return;
  const Device device = found->second.device;
  const auto limit = device.action_limit();
  for (;;) {
    Run* next = next_queued(context.state, id, true);
    if (next == nullptr) next = next_queued(context.state, id, false);
    if (next == nullptr) return;
    if (limit && running(context.state, id) >= *limit) {
      if (!changes_power(next->action) || !preempt(context, id)) return;
      continue;
    }
    launch(context, *next, device);
  }
}

/// Whether a failed run is tried again: not after a timeout, and not once most of the time is gone.
bool try_again(const Context& context, const Run& run, const ActionResult& result) {
  if (result.ok() || result.status != ExecutionStatus::kError) return false;
  // A status of 1 or 2 is an answer.
  if (run.action == Action::kStatus) return false;
  const auto found = context.state.devices.find(run.device);
  if (found == context.state.devices.end()) return false;
  if (run.tries >= found->second.device.tries_of(run.action)) return false;
  return elapsed(context, run) * 10 < run.timeout * 7;
}

void note_monitor(Context& context, const Run& run, const ActionResult& result) {
  if (run.action != Action::kMonitor) return;
  const auto found = context.state.devices.find(run.device);
  if (found != context.state.devices.end()) found->second.verified = result.ok();
}

void deliver(Context& context, const Run& run, const ActionResult& result) {
  note_monitor(context, run, result);
  if (const auto* attempt = std::get_if<RunForAttempt>(&run.purpose)) {
    context.emit(Multicast{ResultMessage{.operation = attempt->operation,
                                         .attempt = attempt->attempt,
                                         .result = result,
                                         .date = context.input.wall}});
  } else if (const auto* client = std::get_if<RunForClient>(&run.purpose)) {
    context.emit(ExecReply{.token = client->token, .device = run.device, .result = result});
  } else if (const auto* status = std::get_if<RunForStatus>(&run.purpose)) {
    status_known(context, status->check, run.device, result);
  } else {
    list_known(context, run.device, result);
  }
}

/// What the device may take at most for those that come before `run`.
milliseconds time_before(const Context& context, const Run& run) {
  milliseconds sum{0};
  for (const auto& [id, other] : context.state.runs) {
    if (id == run.id || other.device != run.device || !changes_power(other.action)) continue;
    const bool first = other.phase == Run::Phase::kRunning || id < run.id;
    if (first) sum += other.timeout - elapsed(context, other) + kKillMargin;
  }
  return sum;
}

/// A run that may start as soon as its device has a place for it.
void enqueue(Context& context, RunId id) {
  const std::string device = context.state.runs.at(id).device;
  pump(context, device);
  const auto found = context.state.runs.find(id);
  if (found == context.state.runs.end() || found->second.phase != Run::Phase::kQueued) return;
  const auto* attempt = std::get_if<RunForAttempt>(&found->second.purpose);
  if (attempt == nullptr) return;
  context.emit(Multicast{WaitMessage{.operation = attempt->operation,
                                     .attempt = attempt->attempt,
                                     .wait = time_before(context, found->second)}});
}

void erase_runs(Context& context, const std::vector<RunId>& ids) {
  for (const RunId id : ids) {
    const auto found = context.state.runs.find(id);
    if (found->second.phase == Run::Phase::kRunning) context.emit(KillAgent{.run = id});
    if (found->second.phase == Run::Phase::kDelayed) context.emit(CancelTimer{delay_timer(id)});
    context.state.runs.erase(found);
  }
}

}  // namespace

void start_run(Context& context, RunOrder order) {
  const RunId id(++context.state.last_run);
  const bool delayed = order.delay > milliseconds(0);
  context.state.runs.emplace(id, Run{.id = id,
                                     .purpose = std::move(order.purpose),
                                     .device = order.device,
                                     .action = order.action,
                                     .target = std::move(order.target),
                                     .timeout = order.timeout,
                                     .phase = delayed ? Run::Phase::kDelayed : Run::Phase::kQueued,
                                     .tries = 0,
                                     .first_start = std::nullopt});
  if (delayed) {
    context.log(base::LogLevel::kNotice,
                cat("waiting ", order.delay.count(), " ms before fencing with device '",
                    order.device, "'"));
    context.emit(ArmTimer{.timer = delay_timer(id), .after = order.delay});
    return;
  }
  enqueue(context, id);
}

void run_delay_over(Context& context, RunId run) {
  const auto found = context.state.runs.find(run);
  if (found == context.state.runs.end() || found->second.phase != Run::Phase::kDelayed) return;
  found->second.phase = Run::Phase::kQueued;
  enqueue(context, run);
}

void agent_finished(Context& context, const AgentFinished& event) {
  const auto found = context.state.runs.find(event.run);
  if (found == context.state.runs.end()) return;
  Run& run = found->second;
  if (run.phase != Run::Phase::kRunning) return;
  if (!event.result.ok()) {
    context.log(base::LogLevel::kWarning, event.result.reason);
  }
  if (try_again(context, run, event.result)) {
    run.phase = Run::Phase::kQueued;
    const std::string device = run.device;
    pump(context, device);
    return;
  }
  const Run ended = std::move(run);
  context.state.runs.erase(found);
  deliver(context, ended, event.result);
  pump(context, ended.device);
}

void drop_runs_of(Context& context, const std::string& operation) {
  std::vector<RunId> ids;
  std::set<std::string> devices;
  for (const auto& [id, run] : context.state.runs) {
    const auto* attempt = std::get_if<RunForAttempt>(&run.purpose);
    if (attempt == nullptr || attempt->operation != operation) continue;
    ids.push_back(id);
    devices.insert(run.device);
  }
  erase_runs(context, ids);
  for (const std::string& device : devices) pump(context, device);
}

void drop_runs_of_device(Context& context, const std::string& device) {
  std::vector<RunId> ids;
  std::vector<Run> dropped;
  for (const auto& [id, run] : context.state.runs) {
    if (run.device != device) continue;
    ids.push_back(id);
    dropped.push_back(run);
  }
  erase_runs(context, ids);
  for (const Run& run : dropped) {
    deliver(context, run,
            failure(ExecutionStatus::kNoFenceDevice,
                    cat("fence device '", device, "' is no longer configured on this node")));
  }
}

}  // namespace systole::fencing
