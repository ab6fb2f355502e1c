#include "lib/client/executor_message.h"

#include "lib/base/strings.h"
#include "lib/xml/name.h"

namespace systole::client {
namespace {

using base::Errc;
using xml::Element;

std::int64_t read_number(Element element, std::string_view name, std::int64_t fallback = 0) {
  return base::parse_integer<std::int64_t>(element.attribute_or(name, "")).value_or(fallback);
}

base::Milliseconds lenient_milliseconds(Element element, std::string_view name) {
  return base::Milliseconds(read_number(element, name));
}

}  // namespace

base::Result<base::Milliseconds> read_milliseconds(Element element, std::string_view name) {
  const auto text = element.attribute(name);
  if (!text) return base::Milliseconds(0);
  const auto number = base::parse_integer<std::int64_t>(*text);
  if (!number || *number < 0) {
    return {Errc::kInvalidArgument,
            base::cat(name, "=\"", *text, "\" is no number of milliseconds")};
  }
  return base::Milliseconds(*number);
}

void write_parameters(Element parent, const Parameters& parameters) {
  Element attributes = parent.append(executor_wire::kAttributes);
  for (const auto& [name, value] : parameters) {
    if (xml::is_name(name)) {
      attributes.set_attribute(name, value);
    } else {
      Element param = attributes.append(executor_wire::kParam);
      param.set_attribute("name", name);
      param.set_attribute("value", value);
    }
  }
}

Parameters read_parameters(Element parent) {
  Parameters parameters;
  const Element attributes = parent.first_child(executor_wire::kAttributes);
  if (!attributes) return parameters;
  for (const xml::Attribute attribute : attributes.attributes()) {
    parameters.emplace_back(attribute.name, attribute.value);
  }
  for (const Element param : attributes.children(executor_wire::kParam)) {
    parameters.emplace_back(param.attribute_or("name", ""), param.attribute_or("value", ""));
  }
  return parameters;
}

void write_operation(Element element, const ExecutorOperation& operation) {
  element.set_attribute("lrmd_rsc_id", operation.resource);
  element.set_attribute("lrmd_rsc_action", operation.action);
  if (!operation.user_data.empty()) {
    element.set_attribute("lrmd_rsc_userdata_str", operation.user_data);
  }
  element.set_attribute("lrmd_rsc_interval", operation.interval.count());
  element.set_attribute("lrmd_timeout", operation.timeout.count());
  element.set_attribute("lrmd_rsc_start_delay", operation.start_delay.count());
  write_parameters(element, operation.parameters);
}

base::Result<ExecutorOperation> read_operation(Element element) {
  ExecutorOperation operation{
      .resource = std::string(element.attribute_or("lrmd_rsc_id", "")),
      .action = std::string(element.attribute_or("lrmd_rsc_action", "")),
      .user_data = std::string(element.attribute_or("lrmd_rsc_userdata_str", "")),
      .parameters = read_parameters(element)};
  const base::Result<base::Milliseconds> interval = read_milliseconds(element, "lrmd_rsc_interval");
  const base::Result<base::Milliseconds> timeout = read_milliseconds(element, "lrmd_timeout");
  const base::Result<base::Milliseconds> delay = read_milliseconds(element, "lrmd_rsc_start_delay");
  for (const auto* each : {&interval, &timeout, &delay}) {
    if (!*each) return each->error();
  }
  operation.interval = *interval;
  operation.timeout = *timeout;
  operation.start_delay = *delay;
  return operation;
}

xml::Document completion_event(const ExecutorResult& result, bool with_number) {
  xml::Document document = xml::Document::create(executor_wire::kNotify);
  Element event = document.root();
  event.set_attribute("lrmd_origin", "executor");
  event.set_attribute("lrmd_timeout", result.operation.timeout.count());
  event.set_attribute("lrmd_rsc_interval", result.operation.interval.count());
  event.set_attribute("lrmd_rsc_start_delay", result.operation.start_delay.count());
  event.set_attribute("lrmd_exec_rc", static_cast<int>(result.code));
  event.set_attribute("lrmd_exec_op_status", static_cast<int>(result.status));
  event.set_attribute("lrmd_callid", result.call);
  event.set_attribute("lrmd_rsc_deleted", result.resource_removed ? 1 : 0);
  event.set_attribute("lrmd_run_time", result.last_run.count());
  event.set_attribute("lrmd_rcchange_time", result.last_change.count());
  event.set_attribute("lrmd_exec_time", result.run_time.count());
  event.set_attribute("lrmd_queue_time", result.queue_time.count());
  event.set_attribute("lrmd_op", executor_wire::kOpExecute);
  event.set_attribute("lrmd_rsc_id", result.operation.resource);
  event.set_attribute("lrmd_rsc_action", result.operation.action);
  if (!result.operation.user_data.empty()) {
    event.set_attribute("lrmd_rsc_userdata_str", result.operation.user_data);
  }
  if (!result.exit_reason.empty()) {
    event.set_attribute("lrmd_rsc_exit_reason", result.exit_reason);
  }
  if (!result.output.empty()) event.set_attribute("lrmd_rsc_output", result.output);
  if (with_number) {
    event.set_attribute("systole_result", static_cast<long long>(result.number));
  }
  write_parameters(event, result.operation.parameters);
  return document;
}

base::Result<ExecutorResult> read_completion(Element event) {
  if (!event.is(executor_wire::kNotify) ||
      event.attribute_or("lrmd_op", "") != executor_wire::kOpExecute) {
    return {Errc::kProtocol, base::cat("<", event.name(), "> tells no result")};
  }
  ExecutorResult result{
      .number = static_cast<std::uint64_t>(read_number(event, "systole_result")),
      .call = static_cast<int>(read_number(event, "lrmd_callid")),
      .operation = {.resource = std::string(event.attribute_or("lrmd_rsc_id", "")),
                    .action = std::string(event.attribute_or("lrmd_rsc_action", "")),
                    .interval = lenient_milliseconds(event, "lrmd_rsc_interval"),
                    .timeout = lenient_milliseconds(event, "lrmd_timeout"),
                    .start_delay = lenient_milliseconds(event, "lrmd_rsc_start_delay"),
                    .user_data = std::string(event.attribute_or("lrmd_rsc_userdata_str", "")),
                    .parameters = read_parameters(event)},
      .code = static_cast<model::ExitCode>(read_number(event, "lrmd_exec_rc", 1)),
      .status = model::execution_status(static_cast<int>(read_number(event, "lrmd_exec_op_status")))
                    .value_or(model::ExecutionStatus::kUnknown),
      .exit_reason = std::string(event.attribute_or("lrmd_rsc_exit_reason", "")),
      .output = std::string(event.attribute_or("lrmd_rsc_output", "")),
      .resource_removed = read_number(event, "lrmd_rsc_deleted") != 0,
      .last_run = std::chrono::seconds(read_number(event, "lrmd_run_time")),
      .last_change = std::chrono::seconds(read_number(event, "lrmd_rcchange_time")),
      .run_time = lenient_milliseconds(event, "lrmd_exec_time"),
      .queue_time = lenient_milliseconds(event, "lrmd_queue_time")};
  if (result.operation.resource.empty() || result.operation.action.empty()) {
    return {Errc::kProtocol, "a result that names no resource or action"};
  }
  return result;
}

}  // namespace systole::client
