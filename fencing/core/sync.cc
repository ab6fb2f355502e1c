#include "fencing/core/sync.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "fencing/core/attempts.h"
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

std::string name_of(const State& state, NodeNumber number) {
  return node_name(state, number).value_or(cat("node ", number.value()));
}

/// Who can fence and who knows what has been fenced follows from this.
void tell_change(Context& context, const std::set<NodeNumber>& lost, const ViewChanged& event) {
  for (const NodeNumber node : lost) {
    context.log(base::LogLevel::kNotice,
                cat("the fencer of ", name_of(context.state, node), " has left"));
  }
  for (const NodeNumber node : event.joined) {
    if (node == context.state.self.number) continue;
    context.log(base::LogLevel::kNotice,
                cat("the fencer of ", name_of(context.state, node), " has joined"));
  }
}

void hold_back(Context& context) {
  SyncProgress& sync = context.state.sync;
  sync.complete = false;
  sync.exchange.reset();
  sync.received.clear();
  std::move(sync.backlog.begin(), sync.backlog.end(), std::back_inserter(sync.carried));
  sync.backlog.clear();
  context.emit(Multicast{MarkMessage{.exchange = context.input.random}});
}

void send_state(Context& context, std::uint64_t exchange) {
  State& state = context.state;
  state.sync.exchange = exchange;
  SyncMessage message{.exchange = exchange, .name = state.self.name, .state = {}};
  if (speaks_for_component(state)) {
    message.state = {.history = state.history.entries(),
                     .operations = state.operations,
                     .backlog = state.sync.carried};
  }
  context.emit(Multicast{std::move(message)});
}

/// A success that one side knows of stands against a failure on the other, which only says that
/// that side gave up.
void merge_history(History& history, const std::vector<HistoryEntry>& entries) {
  for (const HistoryEntry& entry : entries) {
    const HistoryEntry* known = history.find(entry.id);
    if (known == nullptr || !known->result.ok()) history.add(entry);
  }
}

/// Two sides may work on one operation. The side of a living requester counts, since only it goes
/// on when something fails; whoever waits on the other side waits for it too.
void merge(std::vector<Operation>& operations, Operation operation) {
  const auto known = std::find_if(
      operations.begin(), operations.end(),
      [&operation](const Operation& other) { return other.entry.id == operation.entry.id; });
  if (known == operations.end()) {
    operations.push_back(std::move(operation));
    return;
  }
  if (known->requesters.empty()) std::swap(*known, operation);
  for (const Requester& requester : operation.requesters) {
    auto& requesters = known->requesters;
    if (std::find(requesters.begin(), requesters.end(), requester) == requesters.end()) {
      requesters.push_back(requester);
    }
  }
}

/// Every member builds the same from the same messages, in the order of the members' numbers.
void merge_states(State& state) {
  // Ours is among what was received, from whoever speaks for us.
  History history;
  std::vector<Operation> operations;
  for (const auto& [sender, message] : state.sync.received) {
    merge_history(history, message.state.history);
    for (const Operation& operation : message.state.operations) merge(operations, operation);
  }
  state.history = std::move(history);
  state.operations = std::move(operations);
}

/// Operations that one side still works on and the other has ended: a success ends them for those
/// who wait, after a failure the side that works goes on.
void settle_ended(Context& context) {
  State& state = context.state;
  std::vector<std::string> ids;
  for (const Operation& operation : state.operations) ids.push_back(operation.entry.id);
  for (const std::string& id : ids) {
    const HistoryEntry* ended = state.history.find(id);
    if (ended == nullptr) continue;
    if (!ended->result.ok()) {
      state.history.remove(id);
      continue;
    }
    find_operation(state, id)->entry.delegate = ended->delegate;
    finish(context, id, {.result = ended->result, .date = ended->date});
  }
}

/// Nobody becomes a member without an exchange, so that no return of a target is missed. One that
/// was never away is marked too, which at worst fences it once more.
void mark_returned_targets(State& state) {
  for (Operation& operation : state.operations) {
    const bool member = state.sync.members.count(target_number(state, operation)) > 0;
    if (operation.attempt > 0 && member) operation.target_returned = true;
  }
}

/// What was held back, each message once, in an order that is the same everywhere.
std::vector<Delivery> take_pending(SyncProgress& sync) {
  std::vector<Delivery> pending;
  for (const auto& [sender, message] : sync.received) {
    for (const Delivery& delivery : message.state.backlog) {
      if (std::find(pending.begin(), pending.end(), delivery) == pending.end()) {
        pending.push_back(delivery);
      }
    }
  }
  std::move(sync.backlog.begin(), sync.backlog.end(), std::back_inserter(pending));
  sync.backlog.clear();
  sync.carried.clear();
  sync.received.clear();
  return pending;
}

void complete_exchange(Context& context) {
  SyncProgress& sync = context.state.sync;
  merge_states(context.state);
  mark_returned_targets(context.state);
  sync.complete = true;
  sync.component = sync.members;
  const std::vector<Delivery> pending = take_pending(sync);
  settle_ended(context);
  join_operations(context);
  for (const Delivery& delivery : pending) apply(context, delivery);
  context.log(base::LogLevel::kInfo,
              cat("in agreement with ", sync.members.size() - 1,
                  " other fencers: ", context.state.history.entries().size(), " fencings known, ",
                  context.state.operations.size(), " under way"));
  context.emit(HistoryNotice{});
}

void on_sync(Context& context, NodeNumber sender, const SyncMessage& message) {
  SyncProgress& sync = context.state.sync;
  context.state.names[sender] = message.name;
  if (sync.complete || sync.exchange != message.exchange) return;
  sync.received[sender] = message;
  const bool all = std::all_of(sync.members.begin(), sync.members.end(),
                               [&](NodeNumber member) { return sync.received.count(member) > 0; });
  if (all) complete_exchange(context);
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
  void operator()(const MarkMessage&) {}
  void operator()(const SyncMessage&) {}
  void operator()(const WaitMessage& message) { on_wait(context, sender, message); }
};

}  // namespace

void on_view(Context& context, const ViewChanged& event) {
  SyncProgress& sync = context.state.sync;
  const std::set<NodeNumber> lost = lost_members(sync, event);
  sync.members = event.members;
  tell_change(context, lost, event);
  if (!lost.empty()) {
    for (const NodeNumber node : lost) sync.component.erase(node);
    const auto from_lost = [&lost](const Delivery& delivery) {
      return lost.count(delivery.sender) > 0;
    };
    std::erase_if(sync.backlog, from_lost);
    std::erase_if(sync.carried, from_lost);
    on_members_lost(context, lost);
  }
  if (sync.component.empty()) sync.component.insert(context.state.self.number);
  if (!sync.complete || !event.joined.empty()) hold_back(context);
}

void on_delivery(Context& context, const Delivery& delivery) {
  SyncProgress& sync = context.state.sync;
  if (const auto* message = std::get_if<SyncMessage>(&delivery.message)) {
    on_sync(context, delivery.sender, *message);
  } else if (const auto* mark = std::get_if<MarkMessage>(&delivery.message)) {
    if (!sync.complete && !sync.exchange) send_state(context, mark->exchange);
  } else if (sync.complete) {
    apply(context, delivery);
  } else {
    sync.backlog.push_back(delivery);
  }
}

void apply(Context& context, const Delivery& delivery) {
  std::visit(Applier{.context = context, .sender = delivery.sender}, delivery.message);
}

}  // namespace systole::fencing
