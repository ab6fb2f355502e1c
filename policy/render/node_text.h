#pragma once

#include <string>

#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// "node1"; with detail "node1 (1)", of a guest "guest1@node2".
std::string node_name(const Status& status, NodeId node, bool detail);

/// "Node", "RemoteNode", "GuestNode".
std::string_view node_kind(const Node& node);

/// What a node is like, in the words of its line: "UNCLEAN (offline)", "standby", "online".
std::string node_state(const Status& status, NodeId node);

/// The feature set that a node's controller wrote its history with; "<3.15.1" for one that does not
/// tell. Empty for nodes that are not there.
std::string node_feature_set(const Status& status, NodeId node);

/// "node1: online", with detail "node1 (1): online, feature set 3.16.1": the line of one node.
std::string node_line(const Status& status, NodeId node, bool detail);

/// The list below "Node List:": nodes in a special state on lines of their own, the others
/// together on "Online: [ ... ]" and its kind.
void print_node_list(const Status& status, const ListOptions& options, cli::Output& output);

/// What a list about a node is headed with: "Node: node1" in text, the name alone in HTML.
std::string node_heading(const Status& status, NodeId node, bool detail, const cli::Output& output);

}  // namespace systole::policy::render
