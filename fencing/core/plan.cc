#include "fencing/core/plan.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace systole::fencing {
namespace {

using std::chrono::milliseconds;

/// One device with everybody who offers it, best executor first.
struct OfferedDevice {
  DeviceOffer offer;  ///< of the best executor
  std::vector<NodeNumber> executors;
  bool only_by_target = false;
};

using OfferedDevices = std::vector<OfferedDevice>;

auto rank(const PlanInput& input, NodeNumber node, const DeviceOffer& offer) {
  return std::tuple(node == input.target, !offer.verified, node != input.owner, node);
}

std::optional<OfferedDevice> collect(const PlanInput& input, const std::string& device) {
  std::vector<std::pair<NodeNumber, const DeviceOffer*>> offers;
  for (const auto& [node, answer] : input.answers) {
    if (node == input.target && !input.allow_self) continue;
    for (const DeviceOffer& offer : answer) {
      if (offer.device == device) offers.emplace_back(node, &offer);
    }
  }
  if (offers.empty()) return std::nullopt;
  std::sort(offers.begin(), offers.end(), [&input](const auto& a, const auto& b) {
    return rank(input, a.first, *a.second) < rank(input, b.first, *b.second);
  });
  OfferedDevice found{.offer = *offers.front().second,
                      .executors = {},
                      .only_by_target = offers.front().first == input.target};
  for (const auto& [node, offer] : offers) found.executors.push_back(node);
  return found;
}

/// All devices on offer: those that another node can use first, then verified ones, then by id.
OfferedDevices all_devices(const PlanInput& input) {
  std::map<std::string, bool> ids;
  for (const auto& [node, answer] : input.answers) {
    for (const DeviceOffer& offer : answer) ids[offer.device] = true;
  }
  OfferedDevices devices;
  for (const auto& [id, unused] : ids) {
    if (auto device = collect(input, id)) devices.push_back(std::move(*device));
  }
  std::stable_sort(devices.begin(), devices.end(),
                   [](const OfferedDevice& a, const OfferedDevice& b) {
                     return std::tuple(a.only_by_target, !a.offer.verified) <
                            std::tuple(b.only_by_target, !b.offer.verified);
                   });
  return devices;
}

milliseconds own_timeout(const DeviceOffer& offer, Action action, Action asked) {
  if (action == asked) return offer.timeout;
  return action == Action::kOn ? offer.on_timeout : offer.off_timeout;
}

Step make_step(const PlanInput& input, const OfferedDevice& device, Action action) {
  const milliseconds own = own_timeout(device.offer, action, input.action);
  return {.device = device.offer.device,
          .action = action,
          .executors = device.executors,
          .timeout = own > milliseconds(0) ? own : input.timeout,
          .delay = std::max(device.offer.delay_base, device.offer.delay_max),
          .may_fail = false};
}

/// A level. Rebooting through several devices means off through all, then on through all: one
/// reboot after the other would leave the node running all the time.
Route make_route(const PlanInput& input, const OfferedDevices& devices) {
  Route route;
  const bool off_then_on = input.action == Action::kReboot && devices.size() > 1;
  for (const OfferedDevice& device : devices) {
    route.steps.push_back(make_step(input, device, off_then_on ? Action::kOff : input.action));
  }
  if (!off_then_on) return route;
  for (const OfferedDevice& device : devices) {
    Step step = make_step(input, device, Action::kOn);
    step.delay = milliseconds(0);
    step.may_fail = true;
    route.steps.push_back(std::move(step));
  }
  return route;
}

std::optional<Route> route_of_level(const PlanInput& input, const Level& level) {
  OfferedDevices devices;
  for (const std::string& id : level.devices) {
    auto device = collect(input, id);
    if (!device) return std::nullopt;
    devices.push_back(std::move(*device));
  }
  if (devices.empty()) return std::nullopt;
  return make_route(input, devices);
}

}  // namespace

milliseconds Plan::longest() const {
  milliseconds sum{0};
  for (const Route& route : routes) {
    for (const Step& step : route.steps) sum += step.timeout + step.delay;
  }
  return sum;
}

Plan make_plan(const PlanInput& input) {
  Plan plan;
  if (!input.levels.empty() && input.action != Action::kOn) {
    for (const Level& level : input.levels) {
      if (auto route = route_of_level(input, level)) plan.routes.push_back(std::move(*route));
    }
    return plan;
  }
  const OfferedDevices devices = all_devices(input);
  if (input.action == Action::kOn) {
    OfferedDevices required;
    std::copy_if(devices.begin(), devices.end(), std::back_inserter(required),
                 [](const OfferedDevice& device) { return device.offer.required; });
    if (!required.empty()) {
      plan.routes.push_back(make_route(input, required));
      return plan;
    }
  }
  for (const OfferedDevice& device : devices) {
    plan.routes.push_back({.steps = {make_step(input, device, input.action)}});
  }
  return plan;
}

}  // namespace systole::fencing
