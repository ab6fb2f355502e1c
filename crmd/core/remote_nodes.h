#pragma once

#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// Nodes without a controller: guests, and those that a connection resource reaches. What is known
/// of them is in the status section alone, under their names.
namespace systole::crmd {

/// The node's resources and attributes ended with it. A node that is no guest of a resource is
/// marked as fenced until its connection is made again.
void remote_node_fenced(ControllerState& state, const message::Fenced& message);

/// A connection was made: what was said of the node's end is over.
void remote_node_connected(ControllerState& state, const Operation& connection);

/// Whether the operation makes the connection to a remote node.
bool makes_connection(const Operation& operation);

}  // namespace systole::crmd
