#include "crmd/core/fences.h"

#include <algorithm>
#include <utility>

#include "crmd/core/action_text.h"
#include "crmd/core/attributes.h"
#include "crmd/core/change.h"
#include "crmd/core/coordination.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr Milliseconds kFirstRetry = std::chrono::seconds(1);
constexpr int kMostDoublings = 5;
/// A node that was fenced leaves the group within this time; later its end has another cause. And a
/// fencing may be told this long after the node has booted again.
constexpr Milliseconds kFencingShows = std::chrono::seconds(60);

std::string incarnation_of(const ControllerState& state, std::string_view name) {
  const std::optional<NodeNumber> node = node_number(state, name);
  if (!node) return {};
  const auto peer = state.replica.peers.find(*node);
  return peer == state.replica.peers.end() ? std::string() : peer->second.incarnation;
}

/// Its end is still to be noticed, or it was never hit.
bool seems_alive(const ControllerState& state, std::string_view name) {
  const std::optional<NodeNumber> node = node_number(state, name);
  if (!node) return false;
  const auto peer = state.replica.peers.find(*node);
  return in_view(state, *node) || (peer != state.replica.peers.end() && peer->second.in_cluster);
}

bool booted_lately(const ControllerState& state, std::string_view name) {
  const std::optional<NodeNumber> node = node_number(state, name);
  if (!node) return false;
  const auto boot = state.boots.find(*node);
  return boot != state.boots.end() && state.now.steady - boot->second.since < kFencingShows;
}

bool is_fresh(const ControllerState& state, const ControllerState::SeenFencing& seen) {
  return state.now.steady - seen.at < kFencingShows;
}

/// Keeps a fencing for later if the last ones of the target failed a moment ago.
bool postpone(ControllerState& state, const model::GraphAction& action) {
  Coordination& coordination = state.coordination;
  const auto failed = coordination.failed_fencings.find(action.node);
  if (failed == coordination.failed_fencings.end() || failed->second.next_try <= state.now.steady) {
    return false;
  }
  const std::uint32_t transition = coordination.transition->number();
  std::erase_if(coordination.postponed_fencings, [transition](const PostponedFencing& postponed) {
    return postponed.transition != transition;
  });
  coordination.postponed_fencings.push_back({transition, action});
  return true;
}

}  // namespace

void request_fencing(ControllerState& state, const model::GraphAction& action) {
  Coordination& coordination = state.coordination;
  const std::string kind(action_attribute(action, "CRM_meta_stonith_action"));
  for (auto& [token, pending] : coordination.fencing) {
    if (pending.target != action.node || pending.action != kind) continue;
    pending.action_id = action.id;
    pending.transition = coordination.transition->number();
    return;
  }
  if (postpone(state, action)) return;
  const FenceToken token(coordination.next_fence++);
  PendingFence pending;
  pending.target = action.node;
  pending.action = kind;
  pending.incarnation = incarnation_of(state, action.node);
  pending.action_id = action.id;
  pending.transition = coordination.transition->number();
  coordination.fencing[token] = pending;
  effect::Fence fence;
  fence.token = token;
  fence.target = action.node;
  fence.target_id = action.node_uuid;
  fence.action = kind;
  fence.timeout = base::parse_duration(coordination.transition->graph().stonith_timeout)
                      .value_or(std::chrono::seconds(60));
  const std::string_view delay = action_attribute(action, "CRM_meta_priority_fencing_delay");
  if (!delay.empty()) {
    fence.delay = base::parse_duration(delay).value_or(Milliseconds::zero());
  }
  state.log(base::LogLevel::kNotice, base::cat("fencing (", kind, ") of node ", action.node));
  state.out.push_back(std::move(fence));
}

void request_postponed_fencings(ControllerState& state) {
  Coordination& coordination = state.coordination;
  for (const PostponedFencing& postponed : std::exchange(coordination.postponed_fencings, {})) {
    const bool current =
        coordination.transition && coordination.transition->number() == postponed.transition;
    if (current) request_fencing(state, postponed.action);
  }
}

