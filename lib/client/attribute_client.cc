#include "lib/client/attribute_client.h"

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::client {
namespace {

using base::Errc;
using base::Result;

constexpr std::chrono::seconds kTimeout{30};

xml::Document make_request(std::string_view tool, std::string_view task) {
  xml::Document message = xml::Document::create("create_attrd_op");
  message.root().set_attribute("t", "attrd");
  message.root().set_attribute("src", tool);
  message.root().set_attribute("task", task);
  return message;
}

void set_if_given(xml::Element element, std::string_view name, const std::string& value) {
  if (!value.empty()) element.set_attribute(name, value);
}

std::string_view task_name(AttributeUpdate::Kind kind) {
  switch (kind) {
    case AttributeUpdate::Kind::kSet:
      return "update";
    case AttributeUpdate::Kind::kSetAndDelay:
      return "update-both";
    case AttributeUpdate::Kind::kDelay:
      break;
  }
  return "update-delay";
}

std::string update_message(std::string_view tool, const AttributeUpdate& update) {
  xml::Document message = make_request(tool, task_name(update.kind));
  xml::Element root = message.root();
  set_if_given(root, "attr_user", update.user);
  set_if_given(root, "attr_name", update.name);
  set_if_given(root, "attr_regex", update.pattern);
  if (update.value) root.set_attribute("attr_value", *update.value);
  set_if_given(root, "attr_dampening", update.delay);
  set_if_given(root, "attr_host", update.node);
  set_if_given(root, "attr_set", update.set);
  root.set_attribute("attr_is_remote", update.is_remote ? "1" : "0");
  root.set_attribute("attr_is_private", update.is_private ? "1" : "0");
  return message.compact();
}

}  // namespace

Result<std::unique_ptr<AttributeClient>> AttributeClient::connect(std::string_view tool,
                                                                  std::string_view service) {
  Result<std::unique_ptr<ipc::Client>> connection = ipc::Client::connect(service);
  if (!connection) return connection.error();
  return std::unique_ptr<AttributeClient>(new AttributeClient(std::move(*connection), tool));
}

Result<void> AttributeClient::tell(const std::string& message) {
  const Result<std::string> answer = connection_->request(message, kTimeout);
  if (!answer) return answer.error();
  const Result<xml::Document> ack = xml::Document::parse(*answer);
  if (!ack) return {Errc::kProtocol, base::cat("attrd's answer: ", ack.error().message)};
  // 112 says that the work will be done, 0 that it is.
  const std::string_view status = ack->root().attribute_or("status", "0");
  if (status == "0" || status == "112") return {};
  return {Errc::kProtocol, base::cat("attrd refused the request with status ", status)};
}

Result<void> AttributeClient::update(const AttributeUpdate& update) {
  return tell(update_message(tool_, update));
}

Result<void> AttributeClient::post(const AttributeUpdate& update) {
  const Result<std::int32_t> sent = connection_->send(update_message(tool_, update), kTimeout);
  return sent ? Result<void>() : Result<void>(sent.error());
}

Result<void> AttributeClient::refresh() {
  return tell(make_request(tool_, "refresh").compact());
}

Result<std::vector<AttributeValue>> AttributeClient::query(const std::string& name,
                                                           const std::string& node) {
  xml::Document message = make_request(tool_, "query");
  message.root().set_attribute("attr_name", name);
  set_if_given(message.root(), "attr_host", node);
  const Result<std::string> answer = connection_->request(message.compact(), kTimeout);
  if (!answer) return answer.error();
  const Result<xml::Document> reply = xml::Document::parse(*answer);
  if (!reply) return {Errc::kProtocol, base::cat("attrd's answer: ", reply.error().message)};
  if (!reply->root().attribute("attr_name")) {
    return {Errc::kNotFound, base::cat("attribute '", name, "' does not exist")};
  }
  std::vector<AttributeValue> values;
  for (const xml::Element entry : reply->root().children("node")) {
    AttributeValue value{.node = std::string(entry.attribute_or("attr_host", "")), .value = {}};
    if (const auto text = entry.attribute("attr_value"); text) value.value = std::string(*text);
    values.push_back(std::move(value));
  }
  return values;
}

Result<void> AttributeClient::clear_failures(const FailureFilter& filter) {
  xml::Document message = make_request(tool_, "clear-failure");
  xml::Element root = message.root();
  set_if_given(root, "attr_host", filter.node);
  set_if_given(root, "attr_resource", filter.resource);
  set_if_given(root, "attr_clear_operation", filter.operation);
  set_if_given(root, "attr_clear_interval", filter.interval);
  root.set_attribute("attr_is_remote", filter.is_remote ? "1" : "0");
  return tell(message.compact());
}

Result<void> AttributeClient::forget_node(const std::string& id, const std::string& name) {
  xml::Document message = make_request(tool_, "peer-remove");
  set_if_given(message.root(), "attr_host", name);
  set_if_given(message.root(), "attr_host_id", id);
  return tell(message.compact());
}

}  // namespace systole::client
