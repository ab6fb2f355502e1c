#include "fencing/shell/replies.h"

#include "lib/base/strings.h"
#include "lib/client/fencer_message.h"

namespace systole::fencing {
namespace {

using xml::Document;
using xml::Element;
namespace wire = client::fencer_wire;

// Support flags of a device, as queries show them.
constexpr int kSupportsList = 1;
constexpr int kSupportsStatus = 2;
constexpr int kSupportsReboot = 4;
constexpr int kTakesPlug = 8;
constexpr int kTakesPort = 16;
constexpr int kSupportsOn = 32;

void set_result(Element element, const ActionResult& result) {
  element.set_attribute("op-status", static_cast<int>(result.status));
  element.set_attribute("rc-code", result.rc);
  if (!result.reason.empty()) element.set_attribute("exit-reason", result.reason);
  if (!result.output.empty()) element.set_attribute("st_output", result.output);
  element.set_attribute("st_rc", legacy_rc(result));
}

int support_flags(const AgentCapabilities& agent) {
  return (agent.list ? kSupportsList : 0) | (agent.status ? kSupportsStatus : 0) |
         (agent.reboot ? kSupportsReboot : 0) | (agent.plug ? kTakesPlug : 0) |
         (agent.port ? kTakesPort : 0) | (agent.on ? kSupportsOn : 0);
}

void set_seconds(Element element, std::string_view name, milliseconds time) {
  if (time <= milliseconds(0)) return;
  element.set_attribute(name, (time.count() + 999) / 1000);
}

void set_timing(Element element, milliseconds timeout, const DeviceOffer& offer) {
  set_seconds(element, "st_action_timeout", timeout);
  set_seconds(element, "st_delay_max", offer.delay_max);
  set_seconds(element, "st_delay_base", offer.delay_base);
}

void fill_fence(Element element, const HistoryEntry& entry) {
  element.set_attribute("state", static_cast<int>(entry.state));
  element.set_attribute("st_target", entry.target);
  element.set_attribute("st_device_action", to_string(entry.action));
  if (!entry.delegate.empty()) element.set_attribute("st_delegate", entry.delegate);
  element.set_attribute("st_remote_op", entry.id);
  element.set_attribute("st_origin", entry.origin);
  element.set_attribute("st_clientid", entry.client_id);
  element.set_attribute("st_clientname", entry.client);
}

}  // namespace

Document make_reply(const RequestFrame& frame, const ActionResult& result) {
  Document document = Document::create(wire::kReply);
  Element root = document.root();
  root.set_attribute("st_origin", "fenced_construct_reply");
  root.set_attribute("t", "stonith-ng");
  set_result(root, result);
  root.set_attribute("st_op", frame.op);
  root.set_attribute("st_callid", frame.call_id);
  root.set_attribute("st_clientid", frame.client_id);
  root.set_attribute("st_clientname", frame.client_name);
  root.set_attribute("st_callopt", frame.options);
  return document;
}

Document make_exec_reply(const RequestFrame& frame, const std::string& device,
                         const std::string& target, const ActionResult& result) {
  Document document = Document::create(wire::kReply);
  Element root = document.root();
  root.set_attribute("st_origin", "construct_async_reply");
  root.set_attribute("t", "stonith-ng");
  root.set_attribute("st_op", frame.op);
  root.set_attribute("st_device_id", device);
  root.set_attribute("st_clientid", frame.client_id);
  root.set_attribute("st_clientname", frame.client_name);
  if (!target.empty()) root.set_attribute("st_target", target);
  root.set_attribute("st_device_action", frame.op);
  root.set_attribute("st_callid", frame.call_id);
  root.set_attribute("st_callopt", frame.options);
  set_result(root, result);
  return document;
}

Document make_fence_reply(const RequestFrame& frame, const HistoryEntry& entry) {
  Document document = make_reply(frame, entry.result);
  Element root = document.root();
  if (!entry.delegate.empty()) root.set_attribute("st_delegate", entry.delegate);
  Element copy = root.append(wire::kCallData).append(wire::kReply);
  copy.set_attribute("t", "st_notify");
  copy.set_attribute("subt", "broadcast");
  copy.set_attribute("st_op", to_string(entry.action));
  copy.set_attribute("count", 1);
  copy.set_attribute("src", entry.origin);
  copy.set_attribute("state", static_cast<int>(entry.state));
  copy.set_attribute("st_target", entry.target);
  Element fence = copy.append(wire::kCallData).append(wire::kNotifyFence);
  fill_fence(fence, entry);
  set_result(fence, entry.result);
  return document;
}

void append_query(Element reply, const std::string& target, Action action,
                  const std::vector<QueryRow>& rows) {
  Element list = reply.append(wire::kCallData).append("stonith_query_capable_device_cb");
  if (!target.empty()) list.set_attribute("st_target", target);
  list.set_attribute("st-available-devices", static_cast<long long>(rows.size()));
  for (const QueryRow& row : rows) {
    const Device& device = row.device;
    Element element = list.append("st_device_id");
    element.set_attribute("id", device.id);
    element.set_attribute("namespace", device.agent_namespace);
    element.set_attribute("agent", device.agent);
    element.set_attribute("st_monitor_verified", row.offer.verified ? 1 : 0);
    element.set_attribute("st_device_support_flags", support_flags(device.capabilities));
    if (row.offer.required) element.set_attribute("st_required", "true");
    set_timing(element, row.offer.timeout, row.offer);
    if (action == Action::kReboot && !device.capabilities.reboot) {
      for (const Action part : {Action::kOff, Action::kOn}) {
        Element child = element.append("st_device_action");
        child.set_attribute("id", to_string(part));
        set_timing(child, part == Action::kOff ? row.offer.off_timeout : row.offer.on_timeout,
                   row.offer);
      }
    }
    if (!target.empty()) continue;
    client::write_fencer_parameters(element.append("attributes"),
                                    {device.parameters.begin(), device.parameters.end()});
  }
}

void append_history(Element reply, const std::vector<HistoryEntry>& entries) {
  if (entries.empty()) return;
  Element list = reply.append(wire::kCallData).append("st_history");
  for (const HistoryEntry& entry : entries) {
    Element row = list.append("st_execute");
    row.set_attribute("st_target", entry.target);
    row.set_attribute("st_device_action", to_string(entry.action));
    row.set_attribute("st_origin", entry.origin);
    if (!entry.delegate.empty()) row.set_attribute("st_delegate", entry.delegate);
    row.set_attribute("st_clientname", entry.client);
    row.set_attribute("st_date", entry.date.seconds);
    row.set_attribute("st_date_nsec", entry.date.nanoseconds);
    row.set_attribute("st_state", static_cast<int>(entry.state));
    set_result(row, entry.result);
  }
}

std::string make_ack(int status) {
  Document document = Document::create("ack");
  document.root().set_attribute("function", "handle_notify_request");
  document.root().set_attribute("line", 1);
  document.root().set_attribute("status", status);
  return document.compact();
}

Document make_notification(const std::string& kind, const ActionResult& result) {
  Document document = Document::create("notify");
  Element root = document.root();
  root.set_attribute("t", "st_notify");
  root.set_attribute("subt", kind);
  root.set_attribute("st_op", kind);
  set_result(root, result);
  return document;
}

Document fence_notification(const HistoryEntry& entry) {
  Document document = make_notification(wire::kNotifyFence, entry.result);
  fill_fence(document.root().append(wire::kCallData).append(wire::kNotifyFence), entry);
  return document;
}

Document device_notification(const DeviceNotice& notice) {
  const std::string kind = notice.registered ? "st_device_register" : "st_device_remove";
  Document document = make_notification(kind, notice.result);
  Element data = document.root().append(wire::kCallData).append(kind);
  data.set_attribute("st_device_id", notice.device);
  data.set_attribute("st_active", static_cast<long long>(notice.count));
  return document;
}

Document level_notification(const LevelNotice& notice) {
  const std::string kind = notice.added ? "st_level_add" : "st_level_remove";
  Document document = make_notification(kind, notice.result);
  Element data = document.root().append(wire::kCallData).append(kind);
  data.set_attribute("st_device_id", notice.level);
  data.set_attribute("st_active", static_cast<long long>(notice.count));
  return document;
}

Document timeout_value(const RequestFrame& frame, milliseconds total) {
  Document document = Document::create(wire::kAsyncTimeout);
  Element root = document.root();
  root.set_attribute("t", wire::kAsyncTimeout);
  root.set_attribute("st_callid", frame.call_id);
  root.set_attribute("st_timeout", (total.count() + 999) / 1000);
  return document;
}

}  // namespace systole::fencing
