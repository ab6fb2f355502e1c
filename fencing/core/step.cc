#include "fencing/core/step.h"

#include <utility>

#include "fencing/core/attempts.h"
#include "fencing/core/checks.h"
#include "fencing/core/registry.h"
#include "fencing/core/requests.h"
#include "fencing/core/runs.h"
#include "fencing/core/sync.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;

HistoryEntry new_entry(const Context& context, std::string id, std::string target, Action action) {
  HistoryEntry entry;
  entry.id = std::move(id);
  entry.target = std::move(target);
  entry.action = action;
  entry.origin = context.state.self.name;
  entry.date = context.input.wall;
  return entry;
}

struct Dispatcher {
  Context& context;

  void operator()(const ConfigurationChanged& event) { configure(context, event.configuration); }
  void operator()(const AgentDescribed& event) { describe_agent(context, event); }
  void operator()(const DeviceRegistered& event) { register_device(context, event.device); }
  void operator()(const DeviceRemoved& event) { remove_device(context, event.id); }
  void operator()(const LevelAdded& event) { add_level(context, event.level); }
  void operator()(const LevelRemoved& event) { remove_level(context, event); }
  void operator()(const ViewChanged& event) { on_view(context, event); }
  void operator()(const Delivered& event) { on_delivery(context, event.delivery); }
  void operator()(const AgentFinished& event) { agent_finished(context, event); }

  void operator()(const FenceRequested& event) {
    HistoryEntry entry = new_entry(context, event.id, event.target, event.action);
    entry.client = event.client;
    entry.client_id = event.client_id;
    context.emit(Multicast{
        RequestMessage{.entry = std::move(entry), .order = event.order, .token = event.token}});
    context.emit(FenceTimeout{.token = event.token, .total = total_time(event.order.timeout)});
  }

  void operator()(const ConfirmRequested& event) {
    HistoryEntry entry = new_entry(context, event.id, event.target, Action::kOff);
    entry.client = event.client;
    entry.client_id = event.client_id;
    context.emit(Multicast{ConfirmMessage{.entry = std::move(entry), .token = event.token}});
  }

  void operator()(const CleanupRequested& event) {
    context.emit(Multicast{CleanupMessage{.target = event.target, .token = event.token}});
  }

  void operator()(const ExecRequested& event) {
    const auto found = context.state.devices.find(event.device);
    if (found == context.state.devices.end()) {
      context.emit(ExecReply{.token = event.token,
                             .device = event.device,
                             .result = failure(ExecutionStatus::kNoFenceDevice,
                                               cat("'", event.device, "' not found"))});
      return;
    }
    start_run(context, {.purpose = RunForClient{.token = event.token},
                        .device = event.device,
                        .action = event.action,
                        .target = event.target,
                        .timeout = found->second.device.timeout_of(event.action, event.timeout),
                        .delay = milliseconds(0)});
  }

  void operator()(const QueryRequested& event) {
    start_check(context, event.token, event.target, event.action);
  }

  void operator()(const TimerFired& event) {
    const TimerKey& timer = event.timer;
    switch (timer.kind) {
      case TimerKey::Kind::kAnswers:
        return on_answers_due(context, timer.operation);
      case TimerKey::Kind::kTotal:
        return on_total_due(context, timer.operation);
      case TimerKey::Kind::kAttempt:
        return on_attempt_due(context, timer.operation, timer.number);
      case TimerKey::Kind::kDelay:
        return run_delay_over(context, RunId(timer.number));
    }
  }
};

}  // namespace

Effects step(State& state, const Input& input) {
  Effects effects;
  Context context{.state = state, .input = input, .effects = effects};
  std::visit(Dispatcher{.context = context}, input.event);
  return effects;
}

}  // namespace systole::fencing
