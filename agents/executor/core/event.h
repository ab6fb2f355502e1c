#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agents/executor/core/types.h"

namespace systole::executor {

/// A client said who it is; results are sent to it from now on. One that confirms (the controller
/// of this project) gets every result until it has said that it keeps it; held ones come at once.
struct ClientRegistered {
  ClientId client{};
  bool confirms = false;
};
struct ClientGone {
  ClientId client{};
};

struct RegisterResource {
  ClientId client{};
  CallId call{};
  Resource resource{};
  bool drop_operations_with_client = false;
};
struct UnregisterResource {
  ClientId client{};
  CallId call{};
  std::string resource{};
};
struct Execute {
  ClientId client{};
  CallId call{};
  Operation operation{};
};
/// Ends a recurring operation.
struct Cancel {
  ClientId client{};
  CallId call{};
  std::string resource{};
  std::string action{};
  Milliseconds interval{0};
};
struct Poke {
  ClientId client{};
  CallId call{};
};
struct Confirm {
  ClientId client{};
  std::vector<ResultId> results{};
};

/// An agent ended, or could not be started.
struct RunEnded {
  RunId run{};
  AgentResult result{};
};
/// Nobody will ever know how an agent ended: what watched it was killed.
struct RunLost {
  RunId run{};
};
/// The kernel says that something a resource consists of has changed (its process ended, its
/// address went): its recurring monitors run at once instead of at their next turn.
struct ResourceChanged {
  std::string resource{};
};
/// The time of next_deadline() has come.
struct Tick {};

using Event =
    std::variant<ClientRegistered, ClientGone, RegisterResource, UnregisterResource, Execute,
                 Cancel, Poke, Confirm, RunEnded, RunLost, ResourceChanged, Tick>;

}  // namespace systole::executor
