#include "policy/status/operation_meta.h"

#include <array>
#include <utility>

#include "lib/base/strings.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::OperationConfig;
using model::Text;

/// The enabled recurring monitor with the smallest interval, or null.
const OperationConfig* most_frequent_monitor(const Resource& rsc) {
  const OperationConfig* best = nullptr;
  for (const OperationConfig& op : rsc.config->operations) {
    if (op.name != "monitor" || op.interval_ms <= 0 || !is_enabled(op)) continue;
    if (best == nullptr || op.interval_ms < best->interval_ms) best = &op;
  }
  return best;
}

constexpr std::array<std::pair<Text, OnFail>, 11> kOnFail = {{
    {"ignore", OnFail::kIgnore},
    {"nothing", OnFail::kIgnore},
    {"demote", OnFail::kDemote},
    {"restart", OnFail::kRestart},
    {"restart-container", OnFail::kRestartContainer},
    {"migrate", OnFail::kBan},
    {"block", OnFail::kBlock},
    {"stop", OnFail::kStop},
    {"standby", OnFail::kStandby},
    {"fence", OnFail::kFence},
    {"reset-remote", OnFail::kResetRemote},
}};

std::optional<OnFail> parse_on_fail(Text text) {
  for (const auto& [name, value] : kOnFail) {
    if (name != "reset-remote" && base::equal_ignoring_case(name, text)) return value;
  }
  return std::nullopt;
}

bool is_promoted_monitor(const OperationConfig& op) {
  const Text* role = model::find_value(op.attributes, "role");
  return op.name == "monitor" && op.interval_ms > 0 && role != nullptr &&
         parse_role(*role) == Role::kPromoted;
}

/// A demote without on-fail follows the monitors of the promoted role.
Text demote_on_fail(const Resource& rsc) {
  Text out;
  for (const OperationConfig& op : rsc.config->operations) {
    if (!is_promoted_monitor(op) || !is_enabled(op)) continue;
    const Text* value = model::find_value(op.attributes, "on-fail");
    if (value != nullptr && !base::equal_ignoring_case(*value, "demote")) out = *value;
  }
  return out;
}

struct Failure {
  const Resource& rsc;
  Text operation;
  std::int64_t interval_ms;
  const OperationConfig* config;

  bool is_probe() const { return operation == "monitor" && interval_ms == 0; }
};

bool is_allowed(const Failure& failure, OnFail value) {
  if (failure.operation == "stop") {
    return value != OnFail::kStandby && value != OnFail::kDemote && value != OnFail::kStop;
  }
  if (value == OnFail::kDemote) {
    const bool monitor = failure.config != nullptr && is_promoted_monitor(*failure.config);
    return failure.operation == "promote" || monitor;
  }
  if (value == OnFail::kRestartContainer) return failure.rsc.launcher.has_value();
  return true;
}

bool is_remote_node_connection(const Status& status, const Resource& rsc) {
  return rsc.is_remote_connection && rsc.remote_node &&
         status.node(*rsc.remote_node).kind == NodeKind::kRemote;
}

OnFail default_on_fail(const Status& status, const Failure& failure) {
  if (failure.rsc.launcher) return OnFail::kRestartContainer;
  const bool connecting = failure.is_probe() || failure.operation == "start";
  if (is_remote_node_connection(status, failure.rsc) && !connecting) {
    return failure.rsc.managed ? OnFail::kResetRemote : OnFail::kStop;
  }
  if (failure.operation == "stop") {
    return status.options.fencing_enabled ? OnFail::kFence : OnFail::kBlock;
  }
  return OnFail::kRestart;
}

}  // namespace

AttributeTable operation_meta(const Status& status, RscId rsc, Text operation,
                              std::int64_t interval_ms) {
  const OperationConfig* config = find_operation(status.resource(rsc), operation, interval_ms);
  return operation_meta_of(status, rsc, operation, interval_ms, config);
}

AttributeTable operation_meta_of(const Status& status, RscId rsc, Text operation,
                                 std::int64_t interval_ms, const OperationConfig* config) {
  AttributeTable out;
  RuleContext context = time_context(status);
  context.agent = &status.resource(rsc).agent;
  context.operation = operation;
  context.interval_ms = interval_ms;
  if (config != nullptr) {
    for (const model::NameValue& attribute : config->attributes) {
      out.add(attribute.name, attribute.value);
    }
    collect(config->meta, context, out);
  }
  if (operation == "monitor" && interval_ms == 0 && !out.contains("timeout")) {
    const OperationConfig* monitor = most_frequent_monitor(status.resource(rsc));
    const Text* timeout =
        monitor == nullptr ? nullptr : model::find_value(monitor->attributes, "timeout");
    if (timeout != nullptr) out.add("timeout", *timeout);
  }
  collect(status.snapshot->operation_defaults, context, out);
  return out;
}

OnFail on_fail_of(const Status& status, RscId rsc, Text operation, std::int64_t interval_ms) {
  const Resource& resource = status.resource(rsc);
  const OperationConfig* config = find_operation(resource, operation, interval_ms);
  const Failure failure{resource, operation, interval_ms, config};
  const AttributeTable meta = operation_meta_of(status, rsc, operation, interval_ms, config);
  Text text = meta.value_or("on-fail", "");
  const bool connecting = failure.is_probe() || operation == "start";
  if (is_remote_node_connection(status, resource) && !resource.managed && !connecting) text = {};
  if (text.empty() && operation == "demote") text = demote_on_fail(resource);
  if (!text.empty()) {
    auto value = parse_on_fail(text);
    if (value == OnFail::kFence && !status.options.fencing_enabled) value = OnFail::kStop;
    if (value && is_allowed(failure, *value)) return *value;
  }
  return default_on_fail(status, failure);
}

}  // namespace systole::policy
