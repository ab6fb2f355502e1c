#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "fencing/core/action.h"
#include "fencing/core/topology.h"
#include "lib/base/ids.h"

namespace systole::fencing {

using base::NodeNumber;

/// What a node says one of its devices can do for a request.
struct DeviceOffer {
  std::string device;
  bool verified = false;                 ///< its last monitor here succeeded
  bool required = false;                 ///< an "on" is complete only with this device (unfencing)
  std::chrono::milliseconds timeout{0};  ///< the device's own for the action asked; 0 = none
  std::chrono::milliseconds off_timeout{0};  ///< the same for off, which stands in for reboot
  std::chrono::milliseconds on_timeout{0};
  std::chrono::milliseconds delay_base{0};
  std::chrono::milliseconds delay_max{0};
  bool operator==(const DeviceOffer&) const = default;
};

/// One run of a device. The executors are tried in order until one succeeds.
struct Step {
  std::string device;
  Action action = Action::kOff;
  std::vector<NodeNumber> executors;
  std::chrono::milliseconds timeout{0};
  std::chrono::milliseconds delay{0};  ///< the most that the device's own delays may take
  bool may_fail = false;               ///< switching a node on again after it was off for sure
  bool operator==(const Step&) const = default;
};

/// Steps that must all succeed, in this order: one device, or one topology level.
struct Route {
  std::vector<Step> steps;
  bool operator==(const Route&) const = default;
};

/// The ways to fence a target, tried in order until one succeeds.
struct Plan {
  std::vector<Route> routes;
  bool empty() const { return routes.empty(); }
  bool operator==(const Plan&) const = default;

  /// How long the whole plan can take at most when each step needs its full time once.
  std::chrono::milliseconds longest() const;
};

/// What a plan is made from.
struct PlanInput {
  Action action = Action::kReboot;
  std::chrono::milliseconds timeout{0};  ///< for steps whose device has none of its own
  NodeNumber owner;                      ///< preferred among equal executors
  NodeNumber target;                     ///< zero when the target is no member
  bool allow_self = true;                ///< whether the target may fence itself as a last resort
  std::map<NodeNumber, std::vector<DeviceOffer>> answers;
  std::vector<Level> levels;
};

/// Chooses devices and executors: verified ones first, the target itself last. Levels whose devices
/// are not all offered are left out; an empty plan means that nobody can do it.
Plan make_plan(const PlanInput& input);

}  // namespace systole::fencing
