#pragma once

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// Finding one replica after a change of members.
///
/// CPG delivers the same messages to all members between two changes. After a change nothing is
/// applied; the leader (smallest number) asks for summaries, which makes one point of the order at
/// which all stand. When all summaries are there everyone sees the same winner; it sends its
/// replica if somebody's differs. Then what was delivered meanwhile is applied. A round that the
/// next change interrupts is as if it had not been: what was held is sent again by its senders.
namespace systole::crmd {

void on_view(ControllerState& state, const event::ViewChanged& event);

/// The leader's own quorum information may be complete now.
void begin_round_if_ready(ControllerState& state, bool whatever_quorum_says);
/// Begins a round of the present view but those of it that are silent.
void begin_round(ControllerState& state, std::set<NodeNumber> silent);
/// votequorum has had its time to say the same as CPG: its last word counts.
void on_quorum_overdue(ControllerState& state);

void on_sync_begin(ControllerState& state, NodeNumber sender, const message::SyncBegin& message);
void on_summary(ControllerState& state, NodeNumber sender, message::Summary message);
void on_replica_image(ControllerState& state, NodeNumber sender,
                      const message::ReplicaImage& message);

/// True when the message has to wait for the agreement; it is kept then.
bool hold(ControllerState& state, NodeNumber sender, Message& message);

/// Quorum as votequorum and CPG agree on it; nothing while they differ.
std::optional<bool> settled_quorum(const ControllerState& state);

/// The coordinator tells the group when it knows quorum better than the group does: it came or went
/// without a change of members, or the leader of the last round had not heard of it.
void tell_quorum(ControllerState& state);

/// Is `a` the better replica? A total order, the same on all nodes.
bool better(const message::Summary& a, NodeNumber node_a, const message::Summary& b,
            NodeNumber node_b);

}  // namespace systole::crmd
