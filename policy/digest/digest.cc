#include "policy/digest/digest.h"

#include <algorithm>
#include <array>
#include <limits>

#include "lib/base/md5.h"
#include "lib/base/strings.h"
#include "lib/base/xml_escape.h"
#include "policy/status/operation_meta.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

constexpr std::array<Text, 6> kNeverCounted = {"id",      "crm_feature_set", "op-digest",
                                               "on_node", "on_node_uuid",    "pcmk_external_ip"};

constexpr std::int64_t kDefaultTimeoutMs = 20000;

bool listed(Text names, Text name) {
  const std::vector<std::string_view> list = base::split(names, " ");
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool has_own_parameters(const Resource& rsc, const model::HistoryOperation& op) {
  const model::OperationConfig* config = find_operation(rsc, op.operation, op.interval_ms);
  return config != nullptr && !config->parameters.empty();
}

AttributeTable only_restarting(const AttributeTable& all, const model::HistoryOperation& op) {
  if (!op.has_force_restart) return all;
  AttributeTable out;
  for (const model::NameValue& entry : all) {
    if (listed(op.force_restart, entry.name)) out.add(entry.name, entry.value);
  }
  return out;
}

/// What a digest without secrets covers: the agent's parameters, not those that steer the fencer.
AttributeTable without_private(const AttributeTable& all, const Resource& rsc,
                               const model::HistoryOperation& op) {
  AttributeTable out;
  for (const model::NameValue& entry : all) {
    if (listed(op.secure_params, entry.name) || entry.name.starts_with("CRM_meta_")) continue;
    if (rsc.is_fence_device() && entry.name.starts_with("pcmk_")) continue;
    out.add(entry.name, entry.value);
  }
  return out;
}

}  // namespace

std::int64_t timeout_ms(const Status& status, RscId id, Text operation, std::int64_t interval_ms,
                        const AttributeTable& meta) {
  Text text = meta.value_or("timeout", "");
  const Resource& rsc = status.resource(id);
  const bool short_check = operation == "start" || (operation == "monitor" && interval_ms == 0);
  AttributeTable parameters;
  if (rsc.is_fence_device() && short_check) {
    parameters = parameters_on(status, id, std::nullopt);
    text = parameters.value_or("pcmk_monitor_timeout", text);
  }
  const std::int64_t value = model::read_interval_ms(text).value_or(0);
  if (value <= 0) return kDefaultTimeoutMs;
  return std::min<std::int64_t>(value, std::numeric_limits<std::int32_t>::max());
}

AttributeTable digest_parameters(const Status& status, RscId rsc, NodeId node,
                                 const model::HistoryOperation& op) {
  AttributeTable out = parameters_on(status, rsc, node);
  const model::OperationConfig* config =
      find_operation(status.resource(rsc), op.operation, op.interval_ms);
  if (config != nullptr) {
    RuleContext context = time_context(status);
    context.node = &status.node(node).attributes;
    collect(config->parameters, context, out);
  }
  for (const Text name : kNeverCounted) out.erase(name);
  std::vector<Text> meta;
  for (const model::NameValue& entry : out) {
    if (entry.name.starts_with("CRM_meta_")) meta.push_back(entry.name);
  }
  for (const Text name : meta) out.erase(name);
  if (op.interval_ms > 0) {
    const AttributeTable operation =
        operation_meta_of(status, rsc, op.operation, op.interval_ms, config);
    const std::int64_t timeout = timeout_ms(status, rsc, op.operation, op.interval_ms, operation);
    out.set("CRM_meta_timeout", status.pool->keep(base::cat(timeout)));
  }
  return out;
}

std::string parameters_digest(const AttributeTable& parameters) {
  std::string text = " <parameters";
  for (const model::NameValue& entry : parameters) {
    text += base::cat(" ", entry.name, "=\"");
    base::escape_xml(entry.value, text, base::XmlEscapes::kDigest);
    text += "\"";
  }
  return base::md5_hex(text + "/>\n");
}

DigestVerdict compare_digests(const Status& status, RscId rsc, NodeId node,
                              const model::HistoryOperation& op) {
  const AttributeTable all = digest_parameters(status, rsc, node, op);
  if (!op.restart_digest.empty()) {
    if (parameters_digest(only_restarting(all, op)) != op.restart_digest) {
      return DigestVerdict::kRestart;
    }
  }
  if (op.digest.empty()) return DigestVerdict::kUnknown;
  if (parameters_digest(all) == op.digest) return DigestVerdict::kMatch;
  if (op.interval_ms == 0 && has_own_parameters(status.resource(rsc), op)) {
    return DigestVerdict::kRestart;
  }
  return DigestVerdict::kMismatch;
}

bool differs_in_secrets_alone(const Status& status, RscId rsc, NodeId node,
                              const model::HistoryOperation& op) {
  if (!status.snapshot->from_file || op.secure_digest.empty()) return false;
  const AttributeTable all = digest_parameters(status, rsc, node, op);
  return parameters_digest(without_private(all, status.resource(rsc), op)) == op.secure_digest;
}

DeviceDigests device_digests(const Status& status, RscId device, NodeId node) {
  // No operation: its name has no parameters of its own, and nothing says what else is secret.
  model::HistoryOperation none;
  none.secure_params = " passwd password ";
  const AttributeTable all = digest_parameters(status, device, node, none);
  return {parameters_digest(all),
          parameters_digest(without_private(all, status.resource(device), none))};
}

}  // namespace systole::policy
