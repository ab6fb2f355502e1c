#include "crmd/core/condemnation.h"

#include "crmd/core/attributes.h"
#include "crmd/core/change.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

/// Where a device says that the node is dead, the others wait for its end a little longer only.
constexpr Milliseconds kTimeToLeave = std::chrono::seconds(10);
/// A person's word is not acted upon before the node is gone: there is time for a good end.
constexpr Milliseconds kTimeToLeaveByHand = std::chrono::seconds(60);

constexpr std::string_view kShutdown = "shutdown";

bool is_shutting_down(const ControllerState& state, const std::string& node) {
  const auto& attributes = state.replica.attributes.attributes();
  const auto shutdown = attributes.find(std::string(kShutdown));
  if (shutdown == attributes.end()) return false;
  const auto value = shutdown->second.nodes.find(node);
  return value != shutdown->second.nodes.end() && value->second.value;
}

void reset(ControllerState& state, std::string reason) {
  state.exiting = true;
  state.out.push_back(effect::Exit{effect::After::kReset, std::move(reason)});
}

}  // namespace

void on_condemned(ControllerState& state, const message::Condemned& message) {
  const std::optional<NodeNumber> node = node_number(state, message.target);
  if (!node) return;
  const auto known = state.replica.peers.find(*node);
  if (known == state.replica.peers.end()) return;
  Peer& peer = known->second;
  const bool meant = peer.state == Peer::State::kMember && peer.incarnation == message.incarnation;
  if (!meant || peer.condemned) return;
  peer.condemned = true;
  peer.condemned_by_hand = message.by_hand;
  state.log(base::LogLevel::kCritical,
            base::cat("node ", message.target, " was fenced, as ",
                      message.by_hand ? "a person" : "a device",
                      " says, but is alive: it has to leave the cluster"));
  if (!is_shutting_down(state, message.target)) {
    set_attribute(state, message.target, std::string(kShutdown),
                  std::to_string(wall_seconds(message.now)));
  }
}

void watch_own_condemnation(ControllerState& state) {
  if (state.reset_armed || state.exiting || !state.synchronized()) return;
  const auto self = state.replica.peers.find(state.self());
  if (self == state.replica.peers.end() || !self->second.condemned) return;
  if (base::equal_ignoring_case(cluster_property(state, "fence-reaction", "stop"), "panic")) {
    reset(state, "this node was fenced, as is said, and the property fence-reaction is panic");
    return;
  }
  state.reset_armed = true;
  state.out.push_back(
      effect::ArmTimer{{TimerId::Kind::kReset, 0},
                       self->second.condemned_by_hand ? kTimeToLeaveByHand : kTimeToLeave});
}

void on_reset_timer(ControllerState& state) {
  // Another partition's replica may have won since, which knows nothing of it.
  const auto self = state.replica.peers.find(state.self());
  const bool known = self != state.replica.peers.end();
  if (state.synchronized() && known && !self->second.condemned) {
    state.reset_armed = false;
    return;
  }
  reset(state, "this node was fenced, as is said, and its resources could not be stopped in time");
}

}  // namespace systole::crmd
