#include "crmd/core/node_state.h"

#include "crmd/core/attributes.h"
#include "crmd/core/change.h"
#include "crmd/core/membership.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

using State = Peer::State;

/// What `node_state` says of a node; a null text leaves what is there.
struct Shown {
  const char* in_ccm = nullptr;
  const char* crmd = nullptr;
  const char* join = nullptr;
  const char* expected = nullptr;
};

Shown shown(const Peer& peer, bool known) {
  const char* in_ccm = peer.in_cluster ? "true" : "false";
  switch (peer.state) {
    case State::kMember:
      if (peer.leaving) return {in_ccm, "online", "member", "down"};
      return {in_ccm, "online", "member", "member"};
    case State::kReporting:
      // A controller that was restarted has not changed what its node does.
      return known ? Shown{} : Shown{in_ccm, "online", "pending", "member"};
    case State::kGrace:
      return {};
    case State::kOverdue:
    case State::kLost:
      return {in_ccm, "offline", nullptr, nullptr};
    case State::kLeft:
    case State::kFenced:
      // Readers take a member without a controller for one that is about to get it.
      return {"false", "offline", "down", "down"};
  }
  return {};
}

bool show(xml::Element target, xml::Element current, std::string_view name, const char* value) {
  if (value == nullptr) return false;
  if (current && current.attribute(name) == value) return false;
  target.set_attribute(name, value);
  return true;
}

}  // namespace

std::string node_id(NodeNumber node) {
  return std::to_string(node.value());
}

std::string node_state_path(NodeNumber node) {
  return base::cat("/cib/status/node_state[@id='", node.value(), "']");
}

xml::Element append_node_state(const ControllerState& state, xml::Element status, NodeNumber node) {
  xml::Element entry = status.append("node_state");
  entry.set_attribute("id", node_id(node));
  entry.set_attribute("uname", node_name(state, node));
  return entry;
}

void show_members(ControllerState& state, Cause cause) {
  const xml::Document status = xml::Document::create("status");
  bool changed = false;
  for (const auto& [node, peer] : state.replica.peers) {
    const xml::Element current = node_state(state, node_id(node));
    const Shown wanted = shown(peer, static_cast<bool>(current));
    xml::Element entry = append_node_state(state, status.root(), node);
    bool differs = show(entry, current, "in_ccm", wanted.in_ccm);
    differs = show(entry, current, "crmd", wanted.crmd) || differs;
    // Scripts read the attributes by name, people by place: the origin is the fifth.
    entry.set_attribute("crm-debug-origin", "show_members");
    differs = show(entry, current, "join", wanted.join) || differs;
    differs = show(entry, current, "expected", wanted.expected) || differs;
    if (!differs) {
      entry.remove();
      continue;
    }
    changed = true;
  }
  if (changed) modify_status(state, status, cause);
  for (auto& [node, peer] : state.replica.peers) {
    switch (peer.state) {
      case State::kLeft:
        // What a node that left set for this time does not hold for the next one.
        delete_path(state, node_state_path(node) + "/transient_attributes", Cause::kOutside);
        state.replica.attributes.erase_node(node_name(state, node));
        break;
      case State::kOverdue:
      case State::kLost:
        // It was asked to leave in good order and did not: who is gone with a shutdown asked for
        // counts as cleanly gone (policy/status/node_states.cc), and its services would be started
        // beside it. A node that comes back tells of the request itself.
        delete_attribute(state, node_name(state, node), "shutdown");
        break;
      default:
        break;
    }
  }
  set_root_attribute(state, "have-quorum", state.replica.quorate ? "1" : "0");
  if (const std::optional<NodeNumber> coordinator = coordinator_of(state)) {
    set_root_attribute(state, "dc-uuid", node_id(*coordinator));
  }
}

}  // namespace systole::crmd
