#include "fencing/core/requests.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "fencing/core/attempts.h"
#include "fencing/core/checks.h"
#include "fencing/core/runs.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;

/// The share of a request's time that is waited for every member's answer before choosing from
/// those that are there, and its least.
constexpr int kAnswerShare = 10;
constexpr milliseconds kLeastAnswerWait{2000};
/// What the clocks of nodes that are kept in step may differ by.
constexpr std::chrono::seconds kClockSkewMax{5};
/// Clients are called "name.pid"; who asks for the cluster is called so.
constexpr std::string_view kController = "pacemaker-controld.";

/// The first operation on a target is at work, later ones wait for its end.
bool is_at_work(const State& state, const Operation& operation) {
  for (const Operation& other : state.operations) {
    if (other.entry.target == operation.entry.target) return other.entry.id == operation.entry.id;
  }
  return false;
}

/// Every member but the target has answered; the target too when nobody else offers anything.
bool all_answered(const State& state, const Operation& operation) {
  bool offered = false;
  for (const auto& [node, offers] : operation.answers) {
    offered = offered || (!offers.empty() && node != target_number(state, operation));
  }
  for (const NodeNumber member : state.sync.members) {
    if (operation.answers.count(member) > 0) continue;
    if (member == target_number(state, operation) && offered) continue;
    return false;
  }
  return true;
}

void reply(Context& context, const Requester& requester, const HistoryEntry& entry) {
  if (requester.node != context.state.self.number) return;
  context.emit(FenceReply{.token = requester.token, .entry = entry});
}

/// A recent enough success of the same, which the request may count as its own.
const HistoryEntry* recent_success(const State& state, const RequestMessage& message) {
  if (message.order.tolerance <= milliseconds(0)) return nullptr;
  // One from the future was dated by a clock that is ahead, and how old it is nobody knows.
  const std::int64_t latest = message.entry.date.seconds + kClockSkewMax.count();
  const HistoryEntry* last =
      state.history.newest_success(message.entry.target, message.entry.action, latest);
  if (last == nullptr) return nullptr;
  const auto age = milliseconds((message.entry.date.seconds - last->date.seconds) * 1000);
  return age <= message.order.tolerance ? last : nullptr;
}

/// What the cluster wants of a reboot is that the node is down. When somebody is just turning that
/// node off, it is that which the cluster has noticed: a reboot afterwards would turn it on again.
bool suffices(const HistoryEntry& running, const HistoryEntry& wanted) {
  if (running.action == wanted.action) return true;
  return running.action == Action::kOff && wanted.action == Action::kReboot &&
         wanted.client.starts_with(kController);
}

bool merge(Context& context, const RequestMessage& message, const Requester& requester) {
  for (Operation& operation : context.state.operations) {
    const bool same =
        operation.entry.target == message.entry.target && suffices(operation.entry, message.entry);
    if (!same || operation.target_returned) continue;
    const bool known = std::find(operation.requesters.begin(), operation.requesters.end(),
                                 requester) != operation.requesters.end();
    if (known) return true;
    const bool orphan = operation.requesters.empty();
    operation.requesters.push_back(requester);
    context.log(base::LogLevel::kNotice,
                cat("request of ", message.entry.client, " to fence (",
                    to_string(message.entry.action), ") ", message.entry.target,
                    " joins the one of ", operation.entry.client, " on ", operation.entry.origin));
    if (operation.plan) {
      announce_timeout(context, operation, {requester});
    }
    if (orphan) take_over_if_owner(context, operation);
    return true;
  }
  return false;
}

void choose(Context& context, Operation& operation, bool final_choice) {
  const State& state = context.state;
  PlanInput input{.action = operation.entry.action,
                  .timeout = operation.order.timeout,
                  .owner = state.self.number,
                  .target = target_number(state, operation),
                  .allow_self = operation.order.allow_self,
                  .answers = {},
                  .levels = state.topology.levels_of(operation.entry.target,
                                                     state.configuration.node_attributes)};
  for (const auto& [node, offers] : operation.answers) {
    if (state.sync.members.count(node) > 0) input.answers[node] = offers;
  }
  Plan plan = make_plan(input);
  if (plan.empty() && !final_choice) return;
  context.emit(Multicast{PlanMessage{.operation = operation.entry.id, .plan = std::move(plan)}});
}

bool owned_here(const State& state, const Operation& operation) {
  return operation.owner() == state.self.number;
}

}  // namespace

bool is_active(const State& state, const std::string& operation) {
  return std::any_of(state.operations.begin(), state.operations.end(),
                     [&operation](const Operation& known) { return known.entry.id == operation; });
}

void activate(Context& context, Operation& operation) {
  if (owned_here(context.state, operation)) {
    const milliseconds wait = std::max(kLeastAnswerWait, operation.order.timeout / kAnswerShare);
    context.emit(ArmTimer{.timer = operation_timer(TimerKey::Kind::kAnswers, operation),
                          .after = std::min(wait, operation.order.timeout)});
    arm_total(context, operation, operation.order.timeout);
  }
  if (operation.answers.count(context.state.self.number) == 0) {
    start_check(context, operation.entry.id, operation.entry.target, operation.entry.action);
  }
}

