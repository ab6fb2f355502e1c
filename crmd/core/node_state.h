#pragma once

#include <string>

#include "crmd/core/state.h"
#include "lib/xml/element.h"

namespace systole::crmd {

/// A node's id in the CIB: its number in decimal.
std::string node_id(NodeNumber node);

/// "/cib/status/node_state[@id='N']"
std::string node_state_path(NodeNumber node);

/// Appends a `node_state` that names the node to `status`, to be merged into the CIB.
xml::Element append_node_state(const ControllerState& state, xml::Element status, NodeNumber node);

}  // namespace systole::crmd
