#include "crmd/shell/attribute_protocol.h"

#include <array>
#include <utility>

#include "crmd/shell/element_text.h"
#include "lib/base/duration.h"
#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;
using xml::Element;
using Task = AttributeRequest::Task;

constexpr std::string_view kProtocolVersion = "4";

struct AttributeTaskName {
  std::string_view name;
  Task task;
  bool needs_name;
};

constexpr std::array kAttributeTasks = {
    AttributeTaskName{"update", Task::kUpdate, true},
    AttributeTaskName{"update-both", Task::kUpdateBoth, true},
    AttributeTaskName{"update-delay", Task::kUpdateDelay, true},
    AttributeTaskName{"refresh", Task::kRefresh, false},
    AttributeTaskName{"peer-remove", Task::kPeerRemove, false},
    AttributeTaskName{"clear-failure", Task::kClearFailure, false},
};

const AttributeTaskName* task_named(std::string_view name) {
  for (const AttributeTaskName& task : kAttributeTasks) {
    if (task.name == name) return &task;
  }
  return nullptr;
}

bool flag(Element element, std::string_view name) {
  return base::parse_bool(element.attribute_or(name, "0")).value_or(false);
}

std::string value_of(Element element, std::string_view name) {
  return std::string(element.attribute_or(name, {}));
}

/// An interval; absent when there is none. Failures of the clear-failure kind name intervals in
/// plain milliseconds or with a unit.
Result<std::optional<Milliseconds>> interval(Element element, std::string_view name) {
  const auto value = element.attribute(name);
  if (!value || value->empty()) return std::optional<Milliseconds>();
  auto length = base::parse_duration(*value);
  if (!length) return {Errc::kInvalidArgument, base::cat(name, ": ", length.error().message)};
  return std::optional<Milliseconds>(*length);
}

Result<AttributeChanges::Change> change(Element element, const AttributeTaskName& task) {
  AttributeChanges::Change out;
  AttributeRequest& request = out.request;
  request.task = task.task;
  request.name = value_of(element, "attr_name");
  request.pattern = request.name.empty() ? value_of(element, "attr_regex") : "";
  if (task.needs_name && request.name.empty() && request.pattern.empty()) {
    return {Errc::kInvalidArgument,
            base::cat("an attribute ", task.name, " that names no attribute")};
  }
  if (const auto value = element.attribute("attr_value")) request.value = *value;
  request.node = value_of(element, "attr_host");
  out.node_id = value_of(element, "attr_host_id");
  request.set = value_of(element, "attr_set");
  request.is_private = flag(element, "attr_is_private");
  request.is_remote = flag(element, "attr_is_remote");
  request.user = value_of(element, "attr_user");
  request.resource = value_of(element, "attr_resource");
  request.operation = value_of(element, "attr_clear_operation");
  auto dampening = interval(element, "attr_dampening");
  if (!dampening) return dampening.error();
  request.dampening = *dampening;
  auto cleared = interval(element, "attr_clear_interval");
  if (!cleared) return cleared.error();
  request.interval = *cleared;
  if (task.task == Task::kPeerRemove && request.node.empty() && out.node_id.empty()) {
    return {Errc::kInvalidArgument, "a removal of a node from the attributes that names no node"};
  }
  return out;
}

Result<AttributeMessage> changes(Element message, std::string_view task_name) {
  AttributeChanges out;
  const Element first = message.first_child("op");
  for (Element element = first ? first : message; element;
       element = first ? element.next() : Element()) {
    const std::string_view name = element.attribute_or("task", task_name);
    const AttributeTaskName* task = task_named(name);
    if (task == nullptr) {
      return {Errc::kInvalidArgument, base::cat("unknown attribute task '", name, "'")};
    }
    auto made = change(element, *task);
    if (!made) return made.error();
    if (made->request.user.empty()) made->request.user = value_of(message, "attr_user");
    out.changes.push_back(std::move(*made));
  }
  return AttributeMessage(std::move(out));
}

}  // namespace

Result<AttributeMessage> decode_attribute_message(std::string_view message_text) {
  auto document = xml::Document::parse(message_text);
  if (!document) return {Errc::kProtocol, document.error().message};
  const Element message = document->root();
  const std::string_view task = message.attribute_or("task", {});
  if (task != "query") return changes(message, task);
  AttributeQuery query{value_of(message, "attr_name"), value_of(message, "attr_host")};
  if (query.name.empty()) {
    return {Errc::kInvalidArgument, "an attribute query that names no attribute"};
  }
  return AttributeMessage(std::move(query));
}

std::string encode_attribute_answer(std::string_view name, const AttributeAnswer& answer) {
  ElementText reply("build_query_reply");
  reply.set("t", "attrd").set("subt", "query").set("attr_version", kProtocolVersion);
  if (!answer.known) return reply.text();
  reply.set("attr_name", name);
  for (const AttributeAnswer::NodeValue& value : answer.values) {
    ElementText node("node");
    node.set("attr_host", value.node);
    if (value.value) node.set("attr_value", *value.value);
    reply.append(node.text());
  }
  return reply.text();
}

}  // namespace systole::crmd
