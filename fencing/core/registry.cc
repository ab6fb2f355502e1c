#include "fencing/core/registry.h"

#include <algorithm>
#include <utility>

#include "fencing/core/runs.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;

void put(Context& context, Device device) {
  const std::string id = device.id;
  LocalDevice& local = context.state.devices[id];
  // The capabilities may be read later than the configuration; what is verified stays so.
  const bool same =
      local.device.agent == device.agent && local.device.parameters == device.parameters;
  const bool from_cib = local.from_cib;
  const bool from_api = local.from_api;
  if (!same) local = LocalDevice{};
  local.device = std::move(device);
  local.from_cib = from_cib;
  local.from_api = from_api;
}

void erase(Context& context, const std::string& id) {
  context.state.devices.erase(id);
  drop_runs_of_device(context, id);
}

void notice_device(Context& context, bool registered, const std::string& id, ActionResult result) {
  context.emit(DeviceNotice{.registered = registered,
                            .device = id,
                            .count = context.state.devices.size(),
                            .result = std::move(result)});
}

void rebuild_topology(Context& context) {
  State& state = context.state;
  state.topology = Topology();
  for (const auto* levels : {&state.configuration.levels, &state.api_levels}) {
    for (const Level& level : *levels) {
      if (auto added = state.topology.add(level); !added) {
        context.log(base::LogLevel::kError, added.error().message);
      }
    }
  }
}

ActionResult refused(const base::Error& error) {
  ActionResult result = failure(ExecutionStatus::kInvalid, error.message);
  result.rc = kRcInvalidParameter;
  return result;
}

}  // namespace

void configure(Context& context, const Configuration& configuration) {
  State& state = context.state;
  std::set<std::string> configured;
  for (const Device& device : configuration.devices) {
    if (auto checked = check_device(device); !checked) {
      context.log(base::LogLevel::kError, checked.error().message);
      continue;
    }
    configured.insert(device.id);
    const bool known = state.devices.count(device.id) > 0;
    put(context, device);
    state.devices[device.id].from_cib = true;
    if (!known) {
      context.log(base::LogLevel::kInfo, cat("fence device '", device.id, "' added"));
      notice_device(context, true, device.id, success());
    }
  }
  std::vector<std::string> gone;
  for (auto& [id, local] : state.devices) {
    if (!local.from_cib || configured.count(id) > 0) continue;
    local.from_cib = false;
    if (!local.from_api) gone.push_back(id);
  }
  for (const std::string& id : gone) {
    erase(context, id);
    context.log(base::LogLevel::kInfo, cat("fence device '", id, "' removed"));
    notice_device(context, false, id, success());
  }
  state.configuration = configuration;
  rebuild_topology(context);
}

void describe_agent(Context& context, const AgentDescribed& event) {
  for (auto& [id, local] : context.state.devices) {
    if (local.device.agent == event.agent) local.device.capabilities = event.capabilities;
  }
}

void register_device(Context& context, Device device) {
  const std::string id = device.id;
  if (auto checked = check_device(device); !checked) {
    notice_device(context, true, id, refused(checked.error()));
    return;
  }
  put(context, std::move(device));
  context.state.devices[id].from_api = true;
  notice_device(context, true, id, success());
}

void remove_device(Context& context, const std::string& id) {
  const auto found = context.state.devices.find(id);
  if (found != context.state.devices.end()) {
    found->second.from_api = false;
    found->second.verified = false;
    if (!found->second.from_cib) erase(context, id);
  }
  notice_device(context, false, id, success());
}

void add_level(Context& context, const Level& level) {
  State& state = context.state;
  ActionResult result = success();
  if (auto added = state.topology.add(level); !added) {
    result = refused(added.error());
  } else {
    std::erase_if(state.api_levels, [&level](const Level& known) {
      return known.target == level.target && known.index == level.index;
    });
    state.api_levels.push_back(level);
  }
  context.emit(LevelNotice{.added = true,
                           .level = cat(level.target.text(), "[", level.index, "]"),
                           .count = state.topology.size(),
                           .result = std::move(result)});
}

void remove_level(Context& context, const LevelRemoved& event) {
  State& state = context.state;
  ActionResult result = success();
  if (auto removed = state.topology.remove(event.target, event.index); !removed) {
    result = refused(removed.error());
  } else {
    std::erase_if(state.api_levels, [&event](const Level& known) {
      return known.target == event.target && (event.index == 0 || known.index == event.index);
    });
  }
  context.emit(LevelNotice{.added = false,
                           .level = cat(event.target.text(), "[", event.index, "]"),
                           .count = state.topology.size(),
                           .result = std::move(result)});
}

}  // namespace systole::fencing
