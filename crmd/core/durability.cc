#include "crmd/core/durability.h"

#include <algorithm>

#include "crmd/core/bootstrap.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

constexpr Milliseconds kRetryWrite = std::chrono::seconds(2);

/// The part of a version that is stored: status changes do not count.
Version stored_part(Version version) {
  version.num_updates = 0;
  return version;
}

std::string stored_text(const ControllerState& state) {
  const xml::Element root = state.replica.document.root();
  const xml::Document stored = xml::Document::create(root.name());
  for (const xml::Attribute attribute : root.attributes()) {
    stored.root().set_attribute(attribute.name, attribute.value);
  }
  for (const xml::Element part : root.children()) {
    if (!part.is("status")) stored.root().append_copy(part);
  }
  return stored.indented();
}

void start_write(ControllerState& state) {
  Durability& durability = state.durability;
  durability.wanted = false;
  Durability::Write write{PersistId(durability.next_persist++), state.stamp,
                          stored_part(state.replica.document.version())};
  durability.in_progress = write;
  state.out.push_back(effect::Persist{write.id, write.stamp, stored_text(state)});
}

void tell_what_is_stored(ControllerState& state) {
  Durability& durability = state.durability;
  if (!state.synchronized()) return;
  if (durability.preparing != 0 && durability.on_disk.promised >= durability.preparing &&
      !durability.promised.contains(state.self())) {
    state.multicast(message::Promised{durability.preparing});
  }
  state.multicast(
      message::Durable{false, {}, durability.on_disk.generation, durability.version_on_disk});
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
    return durability.on_disk.provisional == state.stamp.provisional &&
           durability.version_on_disk >= version;
  }
  return durability.established && on_enough_disks(durability, version);
}

/// Uses as many disks from now on. Where no majority can be reached any more, a change that it may
/// lack is provisional.
void need_disks(ControllerState& state, std::uint32_t disks) {
  Durability& durability = state.durability;
  const bool undecided = durability.established && !on_enough_disks(durability, state.stamp.base);
  durability.needed = disks;
  if (undecided && only_provisional(state)) state.stamp.provisional = true;
}

/// The version was lowered: higher ones on this disk do not contain what is the newest now, which
/// contains what waits.
void forget_higher_versions(ControllerState& state, const Version& newest) {
  constexpr Version kNothing{.admin_epoch = -1};
  Durability& durability = state.durability;
  durability.version_on_disk = kNothing;
  if (durability.in_progress) durability.in_progress->version = kNothing;
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
    forget_higher_versions(state, after);
    if (state.durability.established) {
      begin_generation(state, state.durability.highest, state.durability.needed);
      return;
    }
  }
  if (state.durability.established) {
    state.stamp.base = stored_part(state.replica.document.version());
  } else {
    state.stamp.provisional = true;
  }
  persist(state);
}

void persist(ControllerState& state) {
  if (state.durability.in_progress) {
    state.durability.wanted = true;
  } else {
    start_write(state);
  }
}

void begin_generation(ControllerState& state, std::uint64_t highest_promise, std::uint32_t disks) {
  Durability& durability = state.durability;
  need_disks(state, disks);
  durability.promised.clear();
  durability.durable.clear();
  durability.failed.clear();
  durability.established = false;
  durability.highest = state.replica.quorate ? highest_promise + 1 : highest_promise;
  durability.preparing = state.replica.quorate ? durability.highest : 0;
  if (durability.preparing != 0) {
    state.stamp.promised = std::max(state.stamp.promised, durability.preparing);
  }
  persist(state);
}

void end_generation(ControllerState& state, std::uint32_t disks) {
  need_disks(state, disks);
  state.durability.preparing = 0;
  state.durability.established = false;
  persist(state);
  answer_waiting(state);
}

void renew_generation(ControllerState& state) {
  const Durability& durability = state.durability;
  if (durability.preparing == 0) return;
  begin_generation(state, durability.highest, durability.needed);
}

void on_persisted(ControllerState& state, const event::Persisted& event) {
  Durability& durability = state.durability;
  if (!durability.in_progress || durability.in_progress->id != event.id) return;
  const Durability::Write write = *durability.in_progress;
  durability.in_progress.reset();
  if (event.error) {
    durability.wanted = true;
    durability.failed.insert(state.self());
    state.log(base::LogLevel::kError,
              base::cat("cannot write the CIB to disk: ", event.error->message));
    state.out.push_back(effect::ArmTimer{{TimerId::Kind::kPersist, 0}, kRetryWrite});
    if (state.synchronized()) {
      state.multicast(message::Durable{true, event.error->message, 0, {}});
    }
    answer_waiting(state);
    return;
  }
  durability.failed.erase(state.self());
  durability.on_disk = write.stamp;
  durability.version_on_disk = write.version;
  tell_what_is_stored(state);
  if (durability.wanted) start_write(state);
  answer_waiting(state);
}

void on_persist_retry(ControllerState& state) {
  if (state.durability.wanted && !state.durability.in_progress) start_write(state);
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
    if (durability.established && message.generation == state.stamp.generation) {
      Version& version = durability.durable[sender];
      version = std::max(version, message.version);
    }
  }
  answer_waiting(state);
}

void on_promised(ControllerState& state, NodeNumber sender, const message::Promised& message) {
  Durability& durability = state.durability;
  if (durability.preparing == 0 || message.generation != durability.preparing) return;
  durability.promised.insert(sender);
  if (durability.established || durability.promised.size() < state.durability.needed) return;
  durability.established = true;
  state.stamp.generation = durability.preparing;
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
