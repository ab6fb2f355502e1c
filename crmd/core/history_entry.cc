#include "crmd/core/history_entry.h"

#include <algorithm>
#include <array>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/digest.h"
#include "lib/cib/version.h"

namespace systole::crmd {
namespace {

constexpr std::string_view kMeta = "CRM_meta_";
constexpr int kPendingRc = 193;

/// Names that travel with the parameters and are none.
constexpr std::array<std::string_view, 6> kNoParameters = {
    "id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip"};

/// Tasks whose result says how the resource would have to be restarted.
constexpr std::array<std::string_view, 8> kTasksWithTraits = {
    "start",  "monitor",      "promote",    "demote",
    "reload", "reload-agent", "migrate_to", "migrate_from"};

std::vector<cib::Parameter> digest_parameters(const Operation& operation) {
  std::vector<cib::Parameter> out;
  for (const auto& [name, value] : operation.parameters) {
    if (std::find(kNoParameters.begin(), kNoParameters.end(), name) != kNoParameters.end()) {
      continue;
    }
    const bool meta = name.compare(0, kMeta.size(), kMeta) == 0;
    const bool counts = name == "CRM_meta_timeout" && operation.interval > Milliseconds::zero();
    if (!meta || counts) out.emplace_back(name, value);
  }
  return out;
}

/// "  a b  ", so that membership is a search for " a ".
std::string padded_list(const std::vector<std::string>& names) {
  return names.empty() ? std::string() : base::cat("  ", base::join(names, " "), "  ");
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_digests(xml::Element entry, const OperationResult& result) {
  const Operation& operation = result.operation;
  const std::vector<cib::Parameter> all = digest_parameters(operation);
  entry.set_attribute("op-digest", cib::parameters_digest(all));
  const bool has_traits = std::find(kTasksWithTraits.begin(), kTasksWithTraits.end(),
                                    operation.task) != kTasksWithTraits.end();
  if (!result.traits || !has_traits) return;
  if (result.traits->reloads && operation.interval == Milliseconds::zero()) {
    std::vector<cib::Parameter> restart;
    for (const cib::Parameter& parameter : all) {
      if (contains(result.traits->restart, parameter.first)) restart.push_back(parameter);
    }
    entry.set_attribute("op-force-restart", padded_list(result.traits->restart));
    entry.set_attribute("op-restart-digest", cib::parameters_digest(std::move(restart)));
  }
  if (!result.traits->secrets.empty()) {
    std::vector<cib::Parameter> open;
    for (const cib::Parameter& parameter : all) {
      if (!contains(result.traits->secrets, parameter.first)) open.push_back(parameter);
    }
    entry.set_attribute("op-secure-params", padded_list(result.traits->secrets));
    entry.set_attribute("op-secure-digest", cib::parameters_digest(std::move(open)));
  }
}

std::string_view parameter(const Operation& operation, std::string_view name) {
  for (const auto& [key, value] : operation.parameters) {
    if (key == name) return value;
  }
  return {};
}

/// Reloads leave the resource as a start does.
std::string_view recorded_task(const Operation& operation) {
  if (operation.task == "reload" || operation.task == "reload-agent") return "start";
  return operation.task;
}

void append_entry(xml::Element lrm_resource, const std::string& id, const OperationResult& result) {
  const Operation& operation = result.operation;
  xml::Element entry = lrm_resource.append("lrm_rsc_op");
  const std::string_view task = recorded_task(operation);
  const bool pending = result.status == OpStatus::kPending;
  entry.set_attribute("id", id);
  entry.set_attribute("operation_key", task == operation.task
                                           ? operation.key
                                           : base::cat(operation.resource, "_", task, "_0"));
  entry.set_attribute("operation", task);
  entry.set_attribute("crm-debug-origin", pending ? "on_execute" : "on_result");
  entry.set_attribute("crm_feature_set", cib::kFeatureSet);
  entry.set_attribute("transition-key", operation.transition_key);
  entry.set_attribute("transition-magic", base::cat(static_cast<int>(result.status), ":", result.rc,
                                                    ";", operation.transition_key));
  entry.set_attribute("exit-reason", result.reason);
  entry.set_attribute("on_node", operation.node);
  entry.set_attribute("call-id", static_cast<long long>(result.call_id));
  entry.set_attribute("rc-code", static_cast<long long>(result.rc));
  entry.set_attribute("op-status", static_cast<long long>(result.status));
  entry.set_attribute("interval", static_cast<long long>(operation.interval.count()));
  if (result.last_rc_change != 0) {
    entry.set_attribute("last-rc-change", static_cast<long long>(result.last_rc_change));
  }
  entry.set_attribute("exec-time", static_cast<long long>(result.exec_time.count()));
  entry.set_attribute("queue-time", static_cast<long long>(result.queue_time.count()));
  for (const std::string_view side : {"migrate_source", "migrate_target"}) {
    const std::string_view value = parameter(operation, base::cat(kMeta, side));
    if (!value.empty()) entry.set_attribute(side, value);
  }
  add_digests(entry, result);
}

}  // namespace

xml::Element append_lrm_resource(xml::Element resources, const Operation& operation) {
  xml::Element out = resources.append("lrm_resource");
  out.set_attribute("id", operation.resource);
  if (!operation.type.empty()) out.set_attribute("type", operation.type);
  if (!operation.standard.empty()) out.set_attribute("class", operation.standard);
  if (!operation.provider.empty()) out.set_attribute("provider", operation.provider);
  return out;
}

void append_pending(xml::Element lrm_resource, const Operation& operation, std::int64_t now) {
  OperationResult pending;
  pending.operation = operation;
  pending.call_id = -1;
  pending.rc = kPendingRc;
  pending.status = OpStatus::kPending;
  pending.last_rc_change = now;
  append_entry(lrm_resource, history_id(operation), pending);
}

void append_result(xml::Element lrm_resource, const OperationResult& result, bool failure) {
  append_entry(lrm_resource, history_id(result.operation), result);
  if (failure) {
    append_entry(lrm_resource, base::cat(result.operation.resource, "_last_failure_0"), result);
  }
}

std::string history_id(const Operation& operation) {
  const bool keyed = operation.interval > Milliseconds::zero() || operation.task == "migrate_to" ||
                     operation.task == "migrate_from";
  return keyed ? operation.key : base::cat(operation.resource, "_last_0");
}

bool is_pending(xml::Element entry) {
  return entry.attribute_or("op-status", "") ==
         std::to_string(static_cast<int>(OpStatus::kPending));
}

bool was_overtaken(xml::Element lrm_resource, xml::Element entry) {
  const auto call_of = [](xml::Element of) {
    return base::parse_integer<std::int64_t>(of.attribute_or("call-id", "0")).value_or(0);
  };
  constexpr std::int64_t kPending = -1;
  const std::int64_t call = call_of(entry);
  for (const xml::Element other : lrm_resource.children("lrm_rsc_op")) {
    const std::string_view task = other.attribute_or("operation", "");
    if ((task != "stop" && task != "demote") || call == kPending) continue;
    const std::int64_t end = call_of(other);
    if (end == kPending || end > call) return true;
  }
  return false;
}

}  // namespace systole::crmd
