#include "crmd/core/fences.h"

#include <algorithm>
#include <utility>

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
/// So long a device's word is doubted while its target seems to be alive. A node that can still act
/// has left or reset itself by then.
constexpr Milliseconds kDoubt = std::chrono::seconds(30);

std::string incarnation_of(const ControllerState& state, std::string_view name) {
  const std::optional<NodeNumber> node = node_number(state, name);
  if (!node) return {};
  const auto peer = state.replica.peers.find(*node);
  return peer == state.replica.peers.end() ? std::string() : peer->second.incarnation;
}

/// What is known of the boot of a target that a fencing was meant for.
enum class Whereabouts : std::uint8_t {
  kGone,    ///< it has ended: nothing is heard of it, or it has booted since
  kUnsure,  ///< its end is still to be noticed, or it was never hit
  kBack,    ///< its controller is back and has not said yet whether the node has booted
  kThere,   ///< its controller speaks to the group
};

Whereabouts whereabouts(const ControllerState& state, std::string_view name,
                        const std::string& incarnation) {
  const std::optional<NodeNumber> node = node_number(state, name);
  if (!node) return Whereabouts::kGone;
  const bool present = in_view(state, *node);
  const auto peer = state.replica.peers.find(*node);
  if (peer == state.replica.peers.end()) {
    return present ? Whereabouts::kUnsure : Whereabouts::kGone;
  }
  switch (peer->second.state) {
    case Peer::State::kMember:
      if (!present) break;
      return peer->second.incarnation == incarnation ? Whereabouts::kThere : Whereabouts::kGone;
    case Peer::State::kReporting:
      if (!present) break;
      return Whereabouts::kBack;
    case Peer::State::kLeft:
    case Peer::State::kFenced:
      return Whereabouts::kGone;
    default:
      break;
  }
  return peer->second.in_cluster ? Whereabouts::kUnsure : Whereabouts::kGone;
}

bool is_condemned(const ControllerState& state, std::string_view name) {
  const std::optional<NodeNumber> node = node_number(state, name);
  if (!node) return false;
  const auto peer = state.replica.peers.find(*node);
  return peer != state.replica.peers.end() && peer->second.condemned;
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
  const auto failed = coordination.failed_fencings.find(std::string(action.node));
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
  const std::string kind(attribute_of(action, "CRM_meta_stonith_action"));
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
  pending.device_digests = attribute_of(action, "CRM_meta_digests_all");
  pending.open_device_digests = attribute_of(action, "CRM_meta_digests_secure");
  coordination.fencing[token] = pending;
  effect::Fence fence;
  fence.token = token;
  fence.target = action.node;
  fence.target_id = action.node_uuid;
  fence.action = kind;
  fence.timeout = base::parse_duration(coordination.transition->graph().stonith_timeout)
                      .value_or(std::chrono::seconds(60));
  const std::string_view delay = attribute_of(action, "CRM_meta_priority_fencing_delay");
  if (!delay.empty()) {
    fence.delay = base::parse_duration(delay).value_or(Milliseconds::zero());
  }
  state.log(base::LogLevel::kNotice, base::cat("fencing (", kind, ") of node ", action.node));
  state.out.push_back(std::move(fence));
}

void tell_guest_fenced(ControllerState& state, const model::GraphAction& action) {
  message::Fenced fenced;
  fenced.now = state.now;
  fenced.target = action.node;
  fenced.action = attribute_of(action, "CRM_meta_stonith_action");
  fenced.succeeded = true;
  state.multicast(fenced);
}

void request_postponed_fencings(ControllerState& state) {
  Coordination& coordination = state.coordination;
  for (const PostponedFencing& postponed : std::exchange(coordination.postponed_fencings, {})) {
    const bool current =
        coordination.transition && coordination.transition->number() == postponed.transition;
    if (current) request_fencing(state, postponed.action);
  }
}

