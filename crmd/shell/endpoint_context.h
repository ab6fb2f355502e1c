#pragma once

#include <functional>
#include <string>

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
  /// Before the names of the services; tests have names of their own.
  std::string prefix{};
};

/// On whose behalf a peer acts that claims to act for `claimed`: only root and the cluster's own
/// account may speak for others.
inline std::string acting_user(const ipc::Peer& peer, const std::string& claimed) {
  return peer.privileged && !claimed.empty() ? claimed : peer.user;
}

/// "cibadmin (4711, uid 0)" for logs.
std::string describe(const ipc::Peer& peer, std::string_view client_name = {});

}  // namespace systole::crmd
