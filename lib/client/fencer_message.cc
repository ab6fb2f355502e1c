#include "lib/client/fencer_message.h"

#include <cerrno>

#include "lib/base/strings.h"
#include "lib/xml/name.h"
#include "lib/xml/write.h"

namespace systole::client {
namespace {

using xml::Document;
using xml::Element;

constexpr const char* kOrigin = "fencer_client";

std::int64_t number_or(Element element, std::string_view name, std::int64_t fallback) {
  return base::parse_integer<std::int64_t>(element.attribute_or(name, "")).value_or(fallback);
}

/// The status that an old st_rc stands for.
int status_of_legacy(std::int64_t rc) {
  switch (rc) {
    case 0:
      return 0;
    case -ETIME:
      return 2;
    case -ENODEV:
      return 10;
    case -ENOENT:
      return 7;
    case -EOPNOTSUPP:
      return 3;
    case -ENOTCONN:
      return 8;
    case -EINPROGRESS:
      return -1;
    default:
      return 4;
  }
}

/// The first element called `name` at or below `element`.
Element find_below(Element element, std::string_view name) {
  if (!element || element.is(name)) return element;
  for (const Element child : element.children()) {
    if (const Element found = find_below(child, name)) return found;
  }
  return {};
}

}  // namespace

std::string fencer_register_message(std::string_view client_name) {
  Document message = Document::create(fencer_wire::kCommand);
  Element root = message.root();
  root.set_attribute("t", "stonith-ng");
  root.set_attribute("st_op", "register");
  root.set_attribute("st_clientname", client_name);
  return message.compact();
}

std::string fencer_subscribe_message(std::string_view kind, bool active) {
  Document message = Document::create("stonith_set_notification");
  Element root = message.root();
  root.set_attribute("st_op", "st_notify");
  root.set_attribute(active ? "st_notify_activate" : "st_notify_deactivate", kind);
  return message.compact();
}

std::string fencer_call_message(const FencerCall& call, const Document* input) {
  Document message = Document::create(fencer_wire::kCommand);
  Element root = message.root();
  root.set_attribute("__name__", fencer_wire::kCommand);
  root.set_attribute("t", "stonith-ng");
  root.set_attribute("st_async_id", base::cat(call.op, "-", call.call));
  root.set_attribute("st_op", call.op);
  root.set_attribute("st_callid", call.call);
  root.set_attribute("st_callopt", call.options);
  root.set_attribute("st_timeout", call.timeout.count());
  if (call.delay) root.set_attribute("st_delay", call.delay->count());
  if (input != nullptr) root.append(fencer_wire::kCallData).append_copy(input->root());
  return message.compact();
}

void write_fencer_parameters(Element parent,
                             const std::vector<std::pair<std::string, std::string>>& parameters) {
  for (const auto& [name, value] : parameters) {
    if (xml::is_name(name)) {
      parent.set_attribute(name, value);
    } else {
      Element param = parent.append("param");
      param.set_attribute("name", name);
      param.set_attribute("value", value);
    }
  }
}

std::vector<std::pair<std::string, std::string>> read_fencer_parameters(Element parent) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const xml::Attribute attribute : parent.attributes()) {
    parameters.emplace_back(attribute.name, attribute.value);
  }
  for (const Element param : parent.children("param")) {
    parameters.emplace_back(param.attribute_or("name", ""), param.attribute_or("value", ""));
  }
  return parameters;
}

Document fence_input(const FenceRequest& request) {
  Document input = Document::create("stonith_api_fence_with_delay");
  Element root = input.root();
  root.set_attribute("st_target", request.target);
  root.set_attribute("st_device_action", request.action);
  root.set_attribute("st_timeout", request.timeout.count());
  root.set_attribute("st_tolerance", request.tolerance.count());
  root.set_attribute("st_delay", request.delay.count());
  return input;
}

Document device_input(const FencerDevice& device) {
  Document input = Document::create("st_device_id");
  Element root = input.root();
  root.set_attribute("id", device.id);
  root.set_attribute("st_origin", kOrigin);
  root.set_attribute("agent", device.agent);
  root.set_attribute("namespace", device.agent_namespace);
  Element attributes = root.append("attributes");
  write_fencer_parameters(attributes, device.parameters);
  return input;
}

