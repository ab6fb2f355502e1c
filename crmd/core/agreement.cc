#include "crmd/core/agreement.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "crmd/core/bootstrap.h"
#include "crmd/core/calls.h"
#include "crmd/core/change.h"
#include "crmd/core/coordination.h"
#include "crmd/core/dispatch.h"
#include "crmd/core/durability.h"
#include "crmd/core/image.h"
#include "crmd/core/membership.h"
#include "crmd/core/node_names.h"
#include "crmd/core/silence.h"
#include "lib/base/strings.h"
#include "lib/xml/write.h"

namespace systole::crmd {
namespace {

using Phase = Agreement::Phase;

/// votequorum has this long to say the same as CPG.
constexpr Milliseconds kRoundBound = std::chrono::seconds(5);

std::vector<NodeNumber> without(std::vector<NodeNumber> members,
                                const std::set<NodeNumber>& silent) {
  std::erase_if(members, [&](NodeNumber node) { return silent.contains(node); });
  return members;
}

/// In the view before this one, as far as its members are in this replica.
std::uint64_t seniority_of_coordinator(const ControllerState& state) {
  std::uint64_t best = std::numeric_limits<std::uint64_t>::max();
  for (const auto& [node, peer] : state.replica.peers) {
    const bool member = peer.state == Peer::State::kMember || peer.state == Peer::State::kReporting;
    if (member && in_view(state, node)) best = std::min(best, peer.seniority);
  }
  return best;
}

void send_summary(ControllerState& state) {
  message::Summary summary;
  summary.round = state.agreement.round;
  summary.valid = state.live;
  summary.name = own_name(state);
  summary.stamp = state.stamp;
  summary.version = state.replica.document.version();
  summary.digest = replica_digest(state);
  summary.continued = state.replica.continued;
  summary.seniority = seniority_of_coordinator(state);
  const auto self = state.replica.peers.find(state.self());
  if (self != state.replica.peers.end()) summary.own_seniority = self->second.seniority;
  const auto boot = state.boots.find(state.self());
  if (boot != state.boots.end()) summary.present = state.now.steady - boot->second.since;
  summary.incarnation = state.boot.incarnation;
  summary.feature_set = cib::kFeatureSet;
  summary.attributes = state.replica.attributes.values_of(node_name(state, state.self()));
  state.multicast(summary);
}

/// What cannot be delivered as it was meant after the members changed is sent again, except orders
/// of a coordinator, which belong to their view.
bool worth_resending(const Message& message) {
  return !std::holds_alternative<message::Execute>(message) &&
         !std::holds_alternative<message::Cancel>(message) &&
         !std::holds_alternative<message::Leave>(message) &&
         !std::holds_alternative<message::GivenUp>(message) &&
         !std::holds_alternative<message::Quorum>(message) &&
         !std::holds_alternative<message::Durable>(message) &&
         !std::holds_alternative<message::Promised>(message) &&
         !std::holds_alternative<message::Report>(message);
}

void send_held_again(ControllerState& state) {
  for (const auto& [sender, message] : state.agreement.held) {
    if (sender == state.self() && worth_resending(message)) state.multicast(message);
  }
  state.agreement.held.clear();
}

/// A change asked for here that the winning replica may or may not contain.
void fail_pending_calls(ControllerState& state) {
  for (auto call = state.calls.begin(); call != state.calls.end();) {
    if (!call->second.applied) {
      ++call;
      continue;
    }
    CibAnswer answer;
    answer.error = base::Error{base::Errc::kNotConnected,
                               "partitions merged before the change was safe: the other "
                               "partition's configuration is in effect now, look what it has"};
    state.out.push_back(effect::ReplyCib{CallToken(call->first), std::move(answer)});
    call = state.calls.erase(call);
  }
}

std::string configuration_text(const ControllerState& state) {
  const xml::Element part = state.replica.document.root().first_child("configuration");
  return part ? xml::to_string(part) : std::string();
}

/// What only this replica knows of this node. Of a replica that was taken over itself and that has
/// not heard this node's report yet, that is the report.
OwnReport own_report(const ControllerState& state) {
  if (state.report) return *state.report;
  OwnReport report;
  if (!state.live) return report;
  report.history = history_text(state, state.self());
  report.replaces_history = true;
  for (const auto& [key, flight] : state.replica.in_flight) {
    if (flight.target == state.self()) report.operations.push_back(flight.operation);
  }
  return report;
}

/// Takes over the winner's replica, keeping what only this one knew.
base::Result<void> replace_replica(ControllerState& state, const std::string& image) {
  const Stamp old_stamp = state.stamp;
  const std::string old_configuration = configuration_text(state);
  const xml::Document old = state.replica.document.xml().clone();
  OwnReport report = own_report(state);
  if (base::Result<void> adopted = adopt_image(state, image); !adopted) return adopted;
  const xml::Element old_part = old.root().first_child("configuration");
  const bool worth_keeping = old_part && !only_describes(old_part);
  if (old_stamp.provisional && worth_keeping && old_configuration != configuration_text(state)) {
    state.log(base::LogLevel::kWarning,
              "configuration changes made without quorum lost against the configuration of the "
              "partition that had it; they are kept in a conflict file");
    state.out.push_back(effect::KeepConflict{old.indented(), old_stamp});
  }
  state.report = std::move(report);
  // What is on how many disks is known of the old one.
  state.durability.phase = Durability::Phase::kNone;
  fail_pending_calls(state);
  announce_replacement(state, old);
  return {};
}

/// Applies what the summaries say of members and their attributes, and what waited.
void complete(ControllerState& state) {
  Agreement& agreement = state.agreement;
  agreement.phase = Phase::kDone;
  // Where votequorum still counts who went down, it may do so for good: they can be back without
  // their controllers.
  if (state.quorum.stale.empty()) {
    state.out.push_back(effect::CancelTimer{{TimerId::Kind::kSync, 0}});
  }
  state.live = true;
  take_own_names(state);
  state.replica.quorate = agreement.round_quorate;
  std::uint64_t promise = 0;
  for (const auto& [node, summary] : agreement.summaries) {
    promise = std::max({promise, summary.stamp.promised, summary.stamp.generation});
  }
  settle_members(state);
  begin_generation(state, promise, agreement.round_disks);
  send_report(state);
  watch_silence(state);
  start_coordination(state);
  tell_node_names(state);
  std::vector<std::pair<NodeNumber, Message>> held;
  held.swap(agreement.held);
  for (auto& [sender, message] : held) dispatch(state, sender, std::move(message));
  answer_unheard(state);
  check_absent_nodes(state);
  tell_quorum(state);
}

void decide(ControllerState& state) {
  Agreement& agreement = state.agreement;
  agreement.authority = agreement.view.front();
  for (const NodeNumber node : agreement.view) {
    if (better(agreement.summaries[node], node, agreement.summaries[agreement.authority],
               agreement.authority)) {
      agreement.authority = node;
    }
  }
  const message::Summary& best = agreement.summaries[agreement.authority];
  agreement.outdated.clear();
  for (const auto& [node, summary] : agreement.summaries) {
    if (summary.digest != best.digest || !summary.valid) agreement.outdated.insert(node);
  }
  agreement.outdated.erase(agreement.authority);
  if (agreement.outdated.empty()) {
    complete(state);
    return;
  }
  agreement.phase = Phase::kImage;
  if (agreement.authority == state.self()) {
    state.multicast(message::ReplicaImage{agreement.round, encode_image(state)});
  }
}

/// Nodes that CPG saw go down and votequorum still counts.
void note_stale_quorum(ControllerState& state, const event::ViewChanged& event) {
  for (const event::Departure& departure : event.left) {
    if (departure.reason == event::LeaveReason::kNodeDown &&
        state.quorum.members.contains(departure.node)) {
      state.quorum.stale.insert(departure.node);
    }
  }
  for (const NodeNumber node : event.members) state.quorum.stale.erase(node);
}

}  // namespace

bool better(const message::Summary& a, NodeNumber node_a, const message::Summary& b,
            NodeNumber node_b) {
  const auto rank = [](const message::Summary& s) {
    // Of replicas with one configuration that of the older cluster counts: a node that has booted
    // and been alone since must not make those that lived on its juniors. Of nodes that all were
    // alone the first counts, so that those that start one by one keep the coordinator they have.
    const auto age = std::numeric_limits<std::uint64_t>::max() - s.seniority;
    // What an administrator loads into the first node, while the others form a quorate partition
    // that nobody has configured yet, is all there is.
    return std::make_tuple(s.stamp.configured, s.stamp.generation, s.stamp.base,
                           s.version.admin_epoch, s.version.epoch, s.valid, s.continued, age,
                           s.present, s.version.num_updates);
  };
  const auto rank_a = rank(a);
  const auto rank_b = rank(b);
  if (rank_a != rank_b) return rank_a > rank_b;
  if (a.digest != b.digest) return a.digest > b.digest;
  return node_a < node_b;
}

std::optional<bool> settled_quorum(const ControllerState& state) {
  const LocalQuorum& quorum = state.quorum;
  if (!quorum.known) return std::nullopt;
  for (const NodeNumber node : state.agreement.view) {
    if (!quorum.members.contains(node)) return std::nullopt;
  }
  // CPG says that these went down with their nodes, votequorum does not yet.
  if (!quorum.stale.empty()) return std::nullopt;
  return quorum.quorate;
}

void tell_quorum(ControllerState& state) {
  if (!state.synchronized() || state.exiting || coordinator_of(state) != state.self()) return;
  const std::optional<bool> quorate = settled_quorum(state);
  if (!quorate || *quorate == state.replica.quorate) return;
  state.multicast(message::Quorum{*quorate, disks_to_ask_for(state)});
}

void begin_round_if_ready(ControllerState& state, bool whatever_quorum_says) {
  Agreement& agreement = state.agreement;
  if (agreement.phase != Phase::kWaiting || agreement.begin_sent) return;
  if (agreement.view.front() != state.self()) return;
  const std::optional<bool> quorate = settled_quorum(state);
  if (!quorate && !whatever_quorum_says) return;
  agreement.begin_sent = true;
  begin_round(state, agreement.silent);
}

void begin_round(ControllerState& state, std::set<NodeNumber> silent) {
  Agreement& agreement = state.agreement;
  // After the bound votequorum's last word counts, whatever CPG says.
  const bool last_word = state.quorum.known && state.quorum.quorate;
  const message::RoundId round{state.self(), state.boot.process, ++agreement.begins};
  state.multicast(message::SyncBegin{round, agreement.group, std::move(silent),
                                     settled_quorum(state).value_or(last_word),
                                     disks_to_ask_for(state)});
}

void on_quorum_overdue(ControllerState& state) {
  state.quorum.stale.clear();
  begin_round_if_ready(state, true);
  tell_quorum(state);
}

void on_view(ControllerState& state, const event::ViewChanged& event) {
  Agreement& agreement = state.agreement;
  agreement.group = event.members;
  std::sort(agreement.group.begin(), agreement.group.end());
  send_held_again(state);
  note_departures(state, event);
  note_unheard(state, event);
  for (const event::Departure& departure : event.left) agreement.silent.erase(departure.node);
  for (const NodeNumber node : event.joined) agreement.silent.erase(node);
  agreement.view = without(agreement.group, agreement.silent);
  note_stale_quorum(state, event);
  pause_coordination(state);
  agreement.summaries.clear();
  agreement.outdated.clear();
  agreement.begin_sent = false;
  state.published = false;
  if (!in_view(state, state.self())) {
    agreement.phase = Phase::kAlone;
    return;
  }
  agreement.phase = Phase::kWaiting;
  state.out.push_back(effect::ArmTimer{{TimerId::Kind::kSync, 0}, kRoundBound});
  watch_silence(state);
  begin_round_if_ready(state, false);
}

void on_sync_begin(ControllerState& state, NodeNumber sender, const message::SyncBegin& message) {
  Agreement& agreement = state.agreement;
  if (agreement.phase == Phase::kAlone || message.members != agreement.group) return;
  const std::vector<NodeNumber> view = without(message.members, message.silent);
  if (view.empty() || sender != view.front()) return;
  if (message.silent.contains(state.self())) {
    leave_as_silent(state);
    return;
  }
  if (agreement.phase == Phase::kDone) pause_coordination(state);
  agreement.view = view;
  agreement.silent = message.silent;
  watch_silence(state);
  agreement.phase = Phase::kSummaries;
  agreement.round = message.round;
  agreement.round_quorate = message.quorate;
  agreement.round_disks = message.disks;
  agreement.summaries.clear();
  send_summary(state);
}

void on_summary(ControllerState& state, NodeNumber sender, message::Summary message) {
  Agreement& agreement = state.agreement;
  if (agreement.phase != Phase::kSummaries || message.round != agreement.round) return;
  if (!in_view(state, sender)) return;
  agreement.summaries[sender] = std::move(message);
  if (agreement.summaries.size() == agreement.view.size()) decide(state);
}

void on_replica_image(ControllerState& state, NodeNumber sender,
                      const message::ReplicaImage& message) {
  Agreement& agreement = state.agreement;
  if (agreement.phase != Phase::kImage || message.round != agreement.round ||
      sender != agreement.authority) {
    return;
  }
  if (agreement.outdated.contains(state.self())) {
    if (const base::Result<void> done = replace_replica(state, message.image); !done) {
      state.exiting = true;
      state.out.push_back(
          effect::Exit{effect::After::kRestart,
                       base::cat("cannot take over the replica of node ", node_name(state, sender),
                                 ": ", done.error().message)});
      return;
    }
  }
  complete(state);
}

bool hold(ControllerState& state, NodeNumber sender, Message& message) {
  if (state.synchronized()) return false;
  if (state.agreement.phase != Phase::kAlone) {
    state.agreement.held.emplace_back(sender, std::move(message));
  }
  return true;
}

}  // namespace systole::crmd
