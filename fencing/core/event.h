#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "fencing/core/clock.h"
#include "fencing/core/device.h"
#include "fencing/core/message.h"
#include "fencing/core/topology.h"

namespace systole::fencing {

/// One run of an agent on this node.
using RunId = base::Id<struct RunTag, std::uint64_t>;

/// Names a timer of the core; equal keys are the same timer.
struct TimerKey {
  enum class Kind { kAnswers, kTotal, kAttempt, kDelay };
  Kind kind = Kind::kTotal;
  std::string operation;
  std::uint64_t number = 0;
  auto operator<=>(const TimerKey&) const = default;
};

/// The configuration as far as fencing is concerned; the last one stays in force while the CIB
/// cannot be read.
struct Configuration {
  std::vector<Device> devices;  ///< those that may run on this node
  std::vector<Level> levels;
  NodeAttributes node_attributes;
  std::map<std::string, std::uint32_t> node_ids;  ///< Corosync's numbers by node name
  bool operator==(const Configuration&) const = default;
};

// Events.

struct ConfigurationChanged {
  Configuration configuration;
};
/// The members of the fencers' group. `joined` holds those that are new, also when an earlier
/// process of the same node left at the same moment.
struct ViewChanged {
  std::set<NodeNumber> members;
  std::set<NodeNumber> joined;
};
struct Delivered {
  Delivery delivery;
};
struct FenceRequested {
  Token token;
  std::string id;  ///< for the new operation; unique over the cluster
  std::string target;
  Action action = Action::kReboot;
  FenceOrder order;
  std::string client;
  std::string client_id;
};
struct ConfirmRequested {
  Token token;
  std::string id;
  std::string target;
  std::string client;
  std::string client_id;
};
struct CleanupRequested {
  Token token;
  std::string target;
};
/// Run a device of this node: list, monitor, status.
struct ExecRequested {
  Token token;
  std::string device;
  Action action = Action::kMonitor;
  std::string target;
  milliseconds timeout{60000};
};
/// Which devices of this node can do `action` on `target` (all devices for an empty target).
struct QueryRequested {
  Token token;
  std::string target;
  Action action = Action::kOff;
};
/// An agent's metadata was read.
struct AgentDescribed {
  std::string agent;
  AgentCapabilities capabilities;
};
struct DeviceRegistered {
  Device device;
};
struct DeviceRemoved {
  std::string id;
};
struct LevelAdded {
  Level level;
};
struct LevelRemoved {
  LevelTarget target;
  int index = 0;
};
struct AgentFinished {
  RunId run;
  ActionResult result;
};
struct TimerFired {
  TimerKey timer;
};

using Event =
    std::variant<ConfigurationChanged, ViewChanged, Delivered, FenceRequested, ConfirmRequested,
                 CleanupRequested, ExecRequested, QueryRequested, AgentDescribed, DeviceRegistered,
                 DeviceRemoved, LevelAdded, LevelRemoved, AgentFinished, TimerFired>;

/// An event with what the world adds to it.
struct Input {
  SteadyTime steady;
  WallTime wall;
  std::uint64_t random = 0;
  Event event;
};

}  // namespace systole::fencing
