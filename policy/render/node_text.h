#pragma once

#include <string>

#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// "node1", with detail "node1 (1)"; of a guest "guest1@node2".
std::string node_name(const Status& status, NodeId node, bool detail);

/// "Node", "RemoteNode", "GuestNode".
std::string_view node_kind(const Node& node);

/// What a node is like, in the words of its line: "UNCLEAN (offline)", "standby", "online".
std::string node_state(const Status& status, NodeId node);

/// The list below "Node List:": nodes in a special state on lines of their own, the others
/// together on "Online: [ ... ]" and its kind.
void print_node_list(const Status& status, const ListOptions& options, cli::Output& output);

}  // namespace systole::policy::render
