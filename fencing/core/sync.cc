#include "fencing/core/sync.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fencing/core/requests.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;

std::set<NodeNumber> lost_members(const SyncProgress& sync, const ViewChanged& event) {
  std::set<NodeNumber> lost;
  for (const NodeNumber member : sync.members) {
    if (event.members.count(member) == 0 || event.joined.count(member) > 0) lost.insert(member);
  }
  return lost;
}

/// One member speaks for all that hold the same.
bool speaks_for_component(const State& state) {
  for (const NodeNumber member : state.sync.component) {
    if (state.sync.members.count(member) > 0) return member == state.self.number;
  }
  return true;
}

void start_exchange(Context& context) {
  State& state = context.state;
  SyncProgress& sync = state.sync;
  sync.complete = false;
  sync.received.clear();
  SyncMessage message{
      .members = sync.members, .name = state.self.name, .has_state = false, .state = {}};
  if (speaks_for_component(state)) {
    message.has_state = true;
    message.state = {.history = state.history.entries(),
                     .operations = state.operations,
                     .backlog = sync.backlog};
  }
  // What was held back comes back with the state of whoever speaks for us.
  sync.backlog.clear();
  context.emit(Multicast{std::move(message)});
}

bool knows_end_of(const State& state, const std::string& operation) {
  const auto& entries = state.history.entries();
  return std::any_of(entries.begin(), entries.end(),
                     [&operation](const HistoryEntry& entry) { return entry.id == operation; });
}

/// Every member builds the same from the same messages, in the order of the members' numbers.
void merge_states(State& state) {
  std::vector<Operation> operations;
  for (const auto& [sender, message] : state.sync.received) {
    for (const HistoryEntry& entry : message.state.history) state.history.add(entry);
    for (const Operation& operation : message.state.operations) {
      const bool known = std::any_of(
          operations.begin(), operations.end(),
          [&operation](const Operation& other) { return other.entry.id == operation.entry.id; });
      if (!known) operations.push_back(operation);
    }
  }
  std::erase_if(operations, [&state](const Operation& operation) {
    return knows_end_of(state, operation.entry.id);
  });
  state.operations = std::move(operations);
}

/// Requesters and executors of merged operations that are no members here count as lost.
std::set<NodeNumber> strangers(const State& state) {
  std::set<NodeNumber> found;
  const auto add = [&](NodeNumber node) {
    if (state.sync.members.count(node) == 0) found.insert(node);
  };
  for (const Operation& operation : state.operations) {
    for (const Requester& requester : operation.requesters) add(requester.node);
    if (operation.executing) add(operation.executor());
  }
  return found;
}

void complete_exchange(Context& context) {
  SyncProgress& sync = context.state.sync;
  merge_states(context.state);
  sync.complete = true;
  sync.component = sync.members;
  std::vector<Delivery> pending;
  for (auto& [sender, message] : sync.received) {
    std::move(message.state.backlog.begin(), message.state.backlog.end(),
              std::back_inserter(pending));
  }
  std::move(sync.backlog.begin(), sync.backlog.end(), std::back_inserter(pending));
  sync.backlog.clear();
  sync.received.clear();
  std::set<NodeNumber> lost = std::exchange(sync.lost, {});
  lost.merge(strangers(context.state));
  if (!lost.empty()) on_members_lost(context, lost);
  join_operations(context);
  for (const Delivery& delivery : pending) apply(context, delivery);
  context.log(base::LogLevel::kInfo,
              cat("in agreement with ", sync.members.size() - 1, " other fencers"));
  context.emit(HistoryNotice{});
}

struct Applier {
  Context& context;
  NodeNumber sender;
  void operator()(const RequestMessage& message) { on_request(context, sender, message); }
  void operator()(const AnswerMessage& message) { on_answer(context, sender, message); }
  void operator()(const PlanMessage& message) { on_plan(context, sender, message); }
  void operator()(const ResultMessage& message) { on_result(context, sender, message); }
  void operator()(const GiveUpMessage& message) { on_give_up(context, sender, message); }
  void operator()(const ConfirmMessage& message) { on_confirm(context, sender, message); }
  void operator()(const CleanupMessage& message) { on_cleanup(context, sender, message); }
  void operator()(const SyncMessage&) {}
};

}  // namespace

void on_view(Context& context, const ViewChanged& event) {
  SyncProgress& sync = context.state.sync;
  const std::set<NodeNumber> lost = lost_members(sync, event);
  for (const NodeNumber node : lost) sync.component.erase(node);
  sync.members = event.members;
  if (sync.component.empty()) sync.component.insert(context.state.self.number);
  const bool joined = !event.joined.empty();
  if (sync.complete && !joined) {
    if (!lost.empty()) on_members_lost(context, lost);
    return;
  }
  sync.lost.insert(lost.begin(), lost.end());
  start_exchange(context);
}

void on_delivery(Context& context, const Delivery& delivery) {
  SyncProgress& sync = context.state.sync;
  if (const auto* message = std::get_if<SyncMessage>(&delivery.message)) {
    context.state.names[delivery.sender] = message->name;
    if (sync.complete || message->members != sync.members) return;
    sync.received[delivery.sender] = *message;
    if (sync.received.size() == sync.members.size()) complete_exchange(context);
    return;
  }
  if (sync.complete) {
    apply(context, delivery);
  } else {
    sync.backlog.push_back(delivery);
  }
}

void apply(Context& context, const Delivery& delivery) {
  std::visit(Applier{.context = context, .sender = delivery.sender}, delivery.message);
}

}  // namespace systole::fencing
