#include "crmd/core/membership.h"

#include <algorithm>
#include <tuple>

#include "crmd/core/attributes.h"
#include "crmd/core/change.h"
#include "crmd/core/coordination.h"
#include "crmd/core/durability.h"
#include "crmd/core/executor_link.h"
#include "crmd/core/node_names.h"
#include "crmd/core/node_state.h"
#include "crmd/core/remote_nodes.h"
#include "lib/base/strings.h"
#include "lib/cib/patchset.h"
#include "lib/xml/write.h"

namespace systole::crmd {
namespace {

using State = Peer::State;

bool is_in_group(const Peer& peer) {
  return peer.state == State::kMember || peer.state == State::kReporting;
}

/// Whether nobody knows what it still does.
bool is_gone_without_goodbye(const Peer& peer) {
  return peer.state == State::kGrace || peer.state == State::kOverdue || peer.state == State::kLost;
}

/// What runs on a node that is gone is known to be gone.
void forget_operations(ControllerState& state, NodeNumber node) {
  const std::size_t lost = std::erase_if(
      state.replica.in_flight, [&](const auto& entry) { return entry.second.target == node; });
  if (lost != 0) operations_lost(state, node);
}

void clear_history(ControllerState& state, NodeNumber node, Cause cause) {
  delete_path(state, node_state_path(node) + "/lrm", cause);
}

void clear_attributes(ControllerState& state, NodeNumber node, Cause cause) {
  delete_path(state, node_state_path(node) + "/transient_attributes", cause);
  state.replica.attributes.erase_node(node_name(state, node));
}

void depart(ControllerState& state, Peer& peer, const event::Departure& departure) {
  switch (departure.reason) {
    case event::LeaveReason::kNodeDown:
      peer.in_cluster = false;
      if (peer.leaving || peer.state == State::kLeft) {
        peer.state = State::kLeft;
      } else if (peer.state != State::kFenced) {
        peer.state = State::kLost;
      }
      break;
    case event::LeaveReason::kLeft:
    case event::LeaveReason::kProcessDown:
      if (peer.leaving) {
        peer.state = State::kLeft;
      } else if (peer.state != State::kFenced) {
        peer.state = State::kGrace;
      }
      break;
  }
  if (peer.state == State::kLeft) peer.condemned = false;
  if (peer.state == State::kGrace) {
    state.out.push_back(
        effect::ArmTimer{{TimerId::Kind::kGrace, departure.node.value()}, kControllerGrace});
  } else {
    forget_operations(state, departure.node);
  }
}

bool has_booted(const Peer& peer, const message::Summary& summary) {
  return !peer.incarnation.empty() && peer.incarnation != summary.incarnation;
}

void note_boots(ControllerState& state) {
  for (const auto& [node, peer] : state.replica.peers) {
    if (!is_in_group(peer) || peer.incarnation.empty()) continue;
    ControllerState::SeenBoot& seen = state.boots[node];
    if (seen.incarnation != peer.incarnation) seen = {peer.incarnation, state.now.steady};
  }
}

/// Those that come without a place in the replica that counts get theirs as they had it among each
/// other; a process that has just begun comes last.
std::vector<NodeNumber> in_order_of_age(const Agreement& agreement) {
  const auto age = [&](NodeNumber node) {
    const message::Summary& summary = agreement.summaries.at(node);
    return std::make_tuple(!summary.valid, !summary.continued, summary.seniority,
                           summary.own_seniority, -summary.present, node);
  };
  std::vector<NodeNumber> nodes = agreement.view;
  std::sort(nodes.begin(), nodes.end(),
            [&](NodeNumber a, NodeNumber b) { return age(a) < age(b); });
  return nodes;
}

/// Whether a member that takes over another's replica was in the cluster all the time, so that its
/// place among the members is that in which it joined.
bool keeps_place(const Agreement& agreement, const message::Summary& summary) {
  const message::Summary& best = agreement.summaries.at(agreement.authority);
  return summary.valid && summary.continued && summary.stamp.generation == best.stamp.generation;
}

/// Whether the replica that counts is of members that booted and were alone, while others have been
/// in the cluster all the time: those are senior to them.
bool is_of_strangers(const Agreement& agreement) {
  if (agreement.summaries.at(agreement.authority).continued) return false;
  return std::any_of(agreement.summaries.begin(), agreement.summaries.end(),
                     [&](const auto& entry) { return keeps_place(agreement, entry.second); });
}

void replace_history(ControllerState& state, NodeNumber node, const std::string& text) {
  clear_history(state, node, Cause::kOutside);
  if (text.empty()) return;
  const base::Result<xml::Document> history = xml::Document::parse(text);
  if (!history || !history->root().is("lrm")) {
    state.log(base::LogLevel::kError,
              base::cat("history reported by node ", node_name(state, node), " is garbled"));
    return;
  }
  const xml::Document status = xml::Document::create("status");
  append_node_state(state, status.root(), node).append_copy(history->root());
  modify_status(state, status, Cause::kOutside);
}

}  // namespace

void note_departures(ControllerState& state, const event::ViewChanged& event) {
  if (!state.live) return;
  for (const event::Departure& departure : event.left) {
    const auto peer = state.replica.peers.find(departure.node);
    if (peer == state.replica.peers.end()) continue;
    // The end of a controller that had hung is no news; its time runs already.
    const bool was_silent = state.agreement.silent.contains(departure.node);
    if (was_silent && departure.reason != event::LeaveReason::kNodeDown) continue;
    depart(state, peer->second, departure);
  }
}

void settle_members(ControllerState& state) {
  Replica& replica = state.replica;
  const bool strangers = is_of_strangers(state.agreement);
  for (const NodeNumber node : in_order_of_age(state.agreement)) {
    const message::Summary& summary = state.agreement.summaries[node];
    const auto known = replica.peers.find(node);
    const bool outdated = state.agreement.outdated.contains(node);
    const bool stays =
        known != replica.peers.end() && is_in_group(known->second) && summary.valid && !outdated;
    // Those of the boot before end here, and not with the report: what is asked for until that
    // comes holds.
    if (known != replica.peers.end() && has_booted(known->second, summary)) {
      clear_attributes(state, node, Cause::kOutside);
    }
    if (summary.valid) replica.attributes.replace_node(node_name(state, node), summary.attributes);
    if (stays) {
      if (strangers) known->second.seniority = replica.next_seniority++;
      continue;
    }
    Peer& peer = replica.peers[node];
    state.coordination.arrived.insert(node);
    // Its controller lost what it knew, and what it did while it was not in the group nobody saw.
    peer.doubtful = !summary.valid && known != replica.peers.end() && peer.state != State::kGrace &&
                    peer.state != State::kOverdue;
    peer.state = outdated ? State::kReporting : State::kMember;
    peer.in_cluster = true;
    peer.leaving = false;
    peer.seniority =
        keeps_place(state.agreement, summary) ? summary.own_seniority : replica.next_seniority;
    replica.next_seniority = std::max(replica.next_seniority, peer.seniority + 1);
    if (!outdated) peer.incarnation = summary.incarnation;
    state.out.push_back(effect::CancelTimer{{TimerId::Kind::kGrace, node.value()}});
  }
  // A node that was in the group before and was not seen leaving left with the losing partition's
  // view of it.
  for (auto& [node, peer] : replica.peers) {
    if (is_in_group(peer) && state.agreement.silent.contains(node)) {
      depart(state, peer, {node, event::LeaveReason::kProcessDown});
    } else if (is_in_group(peer) && !in_view(state, node)) {
      peer.state = State::kLost;
      peer.in_cluster = false;
      forget_operations(state, node);
    }
    if (peer.state == State::kGrace) {
      state.out.push_back(
          effect::ArmTimer{{TimerId::Kind::kGrace, node.value()}, kControllerGrace});
    }
  }
  note_boots(state);
  show_members(state);
}

void send_report(ControllerState& state) {
  const auto self = state.replica.peers.find(state.self());
  if (self == state.replica.peers.end() || self->second.state != State::kReporting) return;
  message::Report report;
  report.incarnation = state.boot.incarnation;
  if (state.report) {
    report.history = state.report->history;
    report.replaces_history = state.report->replaces_history;
    report.operations = state.report->operations;
  }
  state.multicast(report);
}

void on_report(ControllerState& state, NodeNumber sender, const message::Report& message) {
  const auto found = state.replica.peers.find(sender);
  if (found == state.replica.peers.end() || found->second.state != State::kReporting) return;
  Peer& peer = found->second;
  peer.state = State::kMember;
  if (!peer.incarnation.empty() && peer.incarnation != message.incarnation) {
    // Whatever ran there in the boot before does not run any more.
    forget_operations(state, sender);
    clear_history(state, sender, Cause::kOutside);
    peer.receipts = {};
    peer.condemned = false;
  }
  if (message.replaces_history) {
    replace_history(state, sender, message.history);
    std::erase_if(state.replica.in_flight,
                  [&](const auto& entry) { return entry.second.target == sender; });
    for (const Operation& operation : message.operations) {
      state.replica.in_flight[operation.transition_key] = InFlight{sender, operation};
      operation_started(state, operation);
    }
  } else if (peer.doubtful) {
    clear_history(state, sender, Cause::kOutside);
  }
  peer.doubtful = false;
  peer.incarnation = message.incarnation;
  note_boots(state);
  state.fenced.erase(node_name(state, sender));
  show_members(state);
  write_attributes_of(state, node_name(state, sender));
  if (sender == state.self()) {
    if (state.report) {
      for (message::Result& result : state.report->results) {
        result.repeated = true;
        result.receipt = 0;
        state.multicast(result);
      }
      state.report.reset();
    }
    reconcile_operations(state);
  }
  member_reported(state);
}

std::string history_text(const ControllerState& state, NodeNumber node) {
  const xml::Element entry = node_state(state, node_id(node));
  const xml::Element history = entry ? entry.first_child("lrm") : xml::Element();
  return history ? xml::to_string(history) : std::string();
}

void on_grace_over(ControllerState& state, NodeNumber node) {
  const auto peer = state.replica.peers.find(node);
  if (peer == state.replica.peers.end() || peer->second.state != State::kGrace) return;
  if (!state.synchronized() || coordinator_of(state) != state.self()) return;
  state.multicast(message::GivenUp{state.agreement.round, node, true});
}

void check_absent_nodes(ControllerState& state) {
  if (!state.synchronized() || coordinator_of(state) != state.self() || !state.quorum.known) return;
  for (const auto& [node, peer] : state.replica.peers) {
    if (!is_in_group(peer) && peer.in_cluster && !state.quorum.members.contains(node)) {
      state.multicast(message::GivenUp{state.agreement.round, node, false});
    }
  }
}

void on_given_up(ControllerState& state, NodeNumber sender, const message::GivenUp& message) {
  if (message.round != state.agreement.round || coordinator_of(state) != sender) return;
  const auto found = state.replica.peers.find(message.node);
  if (found == state.replica.peers.end() || is_in_group(found->second)) return;
  Peer& peer = found->second;
  peer.in_cluster = message.in_cluster;
  if (peer.state == State::kGrace || peer.state == State::kOverdue) {
    peer.state = message.in_cluster ? State::kOverdue : State::kLost;
    state.log(base::LogLevel::kWarning,
              base::cat("node ", node_name(state, message.node),
                        message.in_cluster ? " has no controller any more" : " is lost"));
    forget_operations(state, message.node);
  }
  show_members(state);
}

bool on_fenced(ControllerState& state, const message::Fenced& message) {
  state.fenced.erase(message.target);
  if (!message.succeeded || message.action == "on") return true;
  const std::optional<NodeNumber> node = node_number(state, message.target);
  if (!node) {
    remote_node_fenced(state, message);
    return true;
  }
  const auto known = state.replica.peers.find(*node);
  // Which boot speaks there is told by its report, which is on its way.
  if (known != state.replica.peers.end() && known->second.state == State::kReporting) return false;
  // It has booted since: that is what the fencing was for. Where it is lost again, the fencing says
  // nothing of what it runs now.
  if (known != state.replica.peers.end() && known->second.incarnation != message.incarnation &&
      (is_in_group(known->second) || !known->second.incarnation.empty())) {
    return false;
  }
  if (*node == state.self()) {
    state.exiting = true;
    state.out.push_back(effect::Exit{
        effect::After::kReset,
        "this node was fenced, as the others say, and is alive: they run its resources"});
    return true;
  }
  Peer& peer = state.replica.peers[*node];
  peer.state = State::kFenced;
  peer.leaving = false;
  peer.condemned = false;
  forget_operations(state, *node);
  const Cause cause = awaits_fencing(state, message) ? Cause::kExpected : Cause::kOutside;
  clear_history(state, *node, cause);
  clear_attributes(state, *node, cause);
  show_members(state, cause);
  renew_generation(state);
  return true;
}

void on_leave_order(ControllerState& state, NodeNumber sender, const message::Leave& message) {
  if (message.round != state.agreement.round || coordinator_of(state) != sender) return;
  const auto peer = state.replica.peers.find(message.target);
  if (peer == state.replica.peers.end()) return;
  peer->second.leaving = true;
  show_members(state, Cause::kExpected);
  if (message.target == state.self()) {
    state.exiting = true;
    const effect::After after =
        peer->second.condemned ? effect::After::kStayDown : effect::After::kEnd;
    state.out.push_back(effect::Exit{after, "shut down, its resources are stopped"});
  }
}

std::optional<NodeNumber> node_named(const ControllerState& state, const std::string& name,
                                     const std::string& id) {
  std::optional<NodeNumber> node = node_number(state, name);
  if (node || id.empty()) return node;
  if (const auto number = base::parse_integer<std::uint32_t>(id)) node = NodeNumber(*number);
  return node;
}

void on_remove_node(ControllerState& state, const message::RemoveNode& message) {
  const std::optional<NodeNumber> node = node_named(state, message.name, message.id);
  if (!node || in_view(state, *node)) return;
  const auto peer = state.replica.peers.find(*node);
  const bool lost = peer != state.replica.peers.end() && is_gone_without_goodbye(peer->second);
  if (lost && fencing_enabled(state)) {
    // Nobody knows whether it still runs resources, and once it is forgotten nobody would ask.
    state.log(base::LogLevel::kWarning, base::cat("node ", node_name(state, *node),
                                                  " is not removed: it was lost and has to "
                                                  "be fenced, or confirmed to be down, first"));
    return;
  }
  state.replica.attributes.erase_node(node_name(state, *node));
  state.replica.peers.erase(*node);
  forget_node_name(state, *node);
}

std::optional<NodeNumber> coordinator_of(const ControllerState& state) {
  const Peer* best = nullptr;
  std::optional<NodeNumber> node;
  for (const auto& [number, peer] : state.replica.peers) {
    if (!is_in_group(peer) || !in_view(state, number)) continue;
    if (best == nullptr || peer.seniority < best->seniority) {
      best = &peer;
      node = number;
    }
  }
  return node;
}

bool has_reporters(const ControllerState& state) {
  return std::any_of(state.replica.peers.begin(), state.replica.peers.end(),
                     [](const auto& entry) { return entry.second.state == State::kReporting; });
}

void announce_replacement(ControllerState& state, const xml::Document& old) {
  const xml::Element root = state.replica.document.root();
  std::optional<xml::Document> patchset = cib::create_patchset(old.root(), root);
  if (!patchset) return;
  xml::Document tuple = xml::Document::create("generation_tuple");
  for (const xml::Attribute attribute : root.attributes()) {
    tuple.root().set_attribute(attribute.name, attribute.value);
  }
  effect::NotifyCib notice;
  notice.operation = "cib_replace";
  notice.object_type = "cib";
  notice.generation = tuple.compact();
  notice.patchset = patchset->compact();
  constexpr std::uint32_t kEverything = 7;
  notice.refreshed = kEverything;
  state.out.push_back(std::move(notice));
}

}  // namespace systole::crmd