namespace {

message::Fenced success_of(const ControllerState& state, const PendingFence& pending) {
  return {state.now, pending.target,         pending.incarnation,        pending.action,
          true,      pending.device_digests, pending.open_device_digests};
}

void doubt(ControllerState& state, PendingFence& pending) {
  if (pending.succeeded_at == state.now.steady) return;
  pending.succeeded_at = state.now.steady;
  state.out.push_back(
      effect::ArmTimer{{TimerId::Kind::kFence, state.coordination.next_fence++}, kDoubt});
}

void fencing_succeeded(ControllerState& state, const event::FenceFinished& event) {
  Coordination& coordination = state.coordination;
  const auto found = coordination.fencing.find(event.token);
  PendingFence& pending = found->second;
  coordination.failed_fencings.erase(pending.target);
  const message::Fenced fenced = success_of(state, pending);
  const bool kills = pending.action != "on";
  const bool doubtful =
      kills && whereabouts(state, pending.target, pending.incarnation) != Whereabouts::kGone;
  if (!state.synchronized() || (doubtful && event.by_hand)) {
    // The members are changing, or a person said so of a node that is alive: the group is told once
    // that is over. Nobody may wait for this request any more.
    state.fenced[pending.target] = {fenced, state.now.steady, event.by_hand};
    coordination.fencing.erase(found);
    need_plan(state, Urgency::kHard);
  } else if (doubtful) {
    doubt(state, pending);
  } else {
    pending.told = true;
    state.multicast(fenced);
  }
}

void condemn(ControllerState& state, const message::Fenced& fenced, bool by_hand) {
  if (is_condemned(state, fenced.target)) return;
  state.multicast(message::Condemned{state.now, fenced.target, fenced.incarnation, by_hand});
}

/// What others did, as far as it shows that the target is gone.
void announce_observed(ControllerState& state) {
  std::erase_if(state.fenced, [&](const auto& entry) {
    return !is_fresh(state, entry.second) && !is_condemned(state, entry.first);
  });
  for (auto entry = state.fenced.begin(); entry != state.fenced.end();) {
    ControllerState::SeenFencing& seen = entry->second;
    switch (whereabouts(state, entry->first, seen.fenced.incarnation)) {
      case Whereabouts::kGone:
        state.multicast(seen.fenced);
        state.coordination.telling.insert(entry->first);
        entry = state.fenced.erase(entry);
        continue;
      case Whereabouts::kThere:
        // Of a device's word it is not known for which boot it was asked.
        if (seen.by_hand && !seen.doubted) {
          condemn(state, seen.fenced, true);
          seen.doubted = true;
        }
        break;
      case Whereabouts::kUnsure:
      case Whereabouts::kBack:
        break;
    }
    ++entry;
  }
}

/// What this coordinator had done, once the targets are gone or have had their time.
void announce_own(ControllerState& state) {
  Coordination& coordination = state.coordination;
  for (auto entry = coordination.fencing.begin(); entry != coordination.fencing.end();) {
    PendingFence& pending = entry->second;
    if (!pending.succeeded_at || pending.told) {
      ++entry;
      continue;
    }
    const Milliseconds age = state.now.steady - *pending.succeeded_at;
    if (age > kFencingShows) {
      // It was not for this coordinator to tell meanwhile.
      entry = coordination.fencing.erase(entry);
      need_plan(state, Urgency::kHard);
      continue;
    }
    const message::Fenced fenced = success_of(state, pending);
    const Whereabouts where = whereabouts(state, pending.target, pending.incarnation);
    if (where == Whereabouts::kBack) {
      // Its time to leave begins anew.
      doubt(state, pending);
    } else if (where == Whereabouts::kGone || age >= kDoubt) {
      pending.told = true;
      state.multicast(fenced);
    } else if (where == Whereabouts::kThere && !pending.doubted) {
      pending.doubted = true;
      condemn(state, fenced, false);
    }
    ++entry;
  }
}

}  // namespace

void on_fence_finished(ControllerState& state, const event::FenceFinished& event) {
  Coordination& coordination = state.coordination;
  const auto found = coordination.fencing.find(event.token);
  if (found == coordination.fencing.end()) return;
  if (event.succeeded) {
    fencing_succeeded(state, event);
    return;
  }
  const PendingFence pending = found->second;
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
  // It may have been the boot before that was hit. A person's word is told at once.
  if (!event.by_hand && booted_lately(state, event.target)) return;
  const auto known = state.fenced.find(event.target);
  const bool says_more = event.by_hand && known != state.fenced.end() && !known->second.by_hand;
  if (known != state.fenced.end() && is_fresh(state, known->second) && !says_more) return;
  state.fenced[event.target] = {
      message::Fenced{state.now, event.target, incarnation_of(state, event.target), event.action,
                      true},
      state.now.steady, event.by_hand};
}

void announce_fencings(ControllerState& state) {
  announce_observed(state);
  announce_own(state);
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
  coordination.telling.erase(message.target);
  if (message.action == "on" && message.succeeded) {
    set_attribute(state, message.target, "#node-unfenced",
                  std::to_string(wall_seconds(message.now)));
    if (!message.device_digests.empty()) {
      set_attribute(state, message.target, "#digests-all", message.device_digests);
      set_attribute(state, message.target, "#digests-secure", message.open_device_digests);
    }
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
