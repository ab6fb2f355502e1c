#pragma once

#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// The names of nodes, which are part of what is written of them and so have to be the same on all
/// replicas. Corosync's configuration may name a node differently on each of them, or not at all:
/// then every node knows its own name only.
namespace systole::crmd {

/// What this node is called by its own configuration; nobody knows better.
std::string own_name(const ControllerState& state);

/// A round is over: its members are called what they call themselves.
void take_own_names(ControllerState& state);

/// The coordinator tells the names of nodes that nobody has seen yet, as far as they are new.
void tell_node_names(ControllerState& state);
void on_node_names(ControllerState& state, NodeNumber sender, const message::NodeNames& message);

/// A removed node's name is free.
void forget_node_name(ControllerState& state, NodeNumber node);

}  // namespace systole::crmd
