#include "fencing/shell/request_reader.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/client/fencer_message.h"

namespace systole::fencing {
namespace {

using base::cat;
using base::Error;
using xml::Element;
namespace wire = client::fencer_wire;

constexpr std::int64_t kSecondsMax = 7 * 24 * 3600;
constexpr int kSearchDepth = 16;

Element find_below(Element element, std::string_view name, int depth) {
  if (!element || element.is(name) || depth == 0) {
    return element && element.is(name) ? element : Element();
  }
  for (const Element child : element.children()) {
    if (const Element found = find_below(child, name, depth - 1)) return found;
  }
  return {};
}

milliseconds seconds(Element element, std::string_view name, std::int64_t fallback) {
  const auto number = base::parse_integer<std::int64_t>(element.attribute_or(name, ""));
  return milliseconds(std::clamp<std::int64_t>(number.value_or(fallback), 0, kSecondsMax) * 1000);
}

/// The call data's element, or the request itself where a client put everything there.
Element input_or_request(Element request, std::string_view wanted) {
  const Element input = request_input(request, wanted);
  return input ? input : request;
}

Error invalid(std::string text) {
  return {Errc::kInvalidArgument, std::move(text)};
}

}  // namespace

int call_options(Element request) {
  return base::parse_integer<int>(request.attribute_or("st_callopt", "")).value_or(0);
}

Element request_input(Element request, std::string_view wanted) {
  const Element data = request.first_child(wire::kCallData);
  return data ? find_below(data, wanted, kSearchDepth) : Element();
}

base::Result<Device> read_device(Element request) {
  const Element input = request_input(request, "st_device_id");
  if (!input) return invalid("the request names no device");
  Device device;
  device.id = input.id();
  device.agent = input.attribute_or("agent", "");
  device.agent_namespace = input.attribute_or("namespace", device.agent_namespace);
  device.source = DeviceSource::kApi;
  if (const Element attributes = input.first_child("attributes")) {
    for (auto& [name, value] : client::read_fencer_parameters(attributes)) {
      device.parameters[name] = value;
    }
  }
  if (const auto provides = input.attribute("rsc_provides")) {
    device.parameters["provides"] = *provides;
  }
  if (auto checked = check_device(device); !checked) return checked.error();
  return device;
}

base::Result<Level> read_level(Element request) {
  const Element input = request_input(request, "fencing-level");
  if (!input) return invalid("the request holds no fencing level");
  Level level;
  if (const auto name = input.attribute("target")) {
    level.target = {.kind = LevelTarget::Kind::kName, .name = std::string(*name), .value = {}};
  } else if (const auto pattern = input.attribute("target-pattern")) {
    level.target = {
        .kind = LevelTarget::Kind::kPattern, .name = std::string(*pattern), .value = {}};
  } else if (const auto attribute = input.attribute("target-attribute")) {
    level.target = {.kind = LevelTarget::Kind::kAttribute,
                    .name = std::string(*attribute),
                    .value = std::string(input.attribute_or("target-value", ""))};
  } else {
    return invalid("the fencing level has no target");
  }
  const auto index = base::parse_integer<int>(input.attribute_or("index", ""));
  if (!index) return invalid(cat("'", input.attribute_or("index", ""), "' is no level"));
  level.index = *index;
  for (const std::string_view id : base::split(input.attribute_or("devices", ""), ", ")) {
    level.devices.emplace_back(id);
  }
  return level;
}

base::Result<FenceRequested> read_fence(Element request) {
  Element input = input_or_request(request, "stonith_api_fence_with_delay");
  if (input == request) input = input_or_request(request, "stonith_api_fence");
  FenceRequested fence;
  fence.target = input.attribute_or("st_target", "");
  if (fence.target.empty()) return invalid("the request names no target");
  const auto action = parse_action(input.attribute_or("st_device_action", ""));
  if (!action || !changes_power(*action)) {
    return invalid(
        cat("'", input.attribute_or("st_device_action", ""), "' is no action that fences"));
  }
  fence.action = *action;
  const milliseconds outer = seconds(request, "st_timeout", 60);
  const milliseconds timeout = seconds(input, "st_timeout", outer.count() / 1000);
  fence.order.timeout = timeout > milliseconds(0) ? timeout : milliseconds(60000);
  fence.order.tolerance = seconds(input, "st_tolerance", 0);
  const auto delay = base::parse_integer<std::int64_t>(input.attribute_or("st_delay", "0"));
  if (delay.value_or(0) < 0) {
    fence.order.delay.reset();
  } else {
    fence.order.delay = seconds(input, "st_delay", 0);
  }
  fence.order.allow_self = (call_options(request) & wire::kAllowSelf) != 0;
  return fence;
}

base::Result<ExecRequested> read_exec(Element request) {
  const Element input = request_input(request, "st_device_id");
  if (!input) return invalid("the request names no device");
  ExecRequested exec;
  exec.device = input.attribute_or("st_device_id", "");
  const std::string_view word = input.attribute_or("st_device_action", "");
  const auto action = parse_action(word);
  if (exec.device.empty()) return invalid("the request names no device");
  if (!action || changes_power(*action)) {
    return invalid(cat("'", word, "' cannot be run on a device without fencing"));
  }
  exec.action = *action;
  exec.target = input.attribute_or("st_target", "");
  const milliseconds timeout = seconds(request, "st_timeout", 60);
  exec.timeout = timeout > milliseconds(0) ? timeout : milliseconds(60000);
  return exec;
}

QueryRequested read_query(Element request) {
  const Element input = input_or_request(request, "st_device_id");
  QueryRequested query;
  query.target = input.attribute_or("st_target", "");
  query.action = parse_action(input.attribute_or("st_device_action", "off")).value_or(Action::kOff);
  return query;
}

std::string read_history_target(Element request) {
  const Element input = request_input(request, "stonith_api_history");
  return input ? std::string(input.attribute_or("st_target", "")) : std::string();
}

}  // namespace systole::fencing
