#include "policy/tool/cluster_copy.h"

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "lib/model/scalars.h"
#include "lib/xml/xpath.h"
#include "policy/digest/digest.h"

namespace systole::policy::tool {

namespace {

constexpr std::string_view kEngine = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
constexpr std::string_view kOrigin = "crm_simulate";

xml::Element child_or_new(xml::Element parent, std::string_view name) {
  const xml::Element found = parent.first_child(name);
  return found ? found : parent.append(name);
}

std::string meta_or(const model::GraphAction& action, std::string_view name,
                    std::string_view fallback) {
  return std::string(attribute_of(action, name, fallback));
}

/// The highest call id recorded for a resource.
long long last_call(xml::Element entry) {
  long long highest = 0;
  for (const xml::Element op : entry.children("lrm_rsc_op")) {
    const auto call = base::parse_integer<long long>(op.attribute_or("call-id", "0"));
    highest = std::max(highest, call.value_or(0));
  }
  return highest;
}

std::string digest_of(const model::GraphAction& action, std::int64_t interval_ms) {
  static constexpr std::array<std::string_view, 6> kNeverCounted = {
      "id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip"};
  AttributeTable counted;
  for_each_attribute(action, [&](model::Text name, model::Text value) {
    const bool timeout = name == "CRM_meta_timeout" && interval_ms > 0;
    if (name.starts_with("CRM_meta_") && !timeout) return;
    if (std::find(kNeverCounted.begin(), kNeverCounted.end(), name) != kNeverCounted.end()) return;
    counted.add(name, value);
  });
  return parameters_digest(counted);
}

void set_down(xml::Element state) {
  state.set_attribute("in_ccm", "false");
  state.set_attribute("crmd", "offline");
  state.set_attribute("join", "down");
  state.set_attribute("expected", "down");
  state.set_attribute("crm-debug-origin", kOrigin);
}

void forget(xml::Element state) {
  for (const std::string_view name : {"lrm", "transient_attributes"}) {
    if (xml::Element child = state.first_child(name)) child.remove();
  }
}

}  // namespace

void ClusterCopy::count_up() {
  xml::Element cib = document_.root();
  const auto updates = base::parse_integer<long long>(cib.attribute_or("num_updates", "0"));
  cib.set_attribute("num_updates", updates.value_or(0) + 1);
}

base::Result<OperationSpec> parse_operation_spec(std::string_view text) {
  const base::Error bad{base::Errc::kUsage, base::cat("Invalid operation spec: ", text)};
  const std::size_t at = text.find('@');
  const std::size_t equals = text.rfind('=');
  if (at == std::string_view::npos || equals == std::string_view::npos || equals < at) return bad;
  const std::string_view key = text.substr(0, at);
  const std::size_t last = key.rfind('_');
  if (last == std::string_view::npos || last == 0) return bad;
  std::size_t middle = key.rfind('_', last - 1);
  if (middle == std::string_view::npos || middle == 0) return bad;
  for (const std::string_view task : {"_migrate_to", "_migrate_from"}) {
    const std::string_view front = key.substr(0, last);
    if (front.ends_with(task)) middle = front.size() - task.size();
  }
  const auto interval = base::parse_integer<std::int64_t>(key.substr(last + 1));
  const auto rc = base::parse_integer<int>(text.substr(equals + 1));
  if (!interval || !rc) return bad;
  return OperationSpec{std::string(key.substr(0, middle)),
                       std::string(key.substr(middle + 1, last - middle - 1)), *interval,
                       std::string(text.substr(at + 1, equals - at - 1)), *rc};
}

xml::Element ClusterCopy::state_of(std::string_view node, std::string_view id) {
  xml::Element status = child_or_new(document_.root(), "status");
  for (const xml::Element state : status.children("node_state")) {
    if (state.attribute_or("uname", {}) == node) return state;
  }
  if (id.empty()) {
    id = node;
    xml::Element configuration = child_or_new(document_.root(), "configuration");
    for (const xml::Element known : child_or_new(configuration, "nodes").children("node")) {
      if (known.attribute_or("uname", {}) == node) id = known.id();
    }
  }
  if (const xml::Element known = status.first_child("node_state", id)) return known;
  xml::Element state = status.append("node_state");
  state.set_attribute("id", id);
  state.set_attribute("uname", node);
  return state;
}

void ClusterCopy::set_quorum(std::string_view value) {
  document_.root().set_attribute("have-quorum", value);
  count_up();
}

void ClusterCopy::set_property(std::string_view name, std::string_view value) {
  count_up();
  xml::Element configuration = child_or_new(document_.root(), "configuration");
  xml::Element options = child_or_new(configuration, "crm_config");
  xml::Element set = options.first_child("cluster_property_set");
  if (!set) {
    set = options.append("cluster_property_set");
    set.set_attribute("id", "cib-bootstrap-options");
  }
  for (xml::Element pair : set.children("nvpair")) {
    if (pair.attribute_or("name", {}) != name) continue;
    pair.set_attribute("value", value);
    return;
  }
  xml::Element pair = set.append("nvpair");
  pair.set_attribute("id", base::cat(set.id(), "-", name));
  pair.set_attribute("name", name);
  pair.set_attribute("value", value);
}

void ClusterCopy::bring_up(std::string_view node) {
  xml::Element nodes = child_or_new(child_or_new(document_.root(), "configuration"), "nodes");
  bool known = false;
  for (const xml::Element configured : nodes.children("node")) {
    known = known || configured.attribute_or("uname", {}) == node;
  }
  if (!known) {
    xml::Element added = nodes.append("node");
    added.set_attribute("id", node);
    added.set_attribute("uname", node);
  }
  xml::Element state = state_of(node, {});
  state.set_attribute("in_ccm", "true");
  state.set_attribute("crmd", "online");
  state.set_attribute("join", "member");
  state.set_attribute("expected", "member");
  state.set_attribute("crm-debug-origin", kOrigin);
  count_up();
}

void ClusterCopy::take_down(std::string_view node) {
  const xml::Element state = state_of(node, {});
  set_down(state);
  forget(state);
  entries_.clear();
  count_up();
}

void ClusterCopy::fail(std::string_view node) {
  bring_up(node);
  state_of(node, {}).set_attribute("in_ccm", "false");
}

void ClusterCopy::fence(std::string_view node) {
  take_down(node);
}

void ClusterCopy::set_ticket(std::string_view ticket, std::string_view attribute, bool value) {
  xml::Element tickets = child_or_new(child_or_new(document_.root(), "status"), "tickets");
  xml::Element state = tickets.first_child("ticket_state", ticket);
  if (!state) {
    state = tickets.append("ticket_state");
    state.set_attribute("id", ticket);
  }
  state.set_attribute(attribute, value ? "true" : "false");
  count_up();
}

struct ClusterCopy::Result {
  std::string_view resource;  ///< as the entry is named
  std::string key;
  std::string task;
  std::int64_t interval_ms = 0;
  int expected = 0;
  int rc = 0;
  std::string node;
  std::string migrate_source;
  std::string migrate_target;
  std::string digest;
  std::string_view reason;
};

xml::Element ClusterCopy::history_of(xml::Element state, const Recorded& recorded,
                                     const model::Agent& agent) {
  xml::Element lrm = child_or_new(state, "lrm");
  if (!lrm.attribute("id")) lrm.set_attribute("id", state.id());
  xml::Element resources = child_or_new(lrm, "lrm_resources");
  // A node that lists a resource twice says nothing certain of it: the result stands on its own.
  Entries& entries = entries_of(resources);
  for (const std::string_view name : {recorded.entry, recorded.config_id}) {
    const auto known = entries.by_id.find(std::string(name));
    if (known != entries.by_id.end() && known->second.count == 1) return known->second.entry;
  }
  xml::Element entry = resources.append("lrm_resource");
  entry.set_attribute("id", recorded.config_id);
  entry.set_attribute("class", agent.standard);
  if (!agent.provider.empty()) entry.set_attribute("provider", agent.provider);
  entry.set_attribute("type", agent.type);
  entries.add(entry);
  return entry;
}

void ClusterCopy::Entries::add(xml::Element entry) {
  Known& known = by_id[std::string(entry.id())];
  if (known.count++ == 0) known.entry = entry;
}

ClusterCopy::Entries& ClusterCopy::entries_of(xml::Element resources) {
  const auto [found, is_new] = entries_.try_emplace(resources.raw());
  if (is_new) {
    for (const xml::Element entry : resources.children("lrm_resource")) found->second.add(entry);
  }
  return found->second;
}

void ClusterCopy::write_result(xml::Element entry, const Result& result) {
  const bool failed = result.rc != result.expected;
  const long long call = last_call(entry) + 1;
  count_up();
  const std::string transition = base::cat(call, ":-1:", result.expected, ":", kEngine);
  const auto write = [&](const std::string& id) {
    xml::Element op = entry.first_child("lrm_rsc_op", id);
    if (!op) op = entry.append("lrm_rsc_op");
    op.remove_all_attributes();
    op.set_attribute("id", id);
    op.set_attribute("operation_key", result.key);
    op.set_attribute("operation", result.task);
    op.set_attribute("crm-debug-origin", kOrigin);
    op.set_attribute("crm_feature_set", model::kFeatureSet);
    op.set_attribute("transition-key", transition);
    op.set_attribute("transition-magic", base::cat("0:", result.rc, ";", transition));
    op.set_attribute("exit-reason", result.reason);
    op.set_attribute("on_node", result.node);
    op.set_attribute("call-id", call);
    op.set_attribute("rc-code", static_cast<long long>(result.rc));
    op.set_attribute("op-status", "0");
    op.set_attribute("interval", static_cast<long long>(result.interval_ms));
    op.set_attribute("last-rc-change", static_cast<long long>(now_));
    op.set_attribute("exec-time", "0");
    op.set_attribute("queue-time", "0");
    if (!result.migrate_source.empty()) {
      op.set_attribute("migrate_source", result.migrate_source);
      op.set_attribute("migrate_target", result.migrate_target);
    }
    if (!result.digest.empty()) op.set_attribute("op-digest", result.digest);
  };
  const bool migration = result.task == "migrate_to" || result.task == "migrate_from";
  if (failed) write(base::cat(result.resource, "_last_failure_0"));
  if (!failed && (result.interval_ms > 0 || migration || result.task == "notify")) {
    write(result.key);
  } else if (result.interval_ms == 0) {
    write(base::cat(result.resource, "_last_0"));
  }
}

void ClusterCopy::record(const model::GraphAction& action, const Recorded& recorded) {
  if (!action.resource) return;
  const model::Agent agent{action.resource->standard, action.resource->provider,
                           action.resource->type};
  const bool routed = !action.router_node.empty() && action.router_node != action.node;
  const xml::Element state = state_of(action.node, routed ? action.node : action.node_uuid);
  const xml::Element entry = history_of(state, recorded, agent);
  Result result;
  result.resource = entry.id();
  result.interval_ms =
      base::parse_integer<std::int64_t>(meta_or(action, "CRM_meta_interval", "0")).value_or(0);
  result.expected =
      base::parse_integer<int>(meta_or(action, "CRM_meta_op_target_rc", "0")).value_or(0);
  result.rc = recorded.rc;
  if (recorded.told) result.reason = "User-injected result";
  result.task = action.operation;
  result.node = action.node;
  if (result.task == "reload-agent") {
    result.task = result.rc == result.expected ? "start" : "monitor";
  }
  result.key = base::cat(result.resource, "_", result.task, "_", result.interval_ms);
  if (result.task == "notify") result.key = action.key;
  if (result.task == "cancel") {
    result.key = base::cat(result.resource, "_cancel_", result.interval_ms);
  }
  result.migrate_source = meta_or(action, "CRM_meta_migrate_source", "");
  result.migrate_target = meta_or(action, "CRM_meta_migrate_target", "");
  result.digest = digest_of(action, result.interval_ms);
  write_result(entry, result);
}

void ClusterCopy::record_injected(const OperationSpec& spec, const Status& status, RscId rsc) {
  const Resource& resource = status.resource(rsc);
  const Recorded recorded{.entry = spec.resource, .config_id = resource.base_id, .rc = spec.rc};
  const xml::Element entry = history_of(state_of(spec.node, {}), recorded, resource.agent);
  Result result;
  result.resource = entry.id();
  result.task = spec.task;
  result.interval_ms = spec.interval_ms;
  result.key = base::cat(result.resource, "_", spec.task, "_", spec.interval_ms);
  result.rc = spec.rc;
  result.reason = "Simulated action result";
  result.node = spec.node;
  write_result(entry, result);
}

void ClusterCopy::set_transient(std::string_view node, std::string_view name,
                                std::string_view value) {
  xml::Element state = state_of(node, {});
  xml::Element transient = child_or_new(state, "transient_attributes");
  if (!transient.attribute("id")) transient.set_attribute("id", state.id());
  xml::Element set = child_or_new(transient, "instance_attributes");
  if (!set.attribute("id")) set.set_attribute("id", state.id());
  for (xml::Element pair : set.children("nvpair")) {
    if (pair.attribute_or("name", {}) != name) continue;
    pair.set_attribute("value", value);
    return;
  }
  xml::Element pair = set.append("nvpair");
  std::string id = base::cat(set.id(), "-", name);
  std::replace(id.begin(), id.end(), '#', '.');
  pair.set_attribute("id", id);
  pair.set_attribute("name", name);
  pair.set_attribute("value", value);
}

std::vector<AttributeWrite> ClusterCopy::count_failure(const OperationSpec& spec,
                                                       std::string_view resource, bool infinite) {
  std::vector<AttributeWrite> written;
  if (spec.rc == 0 || (spec.rc == 7 && spec.interval_ms == 0)) return written;
  const std::string suffix = base::cat(resource, "#", spec.task, "_", spec.interval_ms);
  const std::string count_name = base::cat("fail-count-", suffix);
  const std::string time_name = base::cat("last-failure-", suffix);
  const xml::Element state = state_of(spec.node, {});
  std::string count = "INFINITY";
  if (!infinite) {
    long long known = 0;
    const auto found = xml::xpath(state, base::cat(".//nvpair[@name='", count_name, "']"));
    if (found && !found->empty()) {
      known = base::parse_integer<long long>(found->front().attribute_or("value", "0")).value_or(0);
    }
    count = base::cat(known + 1);
  }
  for (const auto& [name, value] :
       {std::pair(count_name, count), std::pair(time_name, base::cat(now_))}) {
    set_transient(spec.node, name, value);
    written.push_back({name, value, "/node_state", std::string(state.id())});
  }
  return written;
}

}  // namespace systole::policy::tool
