#include "crmd/core/attribute_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "crmd/core/attribute_pattern.h"
#include "crmd/core/state.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

/// A replica applies the changes of a message in one step, which must not hold up the others.
constexpr std::size_t kChangesMax = 1000;

/// For how long changes are collected after a message. Each message keeps Corosync's token going
/// round for some milliseconds, on all nodes; only in pauses does it rest.
constexpr Milliseconds kCollectTime = Milliseconds(20);

void answer(ControllerState& state, const event::AttributeQueryCall& query) {
  state.out.push_back(effect::ReplyAttributes{query.token, query.query.name,
                                              state.replica.attributes.query(query.query)});
}

void answer_all(ControllerState& state, std::vector<event::AttributeQueryCall>& queries) {
  for (const event::AttributeQueryCall& query : std::exchange(queries, {})) answer(state, query);
}

void send_if_due(ControllerState& state) {
  const AttributeQueue& queue = state.attribute_queue;
  const bool awaited = !queue.queries_of_waiting.empty();
  const bool due = !queue.under_way && (!queue.collecting || awaited);
  if (due || queue.waiting.size() >= kChangesMax) send_waiting_attributes(state);
}

}  // namespace

void queue_attribute_change(ControllerState& state, AttributeRequest request) {
  state.attribute_queue.names.insert(request.name);
  state.attribute_queue.waiting.push_back(std::move(request));
  send_if_due(state);
}

void queue_attribute_changes_by_pattern(ControllerState& state, const AttributeRequest& request) {
  const base::Result<AttributePattern> pattern = AttributePattern::compile(request.pattern);
  if (!pattern) {
    state.log(base::LogLevel::kWarning,
              base::cat("no attributes changed: ", pattern.error().message));
    return;
  }
  std::set<std::string> names(state.attribute_queue.names.begin(),
                              state.attribute_queue.names.end());
  for (const auto& [name, attribute] : state.replica.attributes.attributes()) names.insert(name);
  AttributeRequest change = request;
  for (const std::string& name : names) {
    if (name.empty() || !pattern->matches(name)) continue;
    change.name = name;
    queue_attribute_change(state, change);
  }
}

void forget_queued_names(ControllerState& state, const std::vector<AttributeRequest>& applied) {
  std::multiset<std::string>& names = state.attribute_queue.names;
  for (const AttributeRequest& request : applied) {
    const auto found = names.find(request.name);
    if (found != names.end()) names.erase(found);
  }
}

void send_waiting_attributes(ControllerState& state) {
  AttributeQueue& queue = state.attribute_queue;
  if (queue.waiting.empty()) return;
  queue.under_way = true;
  std::move(queue.queries_of_waiting.begin(), queue.queries_of_waiting.end(),
            std::back_inserter(queue.queries_of_under_way));
  queue.queries_of_waiting.clear();
  const message::AttributeChanges changes{state.now, std::exchange(queue.waiting, {})};
  state.out.push_back(effect::Multicast{encode(changes)});
  queue.collecting = true;
  state.out.push_back(effect::ArmTimer{{TimerId::Kind::kCollected, 0}, kCollectTime});
}

void queue_attribute_query(ControllerState& state, event::AttributeQueryCall query) {
  AttributeQueue& queue = state.attribute_queue;
  if (!state.synchronized() || (queue.waiting.empty() && !queue.under_way)) {
    answer(state, query);
  } else if (queue.waiting.empty()) {
    queue.queries_of_under_way.push_back(std::move(query));
  } else {
    queue.queries_of_waiting.push_back(std::move(query));
    send_if_due(state);
  }
}

void on_own_attributes_delivered(ControllerState& state) {
  state.attribute_queue.under_way = false;
  answer_all(state, state.attribute_queue.queries_of_under_way);
  send_if_due(state);
}

void on_attributes_collected(ControllerState& state) {
  state.attribute_queue.collecting = false;
  send_if_due(state);
}

void restart_attribute_queue(ControllerState& state) {
  AttributeQueue& queue = state.attribute_queue;
  queue.under_way = false;
  answer_all(state, queue.queries_of_under_way);
  answer_all(state, queue.queries_of_waiting);
  send_waiting_attributes(state);
}

}  // namespace systole::crmd