Document device_id_input(std::string_view id) {
  Document input = Document::create("st_device_id");
  input.root().set_attribute("st_origin", kOrigin);
  input.root().set_attribute("id", id);
  return input;
}

Document exec_input(std::string_view id, std::string_view action, std::string_view target) {
  Document input = Document::create("st_device_id");
  Element root = input.root();
  root.set_attribute("st_origin", kOrigin);
  root.set_attribute("st_device_id", id);
  root.set_attribute("st_device_action", action);
  if (!target.empty()) root.set_attribute("st_target", target);
  return input;
}

Document query_input(std::string_view target, std::string_view action) {
  Document input = Document::create("st_device_id");
  Element root = input.root();
  root.set_attribute("st_origin", kOrigin);
  if (!target.empty()) root.set_attribute("st_target", target);
  root.set_attribute("st_device_action", action);
  return input;
}

Document level_input(const FencerLevel& level) {
  Document input = Document::create("fencing-level");
  Element root = input.root();
  root.set_attribute("st_origin", kOrigin);
  root.set_attribute("id", level.index);
  root.set_attribute("index", level.index);
  if (!level.target.empty()) {
    root.set_attribute("target", level.target);
  } else if (!level.pattern.empty()) {
    root.set_attribute("target-pattern", level.pattern);
  } else {
    root.set_attribute("target-attribute", level.attribute);
    root.set_attribute("target-value", level.value);
  }
  if (!level.devices.empty()) root.set_attribute("devices", level.devices);
  return input;
}

Document history_input(std::string_view target) {
  Document input = Document::create("stonith_api_history");
  input.root().set_attribute("st_target", target);
  return input;
}

FencerResult read_fencer_result(Element answer) {
  FencerResult result;
  if (answer.attribute("op-status")) {
    result.status = static_cast<int>(number_or(answer, "op-status", -2));
    result.code = static_cast<int>(number_or(answer, "rc-code", 1));
  } else if (answer.attribute("st_rc")) {
    const std::int64_t rc = number_or(answer, "st_rc", -1);
    result.status = status_of_legacy(rc);
    result.code = rc == 0 ? 0 : 1;
  }
  result.legacy_rc = static_cast<int>(number_or(answer, "st_rc", 0));
  result.reason = answer.attribute_or("exit-reason", "");
  result.output = answer.attribute_or("st_output", "");
  result.delegate = answer.attribute_or("st_delegate", "");
  return result;
}

FenceEvent read_fence_event(Element element) {
  FenceEvent event;
  event.id = element.attribute_or("st_remote_op", "");
  event.target = element.attribute_or("st_target", "");
  event.action = element.attribute_or("st_device_action", "");
  event.origin = element.attribute_or("st_origin", "");
  event.delegate = element.attribute_or("st_delegate", "");
  event.client = element.attribute_or("st_clientname", "");
  event.client_id = element.attribute_or("st_clientid", "");
  const char* state = element.attribute("st_state") ? "st_state" : "state";
  event.state = static_cast<int>(number_or(element, state, 0));
  event.date = number_or(element, "st_date", 0);
  event.date_nanoseconds = number_or(element, "st_date_nsec", 0);
  event.result = read_fencer_result(element);
  return event;
}

std::vector<FenceEvent> read_fence_history(Element answer) {
  std::vector<FenceEvent> events;
  const Element history = find_below(answer, "st_history");
  if (!history) return events;
  for (const Element entry : history.children("st_execute")) {
    events.push_back(read_fence_event(entry));
  }
  return events;
}

std::vector<FencerDevice> read_fencer_devices(Element answer) {
  std::vector<FencerDevice> devices;
  const Element list = find_below(answer, "stonith_query_capable_device_cb");
  if (!list) return devices;
  for (const Element row : list.children("st_device_id")) {
    FencerDevice device;
    device.id = row.id();
    device.agent = row.attribute_or("agent", "");
    device.agent_namespace = row.attribute_or("namespace", "");
    if (const Element attributes = row.first_child("attributes")) {
      device.parameters = read_fencer_parameters(attributes);
    }
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace systole::client
