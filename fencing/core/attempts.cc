#include "fencing/core/attempts.h"

#include <algorithm>
#include <utility>

#include "fencing/core/runs.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;

/// An executor kills its agent at the step's timeout and says so; the owner waits this much longer
/// before it holds the executor itself for dead.
constexpr milliseconds kResultGrace{5000};
/// A request may take a fifth longer than its devices, and the time to kill one that hangs, so that
/// its executor can say which it was.
constexpr int kTotalNumerator = 12;
constexpr int kTotalDenominator = 10;
constexpr milliseconds kKillTime{2000};

bool owned_here(const State& state, const Operation& operation) {
  return operation.owner() == state.self.number;
}

bool at_first_attempt(const Operation& operation) {
  return operation.cursor.route == 0 && operation.cursor.step == 0 && !operation.failed_before;
}

milliseconds client_delay(const Operation& operation) {
  return operation.order.delay && at_first_attempt(operation) ? *operation.order.delay
                                                              : milliseconds(0);
}

/// Delays decide races between nodes that fence each other; after a failed attempt, and for
/// switching on what is off, there is no race left.
milliseconds delay_here(const Context& context, const Operation& operation, const Device& device) {
  if (!operation.order.delay || operation.failed_before || operation.step().may_fail) {
    return milliseconds(0);
  }
  return client_delay(operation) + device.delay_for(operation.entry.target, context.input.random);
}

void run_here(Context& context, const Operation& operation) {
  const Step& step = operation.step();
  const auto found = context.state.devices.find(step.device);
  if (found == context.state.devices.end()) {
    context.emit(Multicast{ResultMessage{
        .operation = operation.entry.id,
        .attempt = operation.attempt,
        .result = failure(
            ExecutionStatus::kNoFenceDevice,
            cat("fence device '", step.device, "' is not configured on ", context.state.self.name)),
        .date = context.input.wall}});
    return;
  }
  start_run(context, {.purpose = RunForAttempt{.operation = operation.entry.id,
                                               .attempt = operation.attempt},
                      .device = step.device,
                      .action = step.action,
                      .target = operation.entry.target,
                      .timeout = step.timeout,
                      .delay = delay_here(context, operation, found->second.device)});
}

milliseconds attempt_time(const Operation& operation) {
  const Step& step = operation.step();
  return operation.queued + step.timeout + step.delay + client_delay(operation) + kResultGrace;
}

/// Moves to the next executor of the step, else past the step if it may fail, else to the next
/// route. False when nothing is left to try.
bool advance_after_failure(Operation& operation) {
  Cursor& cursor = operation.cursor;
  operation.failed_before = true;
  if (++cursor.executor < operation.step().executors.size()) return true;
  if (operation.step().may_fail) {
    cursor.executor = 0;
    return ++cursor.step < operation.plan->routes[cursor.route].steps.size();
  }
  cursor = {.route = cursor.route + 1, .step = 0, .executor = 0};
  return cursor.route < operation.plan->routes.size();
}

/// True when all steps that must succeed have done so.
bool past_required_steps(const Operation& operation) {
  const Cursor& cursor = operation.cursor;
  if (!operation.plan || cursor.route >= operation.plan->routes.size()) return false;
  const auto& steps = operation.plan->routes[cursor.route].steps;
  return std::all_of(
      steps.begin() + static_cast<std::ptrdiff_t>(std::min(cursor.step, steps.size())), steps.end(),
      [](const Step& step) { return step.may_fail; });
}

void fail_or_go_on(Context& context, Operation& operation, const ActionResult& result,
                   WallTime date) {
  operation.last_failure = result;
  if (advance_after_failure(operation)) {
    begin_attempt(context, operation);
  } else if (past_required_steps(operation)) {
    finish(context, operation.entry.id, {.result = success(), .date = date});
  } else {
    finish(context, operation.entry.id, {.result = result, .date = date});
  }
}

}  // namespace

Operation* find_operation(State& state, const std::string& id) {
  for (Operation& operation : state.operations) {
    if (operation.entry.id == id) return &operation;
  }
  return nullptr;
}

NodeNumber target_number(const State& state, const Operation& operation) {
  for (const auto& [number, name] : state.names) {
    if (base::equal_ignoring_case(name, operation.entry.target)) return number;
  }
  const auto& ids = state.configuration.node_ids;
  const auto found = ids.find(operation.entry.target);
  return found == ids.end() ? NodeNumber() : NodeNumber(found->second);
}

TimerKey operation_timer(TimerKey::Kind kind, const Operation& operation) {
  return {.kind = kind,
          .operation = operation.entry.id,
          .number = kind == TimerKey::Kind::kAttempt ? operation.attempt : 0};
}

milliseconds total_time(milliseconds devices) {
  return devices * kTotalNumerator / kTotalDenominator + kKillTime;
}

void arm_total(Context& context, const Operation& operation, milliseconds time) {
  context.emit(ArmTimer{.timer = operation_timer(TimerKey::Kind::kTotal, operation),
                        .after = total_time(time)});
}

