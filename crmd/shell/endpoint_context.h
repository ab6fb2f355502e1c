#pragma once

#include <functional>
#include <string>
#include <vector>

#include "crmd/core/controller.h"
#include "crmd/core/event.h"
#include "lib/ipc/server.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::crmd {

/// What the endpoints know of the controller behind them. Outlives them.
struct EndpointContext {
  daemon::EventLoop& loop;
  const Controller& controller;
  NodeNumber self;
  std::string self_name;
  /// Hands an event to the controller. Its effects may already be carried out on return.
  std::function<void(Event)> deliver;
  /// A token that was never given out before.
  std::function<CallToken()> new_token;
  /// Whether a client's request of so many bytes may go to the group now. Clients are faster than
  /// the group, and a message of our own for which it has no room costs this node.
  std::function<bool(std::size_t)> has_room;
  /// Before the names of the services; tests have names of their own.
  std::string prefix{};
  /// The program systole-remote-login.
  std::string remote_login{};
};

/// The groups that list the user, where access control is in force and concerns it.
std::vector<std::string> groups_for_access(const EndpointContext& context, const std::string& user);

/// On whose behalf a peer acts that claims to act for `claimed`: only root and the cluster's own
/// account may speak for others.
inline std::string acting_user(const ipc::Peer& peer, const std::string& claimed) {
  return peer.privileged && !claimed.empty() ? claimed : peer.user;
}

/// Puts into a request on whose behalf `peer` acts, with the groups that access control asks for.
template <typename Request>
void set_actor(const EndpointContext& context, const ipc::Peer& peer, Request& request) {
  request.user = acting_user(peer, request.user);
  request.groups = groups_for_access(context, request.user);
}

/// "cibadmin (4711, uid 0)" for logs.
std::string describe(const ipc::Peer& peer, std::string_view client_name = {});

}  // namespace systole::crmd
