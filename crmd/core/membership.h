#pragma once

#include <string>

#include "crmd/core/change.h"
#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// Who is in the cluster and in which state, and how the CIB shows it (`node_state`). Everything
/// here happens on all members at the same point of the order, but for the timers, on which only
/// the coordinator acts.
namespace systole::crmd {

/// A controller that comes back within this time after its death is not held against its node.
constexpr Milliseconds kControllerGrace = std::chrono::seconds(10);

void note_departures(ControllerState& state, const event::ViewChanged& event);

/// A round is complete: members that are new here join, in order of seniority, and all get the
/// attribute values that the nodes themselves have.
void settle_members(ControllerState& state);

/// Tells the group what this node's former replica knew, where that is to be done.
void send_report(ControllerState& state);
void on_report(ControllerState& state, NodeNumber sender, const message::Report& message);

/// The `lrm` element of a node as text; empty: none.
std::string history_text(const ControllerState& state, NodeNumber node);

void on_grace_over(ControllerState& state, NodeNumber node);
/// votequorum's member list or the coordinator changed: it gives up nodes that Corosync has lost.
void check_absent_nodes(ControllerState& state);
void on_given_up(ControllerState& state, NodeNumber sender, const message::GivenUp& message);
/// False when the fencing did not hit the boot of its target that the group knows.
bool on_fenced(ControllerState& state, const message::Fenced& message);
void on_leave_order(ControllerState& state, NodeNumber sender, const message::Leave& message);
/// The node of that name, or else of that number.
std::optional<NodeNumber> node_named(const ControllerState& state, const std::string& name,
                                     const std::string& id);

void on_remove_node(ControllerState& state, const message::RemoveNode& message);

/// The most senior member; nothing before the first agreement.
std::optional<NodeNumber> coordinator_of(const ControllerState& state);
bool has_reporters(const ControllerState& state);

/// Brings `node_state`, have-quorum and dc-uuid up to what the group knows.
void show_members(ControllerState& state, Cause cause = Cause::kOutside);

/// Tells this node's clients that the whole document is another one.
void announce_replacement(ControllerState& state, const xml::Document& old);

}  // namespace systole::crmd