void cancel_timers(Context& context, const Operation& operation) {
  if (!owned_here(context.state, operation)) return;
  context.emit(CancelTimer{operation_timer(TimerKey::Kind::kTotal, operation)});
  context.emit(CancelTimer{operation_timer(TimerKey::Kind::kAnswers, operation)});
  if (operation.executing) {
    context.emit(CancelTimer{operation_timer(TimerKey::Kind::kAttempt, operation)});
  }
}

bool is_sound(const Plan& plan) {
  return !plan.empty() && std::all_of(plan.routes.begin(), plan.routes.end(), [](const Route& r) {
    return !r.steps.empty() && std::all_of(r.steps.begin(), r.steps.end(), [](const Step& step) {
      return !step.executors.empty();
    });
  });
}

milliseconds longest_wait(const Operation& operation) {
  if (!operation.plan) return operation.order.timeout;
  const milliseconds delay = operation.order.delay.value_or(milliseconds(0));
  const milliseconds devices = operation.plan->longest() + delay;
  return std::max(operation.order.timeout, devices) + operation.queued;
}

void on_wait(Context& context, NodeNumber sender, const WaitMessage& message) {
  Operation* operation = find_operation(context.state, message.operation);
  if (operation == nullptr || !operation->executing || operation->attempt != message.attempt ||
      operation->executor() != sender) {
    return;
  }
  operation->queued = message.wait;
  announce_timeout(context, *operation, operation->requesters);
  if (!owned_here(context.state, *operation)) return;
  arm_total(context, *operation, longest_wait(*operation));
  context.emit(ArmTimer{.timer = operation_timer(TimerKey::Kind::kAttempt, *operation),
                        .after = attempt_time(*operation)});
}

void announce_timeout(Context& context, const Operation& operation,
                      const std::vector<Requester>& requesters) {
  const milliseconds longest = longest_wait(operation);
  for (const Requester& requester : requesters) {
    if (requester.node != context.state.self.number) continue;
    context.emit(FenceTimeout{.token = requester.token, .total = total_time(longest)});
  }
}

void begin_attempt(Context& context, Operation& operation) {
  operation.executing = false;
  // A member that does not know of the operation yet would never run it.
  while (context.state.sync.component.count(operation.executor()) == 0) {
    operation.last_failure =
        failure(ExecutionStatus::kNotConnected, "the node that can do it is not there");
    if (advance_after_failure(operation)) continue;
    const bool done = past_required_steps(operation);
    finish(context, operation.entry.id,
           {.result = done ? success() : operation.last_failure, .date = operation.entry.date});
    return;
  }
  if (operation.requesters.empty()) {
    finish(context, operation.entry.id,
           {.result = failure(ExecutionStatus::kError, "the node that asked for it is lost"),
            .date = operation.entry.date});
    return;
  }
  ++operation.attempt;
  operation.executing = true;
  operation.queued = milliseconds(0);
  if (owned_here(context.state, operation)) {
    context.emit(ArmTimer{.timer = operation_timer(TimerKey::Kind::kAttempt, operation),
                          .after = attempt_time(operation)});
  }
  if (operation.executor() == context.state.self.number) run_here(context, operation);
}

void end_attempt(Context& context, Operation& operation, const ActionResult& result,
                 WallTime date) {
  if (owned_here(context.state, operation)) {
    context.emit(CancelTimer{operation_timer(TimerKey::Kind::kAttempt, operation)});
  }
  operation.executing = false;
  if (!result.ok()) {
    fail_or_go_on(context, operation, result, date);
    return;
  }
  if (!operation.step().may_fail) {
    operation.entry.delegate =
        node_name(context.state, operation.executor()).value_or(std::string());
  }
  operation.cursor.executor = 0;
  if (++operation.cursor.step < operation.plan->routes[operation.cursor.route].steps.size()) {
    begin_attempt(context, operation);
  } else {
    finish(context, operation.entry.id, {.result = result, .date = date});
  }
}

void executor_lost(Context& context, Operation& operation) {
  const std::string name = node_name(context.state, operation.executor()).value_or("its node");
  if (owned_here(context.state, operation)) {
    context.emit(CancelTimer{operation_timer(TimerKey::Kind::kAttempt, operation)});
  }
  operation.executing = false;
  fail_or_go_on(
      context, operation,
      failure(ExecutionStatus::kNotConnected, cat("fence device '", operation.step().device,
                                                  "': ", name, " was lost while it ran")),
      operation.entry.date);
}

void take_over_if_owner(Context& context, Operation& operation) {
  if (!owned_here(context.state, operation)) return;
  arm_total(context, operation, longest_wait(operation));
  if (operation.executing) {
    context.emit(ArmTimer{.timer = operation_timer(TimerKey::Kind::kAttempt, operation),
                          .after = attempt_time(operation)});
  } else if (!operation.plan) {
    context.emit(ArmTimer{.timer = operation_timer(TimerKey::Kind::kAnswers, operation),
                          .after = operation.order.timeout / 10});
  }
}

}  // namespace systole::fencing
