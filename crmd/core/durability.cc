#include "crmd/core/durability.h"

#include <algorithm>

#include "crmd/core/bootstrap.h"
#include "crmd/core/disk.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

using Phase = Durability::Phase;

void tell_what_is_stored(ControllerState& state) {
  if (!state.synchronized()) return;
  const Durability& durability = state.durability;
  const Disk::Content& stored = state.disk.content;
  if (durability.phase != Phase::kNone && stored.stamp.promised >= durability.generation &&
      !durability.promised.contains(state.self())) {
    state.multicast(message::Promised{durability.generation});
  }
  state.multicast(message::Durable{false, {}, stored.stamp.generation, stored.version});
}

/// No majority of disks can be reached, whatever happens: changes are provisional.
bool only_provisional(const ControllerState& state) {
  return !state.replica.quorate || state.agreement.view.size() < state.durability.needed;
}

bool on_enough_disks(const Durability& durability, const Version& version) {
  const auto has_it = [&](const auto& entry) { return entry.second >= version; };
  const auto disks = std::count_if(durability.durable.begin(), durability.durable.end(), has_it);
  return static_cast<std::size_t>(disks) >= durability.needed;
}

bool safe(const ControllerState& state, const Version& version) {
  const Durability& durability = state.durability;
  if (only_provisional(state)) {
    const Disk::Content& stored = state.disk.content;
    return stored.stamp.provisional == state.stamp.provisional && stored.version >= version;
  }
  return durability.established() && on_enough_disks(durability, version);
}

/// Uses as many disks from now on. Where no majority can be reached any more, a change that it may
/// lack is provisional.
void need_disks(ControllerState& state, std::uint32_t disks) {
  Durability& durability = state.durability;
  const bool undecided = durability.established() && !on_enough_disks(durability, state.stamp.base);
  durability.needed = disks;
  if (undecided && only_provisional(state)) state.stamp.provisional = true;
}

/// The version was lowered: the newest contains what waits.
void wait_for(ControllerState& state, const Version& newest) {
  for (auto& [token, call] : state.calls) {
    if (call.applied) call.version = newest;
  }
}

/// So many members cannot write that waiting is of no use.
bool hopeless(const ControllerState& state) {
  const Durability& durability = state.durability;
  if (only_provisional(state)) return durability.failed.contains(state.self());
  const auto works = [&](NodeNumber node) { return !durability.failed.contains(node); };
  const auto& view = state.agreement.view;
  return static_cast<std::size_t>(std::count_if(view.begin(), view.end(), works)) <
         state.durability.needed;
}

void answer_waiting(ControllerState& state) {
  // Whether a change is provisional is known when the members have agreed.
  if (!state.synchronized()) return;
  const bool lost = hopeless(state);
  for (auto call = state.calls.begin(); call != state.calls.end();) {
    PendingCall& pending = call->second;
    if (!pending.applied || (!lost && !safe(state, pending.version))) {
      ++call;
      continue;
    }
    if (!safe(state, pending.version)) {
      pending.answer.error =
          base::Error{base::Errc::kNoSpace,
                      "the change is in effect, but too few nodes could write it to disk: it is "
                      "lost if they lose power"};
    }
    pending.answer.provisional = only_provisional(state);
    state.out.push_back(effect::ReplyCib{CallToken(call->first), std::move(pending.answer)});
    call = state.calls.erase(call);
  }
}

}  // namespace

std::uint32_t disks_to_ask_for(const ControllerState& state) {
  const std::size_t nodes = std::max<std::size_t>(state.boot.nodes.size(), 1);
  // A quorum device has votes and stores nothing: nodes count. Where the quorum
  // rules let fewer nodes than a majority act, no more than those can store.
  const std::size_t members = std::max<std::size_t>(state.quorum.members.size(), 1);
  return static_cast<std::uint32_t>(std::min(nodes / 2 + 1, members));
}

void configuration_changed(ControllerState& state, const Version& before) {
  note_configured(state);
  const Version after = stored_part(state.replica.document.version());
  if (after <= stored_part(before)) {
    disregard_disk(state);
    wait_for(state, after);
    if (state.durability.established()) {
      begin_generation(state, state.durability.generation, state.durability.needed);
      return;
    }
  }
  if (state.durability.established()) {
    state.stamp.base = after;
  } else {
    state.stamp.provisional = true;
  }
  persist(state);
}

void begin_generation(ControllerState& state, std::uint64_t highest_promise, std::uint32_t disks) {
  Durability& durability = state.durability;
  need_disks(state, disks);
  durability.promised.clear();
  durability.durable.clear();
  durability.failed.clear();
  durability.phase = state.replica.quorate ? Phase::kPreparing : Phase::kNone;
  durability.generation = state.replica.quorate ? highest_promise + 1 : highest_promise;
  if (state.replica.quorate) {
    state.stamp.promised = std::max(state.stamp.promised, durability.generation);
  }
  persist(state);
}

void end_generation(ControllerState& state, std::uint32_t disks) {
  need_disks(state, disks);
  state.durability.phase = Phase::kNone;
  persist(state);
  answer_waiting(state);
}

void renew_generation(ControllerState& state) {
  const Durability& durability = state.durability;
  if (durability.phase == Phase::kNone) return;
  begin_generation(state, durability.generation, durability.needed);
}

void on_persisted(ControllerState& state, const event::Persisted& event) {
  if (!finish_write(state, event)) return;
  if (!event.error) {
    state.durability.failed.erase(state.self());
    tell_what_is_stored(state);
  } else {
    state.durability.failed.insert(state.self());
    if (state.synchronized()) {
      state.multicast(message::Durable{true, event.error->message, 0, {}});
    }
  }
  answer_waiting(state);
}

void on_durable(ControllerState& state, NodeNumber sender, const message::Durable& message) {
  Durability& durability = state.durability;
  if (message.failed) {
    durability.failed.insert(sender);
    if (sender != state.self()) {
      state.log(base::LogLevel::kWarning,
                base::cat("node ", node_name(state, sender),
                          " cannot write the CIB to disk: ", message.reason));
    }
  } else {
    durability.failed.erase(sender);
    if (durability.established() && message.generation == state.stamp.generation) {
      Version& version = durability.durable[sender];
      version = std::max(version, message.version);
    }
  }
  answer_waiting(state);
}

void on_promised(ControllerState& state, NodeNumber sender, const message::Promised& message) {
  Durability& durability = state.durability;
  if (durability.phase == Phase::kNone || message.generation != durability.generation) return;
  durability.promised.insert(sender);
  if (durability.established() || durability.promised.size() < durability.needed) return;
  durability.phase = Phase::kEstablished;
  state.stamp.generation = durability.generation;
  state.stamp.base = stored_part(state.replica.document.version());
  state.stamp.provisional = false;
  state.replica.continued = true;
  persist(state);
}

void answer_when_durable(ControllerState& state, CallToken token, CibAnswer answer,
                         const Version& version) {
  PendingCall& pending = state.calls[token.value()];
  pending.applied = true;
  pending.version = stored_part(version);
  pending.answer = std::move(answer);
  answer_waiting(state);
}

}  // namespace systole::crmd