void on_fence_finished(ControllerState& state, const event::FenceFinished& event) {
  Coordination& coordination = state.coordination;
  const auto found = coordination.fencing.find(event.token);
  if (found == coordination.fencing.end()) return;
  const PendingFence pending = found->second;
  if (event.succeeded) {
    coordination.failed_fencings.erase(pending.target);
    message::Fenced fenced{state.now, pending.target, pending.incarnation, pending.action, true};
    if (state.synchronized()) {
      state.multicast(fenced);
    } else {
      // The members are changing; whoever is the coordinator then tells them. The transition that
      // asked for it has ended with the change, and nobody may wait for this request any more.
      state.fenced[pending.target] = {std::move(fenced), state.now.steady};
      coordination.fencing.erase(found);
    }
    return;
  }
  coordination.fencing.erase(found);
  FailedFencings& failed = coordination.failed_fencings[pending.target];
  const Milliseconds wait = kFirstRetry * (1 << std::min(failed.count++, kMostDoublings));
  failed.next_try = state.now.steady + wait;
  state.out.push_back(effect::ArmTimer{{TimerId::Kind::kFence, coordination.next_fence++}, wait});
  state.log(base::LogLevel::kError, base::cat("fencing (", pending.action, ") of node ",
                                              pending.target, " failed: ", event.reason));
  need_plan(state, Urgency::kHard);
}

void on_fence_observed(ControllerState& state, const event::FenceObserved& event) {
  if (!event.succeeded || event.action == "on") return;
  const bool own =
      std::any_of(state.coordination.fencing.begin(), state.coordination.fencing.end(),
                  [&](const auto& entry) { return entry.second.target == event.target; });
  if (own) return;
  // It may have been the boot before that was hit.
  if (booted_lately(state, event.target)) return;
  const auto known = state.fenced.find(event.target);
  if (known != state.fenced.end() && is_fresh(state, known->second)) return;
  state.fenced[event.target] = {
      message::Fenced{state.now, event.target, incarnation_of(state, event.target), event.action,
                      true},
      state.now.steady};
}

void announce_fencings(ControllerState& state) {
  std::erase_if(state.fenced, [&](const auto& entry) { return !is_fresh(state, entry.second); });
  for (auto entry = state.fenced.begin(); entry != state.fenced.end();) {
    if (seems_alive(state, entry->first)) {
      ++entry;
      continue;
    }
    state.multicast(entry->second.fenced);
    entry = state.fenced.erase(entry);
  }
}

bool awaits_fencing(const ControllerState& state, const message::Fenced& message) {
  const Coordination& coordination = state.coordination;
  return std::any_of(
      coordination.fencing.begin(), coordination.fencing.end(), [&](const auto& entry) {
        const PendingFence& pending = entry.second;
        return pending.target == message.target && pending.action == message.action &&
               coordination.transition && pending.transition == coordination.transition->number();
      });
}

void fencing_told(ControllerState& state, const message::Fenced& message, bool counts) {
  Coordination& coordination = state.coordination;
  if (message.action == "on" && message.succeeded) {
    set_attribute(state, message.target, "#node-unfenced",
                  std::to_string(wall_seconds(message.now)));
  }
  for (auto fence = coordination.fencing.begin(); fence != coordination.fencing.end();) {
    const PendingFence& pending = fence->second;
    if (pending.target != message.target || pending.action != message.action) {
      ++fence;
      continue;
    }
    if (!counts) {
      need_plan(state, Urgency::kHard);
    } else if (coordination.transition && coordination.transition->number() == pending.transition) {
      coordination.transition->confirm(pending.action_id);
    }
    fence = coordination.fencing.erase(fence);
  }
}

}  // namespace systole::crmd