void activate_next(Context& context, const std::string& target) {
  for (Operation& operation : context.state.operations) {
    if (operation.entry.target != target) continue;
    activate(context, operation);
    return;
  }
}

void finish(Context& context, std::string id, FinishedAs how) {
  State& state = context.state;
  const auto found =
      std::find_if(state.operations.begin(), state.operations.end(),
                   [&id](const Operation& operation) { return operation.entry.id == id; });
  if (found == state.operations.end()) return;
  const bool was_at_work = is_at_work(state, *found);
  Operation operation = std::move(*found);
  state.operations.erase(found);
  HistoryEntry& entry = operation.entry;
  entry.result = std::move(how.result);
  entry.date = how.date;
  entry.state = entry.result.ok() ? OperationState::kDone : OperationState::kFailed;
  cancel_timers(context, operation);
  drop_runs_of(context, id);
  drop_checks_of(context, id);
  state.answers_due.erase(id);
  state.history.add(entry);
  context.log(entry.result.ok() ? base::LogLevel::kNotice : base::LogLevel::kError,
              cat("fencing (", to_string(entry.action), ") of ", entry.target, " by ",
                  entry.delegate.empty() ? "nobody" : entry.delegate, " for ", entry.client, "@",
                  entry.origin, entry.result.ok() ? ": done" : ": failed: ", entry.result.reason));
  for (const Requester& requester : operation.requesters) reply(context, requester, entry);
  context.emit(FenceNotice{.entry = entry});
  context.emit(HistoryNotice{});
  if (was_at_work) activate_next(context, entry.target);
}

void on_request(Context& context, NodeNumber sender, const RequestMessage& message) {
  State& state = context.state;
  if (is_active(state, message.entry.id)) return;
  if (state.history.find(message.entry.id) != nullptr) return;
  const Requester requester{.node = sender, .token = message.token};
  if (const HistoryEntry* recent = recent_success(state, message)) {
    reply(context, requester, *recent);
    return;
  }
  if (merge(context, message, requester)) return;
  Operation operation;
  operation.entry = message.entry;
  operation.entry.state = OperationState::kQuerying;
  operation.entry.result = {
      .status = ExecutionStatus::kPending, .rc = kRcOk, .reason = {}, .output = {}};
  operation.order = message.order;
  operation.requesters.push_back(requester);
  state.operations.push_back(std::move(operation));
  Operation& added = state.operations.back();
  context.log(base::LogLevel::kNotice,
              cat(added.entry.client, " on ", added.entry.origin, " asks to fence (",
                  to_string(added.entry.action), ") ", added.entry.target));
  context.emit(HistoryNotice{});
  if (is_at_work(state, added)) {
    activate(context, added);
  } else if (owned_here(state, added)) {
    arm_total(context, added, added.order.timeout);
  }
}

void on_answer(Context& context, NodeNumber sender, const AnswerMessage& message) {
  Operation* operation = find_operation(context.state, message.operation);
  if (operation == nullptr) return;
  operation->answers[sender] = message.offers;
  if (operation->plan || !owned_here(context.state, *operation)) return;
  const bool late = context.state.answers_due.count(message.operation) > 0;
  if (all_answered(context.state, *operation)) {
    choose(context, *operation, true);
  } else if (late) {
    choose(context, *operation, false);
  }
}

void on_plan(Context& context, NodeNumber sender, const PlanMessage& message) {
  Operation* operation = find_operation(context.state, message.operation);
  if (operation == nullptr || operation->plan || operation->owner() != sender) return;
  if (owned_here(context.state, *operation)) {
    context.emit(CancelTimer{operation_timer(TimerKey::Kind::kAnswers, *operation)});
  }
  operation->plan = message.plan;
  drop_checks_of(context, operation->entry.id);
  if (!is_sound(message.plan)) {
    finish(
        context, message.operation,
        {.result = failure(ExecutionStatus::kNoFenceDevice,
                           cat("No device configured for target '", operation->entry.target, "'")),
         .date = operation->entry.date});
    return;
  }
  operation->entry.state = OperationState::kExecuting;
  announce_timeout(context, *operation, operation->requesters);
  if (owned_here(context.state, *operation)) {
    arm_total(context, *operation, longest_wait(*operation));
  }
  begin_attempt(context, *operation);
}

void on_result(Context& context, NodeNumber sender, const ResultMessage& message) {
  Operation* operation = find_operation(context.state, message.operation);
  if (operation == nullptr || !operation->executing || operation->attempt != message.attempt ||
      operation->executor() != sender) {
    return;
  }
  end_attempt(context, *operation, message.result, message.date);
}

void on_give_up(Context& context, NodeNumber sender, const GiveUpMessage& message) {
  Operation* operation = find_operation(context.state, message.operation);
  if (operation == nullptr || operation->owner() != sender) return;
  if (message.attempt == 0) {
    finish(context, message.operation, {.result = message.result, .date = message.date});
    return;
  }
  if (!operation->executing || operation->attempt != message.attempt) return;
  if (operation->executor() == context.state.self.number) {
    drop_runs_of(context, message.operation);
  }
  end_attempt(context, *operation, message.result, message.date);
}

