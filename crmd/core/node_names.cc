#include "crmd/core/node_names.h"

#include <string>

#include "crmd/core/membership.h"

namespace systole::crmd {
namespace {

/// A name is of one node only; the newest word counts.
void set_name(Replica& replica, NodeNumber node, const std::string& name) {
  std::erase_if(replica.names, [&](const auto& entry) { return entry.second == name; });
  replica.names[node] = name;
}

/// Whether the coordinator's word counts: a node that was seen has said its name, and a member
/// keeps its.
bool may_name(const ControllerState& state, NodeNumber node, const std::string& name) {
  const auto known = state.replica.names.find(node);
  if (known != state.replica.names.end()) {
    if (known->second == name || state.replica.peers.contains(node)) return false;
  }
  const std::optional<NodeNumber> other = node_number(state, name);
  return !other || !in_view(state, *other);
}

}  // namespace

std::string own_name(const ControllerState& state) {
  for (const ConfiguredNode& node : state.boot.nodes) {
    if (node.number == state.self()) return node.name;
  }
  return std::to_string(state.self().value());
}

void take_own_names(ControllerState& state) {
  for (const auto& [node, summary] : state.agreement.summaries) {
    if (!summary.name.empty()) set_name(state.replica, node, summary.name);
  }
}

void tell_node_names(ControllerState& state) {
  if (!state.synchronized() || state.exiting || coordinator_of(state) != state.self()) return;
  message::NodeNames message;
  for (const ConfiguredNode& node : state.boot.nodes) {
    if (may_name(state, node.number, node.name)) message.names[node.number] = node.name;
  }
  if (!message.names.empty()) state.multicast(message);
}

void on_node_names(ControllerState& state, NodeNumber sender, const message::NodeNames& message) {
  if (coordinator_of(state) != sender) return;
  for (const auto& [node, name] : message.names) {
    if (may_name(state, node, name)) set_name(state.replica, node, name);
  }
}

void forget_node_name(ControllerState& state, NodeNumber node) {
  if (!in_view(state, node)) state.replica.names.erase(node);
}

}  // namespace systole::crmd