void on_confirm(Context& context, NodeNumber sender, const ConfirmMessage& message) {
  State& state = context.state;
  const Requester requester{.node = sender, .token = message.token};
  if (const HistoryEntry* known = state.history.find(message.entry.id)) {
    return reply(context, requester, *known);
  }
  HistoryEntry entry = message.entry;
  entry.delegate = kHumanDelegate;
  entry.state = OperationState::kDone;
  entry.result = success();
  std::vector<std::string> satisfied;
  for (Operation& operation : state.operations) {
    if (operation.entry.target != entry.target || operation.entry.action == Action::kOn) continue;
    operation.entry.delegate = kHumanDelegate;
    satisfied.push_back(operation.entry.id);
  }
  for (const std::string& id : satisfied) {
    finish(context, id, {.result = success(), .date = entry.date});
  }
  state.history.add(entry);
  context.log(base::LogLevel::kNotice, cat(entry.client, " on ", entry.origin,
                                           " confirms by hand that ", entry.target, " is down"));
  reply(context, requester, entry);
  context.emit(FenceNotice{.entry = entry});
  context.emit(HistoryNotice{});
}

void on_cleanup(Context& context, NodeNumber sender, const CleanupMessage& message) {
  const std::size_t forgotten = context.state.history.clean_up(message.target);
  const std::string who = node_name(context.state, sender).value_or(cat("node ", sender.value()));
  context.log(base::LogLevel::kNotice, cat("asked on ", who, " to forget the fencings of ",
                                           message.target.empty() ? "all nodes" : message.target,
                                           ": ", forgotten, " forgotten"));
  context.emit(HistoryNotice{});
  if (sender == context.state.self.number) context.emit(CleanupReply{.token = message.token});
}

void on_members_lost(Context& context, const std::set<NodeNumber>& lost) {
  std::vector<std::string> ids;
  for (Operation& operation : context.state.operations) {
    const auto before = operation.owner();
    std::erase_if(operation.requesters,
                  [&lost](const Requester& requester) { return lost.count(requester.node) > 0; });
    for (const NodeNumber node : lost) operation.answers.erase(node);
    if (operation.owner() != before) take_over_if_owner(context, operation);
    ids.push_back(operation.entry.id);
  }
  for (const std::string& id : ids) {
    Operation* operation = find_operation(context.state, id);
    if (operation == nullptr) continue;
    if (operation->executing) {
      if (lost.count(operation->executor()) > 0) executor_lost(context, *operation);
    } else if (operation->requesters.empty()) {
      finish(context, id,
             {.result = failure(ExecutionStatus::kError, "the node that asked for it is lost"),
              .date = operation->entry.date});
    } else if (!operation->plan && owned_here(context.state, *operation) &&
               is_at_work(context.state, *operation) && all_answered(context.state, *operation)) {
      choose(context, *operation, true);
    }
  }
}

void join_operations(Context& context) {
  std::vector<std::string> ids;
  for (const Operation& operation : context.state.operations) ids.push_back(operation.entry.id);
  for (const std::string& id : ids) {
    Operation* operation = find_operation(context.state, id);
    if (operation == nullptr || operation->plan || !is_at_work(context.state, *operation)) continue;
    if (operation->answers.count(context.state.self.number) > 0) continue;
    start_check(context, id, operation->entry.target, operation->entry.action);
  }
}

void on_answers_due(Context& context, const std::string& id) {
  Operation* operation = find_operation(context.state, id);
  if (operation == nullptr || operation->plan || !owned_here(context.state, *operation)) return;
  context.state.answers_due.insert(id);
  choose(context, *operation, false);
}

void on_total_due(Context& context, const std::string& id) {
  Operation* operation = find_operation(context.state, id);
  if (operation == nullptr || !owned_here(context.state, *operation)) return;
  const std::string reason = !operation->plan ? "no fencer that can do it answered in time"
                             : operation->last_failure.reason.empty()
                                 ? "the fence device did not finish in time"
                                 : operation->last_failure.reason;
  context.emit(Multicast{GiveUpMessage{.operation = id,
                                       .attempt = 0,
                                       .result = failure(ExecutionStatus::kTimeout, reason),
                                       .date = context.input.wall}});
}

void on_attempt_due(Context& context, const std::string& id, std::uint64_t attempt) {
  Operation* operation = find_operation(context.state, id);
  if (operation == nullptr || !owned_here(context.state, *operation) || !operation->executing ||
      operation->attempt != attempt) {
    return;
  }
  const std::string who = node_name(context.state, operation->executor()).value_or("its node");
  context.emit(Multicast{GiveUpMessage{
      .operation = id,
      .attempt = operation->attempt,
      .result = failure(ExecutionStatus::kTimeout, cat("fence device '", operation->step().device,
                                                       "': ", who, " gave no result in time")),
      .date = context.input.wall}});
}

}  // namespace systole::fencing
