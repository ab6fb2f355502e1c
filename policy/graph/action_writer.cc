#include "policy/graph/action_writer.h"

#include <algorithm>
#include <map>

#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "policy/digest/digest.h"
#include "policy/ordering/inputs.h"
#include "policy/status/history_keys.h"
#include "policy/status/operation_meta.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::GraphActionKind;
using model::Text;

GraphActionKind kind_of(const Action& action) {
  if (action.pseudo) return GraphActionKind::kPseudo;
  if (action.task == Task::kFence) return GraphActionKind::kFence;
  if (action.task == Task::kShutdown || action.task == Task::kClearFailures ||
      action.task == Task::kEraseHistory) {
    return GraphActionKind::kCluster;
  }
  if (!action.resource) return GraphActionKind::kPseudo;
  return GraphActionKind::kResource;
}

bool shows_node(const Action& action) {
  return action.node && (!action.pseudo || action.task == Task::kFence);
}

/// Which cluster node carries out an action on a remote one.
std::string router_of(const ActionPlan& plan, const Action& action) {
  const Status& status = plan.status();
  if (!action.node || action.task == Task::kFence) return {};
  const auto connection = status.node(*action.node).connection;
  if (!status.node(*action.node).is_remote_kind() || !connection) return {};
  const Resource& rsc = status.resource(*connection);
  const auto current = plan.resource(*connection).current;
  const auto assigned = plan.resource(*connection).node;
  std::optional<NodeId> router = current ? current : assigned;
  if (current && assigned && *current != *assigned) {
    Task task = action.task;
    if (task == Task::kNotify) task = action.key.task;
    const bool leaving = task == Task::kCancel || task == Task::kStop || task == Task::kDemote ||
                         task == Task::kMigrateFrom || task == Task::kMigrateTo;
    const bool migrating = rsc.partial_source && !rsc.launcher;
    router = leaving && !migrating ? current : assigned;
  }
  return router ? std::string(status.node(*router).name) : std::string();
}

std::optional<model::GraphResource> write_resource(const Status& status, const Action& action) {
  if (!action.resource || action.pseudo) return std::nullopt;
  const Resource& rsc = status.resource(*action.resource);
  model::GraphResource out;
  out.element = "primitive";
  out.standard = rsc.agent.standard;
  out.provider = rsc.agent.provider;
  out.type = rsc.agent.type;
  if (rsc.removed && !rsc.alias.empty()) {
    out.id = rsc.alias;
    out.long_id = rsc.id;
  } else if (!rsc.unique) {
    out.id = rsc.base_id;
    const Text known = rsc.history_name();
    out.long_id = known != rsc.base_id ? known : rsc.id;
  } else {
    out.id = rsc.id;
  }
  return out;
}

/// Collects the attributes of an action; the first value of a name stays.
class AttributeWriter {
 public:
  AttributeWriter(const ActionPlan& plan, const Action& action)
      : plan_(plan), status_(plan.status()), action_(action) {}

  void write(model::GraphAction& out) {
    add("crm_feature_set", std::string(model::kFeatureSet));
    if (action_.resource) {
      add_parameters();
      add_meta();
      add_structure();
    } else {
      add_own_meta();
    }
    for (const auto& [name, value] : values_) {
      const bool digit = !name.empty() && name[0] >= '0' && name[0] <= '9';
      (digit ? out.digit_parameters : out.attributes).emplace_back(name, value);
    }
  }

 private:
  void add(std::string_view name, std::string value) {
    values_.emplace(std::string(name), std::move(value));
  }

  void add_meta_value(std::string_view name, std::string value) {
    if (name.find_first_of("#:") != std::string_view::npos) return;
    std::string key = base::cat("CRM_meta_", name);
    std::replace(key.begin(), key.end(), '-', '_');
    add(key, std::move(value));
  }

  const model::OperationConfig* config() const {
    const Resource& rsc = status_.resource(*action_.resource);
    if (action_.key.phase != NotifyPhase::kNone) return find_operation(rsc, "notify", 0);
    return find_operation(rsc, operation_name(), action_.key.interval_ms);
  }

  Text operation_name() const {
    return action_.key.task == Task::kOther ? action_.key.name : to_string(action_.key.task);
  }

  void add_parameters() {
    const Resource& rsc = status_.resource(*action_.resource);
    if (const model::OperationConfig* op = config(); op != nullptr && !op->parameters.empty()) {
      RuleContext context = time_context(status_);
      if (action_.node) context.node = &status_.node(*action_.node).attributes;
      AttributeTable own;
      collect(op->parameters, context, own);
      for (const model::NameValue& entry : own) add(entry.name, std::string(entry.value));
    }
    if (!action_.node && !rsc.is_primitive()) return;
    for (const model::NameValue& entry : parameters_on(status_, *action_.resource, action_.node)) {
      std::string value(entry.value);
      if (entry.name == "addr" && value == "#uname" && rsc.launcher) {
        const auto host = plan_.resource(*rsc.launcher).node;
        if (host) value = status_.node(*host).name;
      }
      add(entry.name, std::move(value));
    }
  }

  void add_own_meta() {
    for (const auto& [name, value] : action_.meta) add_meta_value(name, value);
    if (!shows_node(action_)) return;
    add_meta_value("on_node", std::string(status_.node(*action_.node).name));
    add_meta_value("on_node_uuid", std::string(status_.node(*action_.node).id));
    if (action_.task == Task::kFence) add_meta_value("stonith_action", action_.fence_operation);
  }

  void add_meta() {
    add_own_meta();
    const Text operation = operation_name();
    const AttributeTable meta =
        operation_meta_of(status_, *action_.resource, operation, action_.key.interval_ms, config());
    const std::int64_t timeout =
        timeout_ms(status_, *action_.resource, operation, action_.key.interval_ms, meta);
    add_meta_value("timeout", base::cat(timeout));
    for (const model::NameValue& entry : meta) {
      if (entry.name == "interval") {
        if (action_.key.interval_ms > 0) {
          add_meta_value("interval", base::cat(action_.key.interval_ms));
        }
      } else if (entry.name == "start-delay") {
        add_meta_value("start-delay", base::cat(model::read_interval_ms(entry.value).value_or(0)));
      } else if (entry.name == "interval-origin") {
        add_start_delay(meta, entry.value);
        add_meta_value(entry.name, std::string(entry.value));
      } else {
        add_meta_value(entry.name, std::string(entry.value));
      }
    }
    if (action_.key.interval_ms > 0) {
      add_meta_value("interval", base::cat(action_.key.interval_ms));
    }
  }

  /// Operations with an origin start when the next of their intervals does.
  void add_start_delay(const AttributeTable& meta, Text origin) {
    if (action_.key.interval_ms <= 0 || meta.contains("start-delay")) return;
    const base::Timestamp now{status_.snapshot->now, status_.snapshot->utc_offset};
    const auto from = base::parse_timestamp(origin, now);
    const std::int64_t interval = action_.key.interval_ms / 1000;
    if (!from || interval == 0) return;
    const std::int64_t past = (now.seconds - from->seconds) % interval;
    const std::int64_t delay = (past <= 0 ? 0 : interval) - past;
    add_meta_value("start-delay", base::cat(delay * 1000));
  }

  void add_structure() {
    for (std::optional<RscId> at = action_.resource; at; at = status_.resource(*at).parent) {
      const Resource& rsc = status_.resource(*at);
      if (rsc.is_primitive()) {
        if (rsc.instance >= 0) add_meta_value("clone", base::cat(rsc.instance));
        const auto remote = rsc.meta.find("remote-node");
        if (remote) add_meta_value("remote_node", std::string(*remote));
        if (rsc.launcher) add_meta_value("container", outermost_launcher(rsc));
      } else if (rsc.is_clone()) {
        const CloneTraits& clone = rsc.clone;
        add_meta_value("globally_unique", rsc.unique ? "true" : "false");
        add_meta_value("notify", clone.notify ? "true" : "false");
        add_meta_value("clone_max", base::cat(clone.max));
        add_meta_value("clone_node_max", base::cat(clone.node_max));
        if (!clone.promotable) continue;
        add_meta_value("promoted_max", base::cat(clone.promoted_max));
        add_meta_value("promoted_node_max", base::cat(clone.promoted_node_max));
        add_meta_value("master_max", base::cat(clone.promoted_max));
        add_meta_value("master_node_max", base::cat(clone.promoted_node_max));
      }
    }
    add_host();
  }

  std::string outermost_launcher(const Resource& rsc) const {
    RscId launcher = *rsc.launcher;
    while (status_.resource(launcher).launcher) launcher = *status_.resource(launcher).launcher;
    return std::string(status_.resource(launcher).id);
  }

  void add_host() {
    if (!action_.node || !status_.node(*action_.node).is_guest()) return;
    const auto container = container_of_node(status_, *action_.node);
    const Resource& rsc = status_.resource(*action_.resource);
    const auto target = rsc.meta.find("container-attribute-target");
    if (target) add_meta_value("container_attribute_target", std::string(*target));
    if (!container) return;
    const Task task = action_.key.task;
    std::optional<NodeId> host;
    if (task == Task::kStop || task == Task::kDemote) host = plan_.resource(*container).current;
    if (task == Task::kStart || task == Task::kMonitor || task == Task::kPromote) {
      host = plan_.resource(*container).node;
    }
    if (host) add_meta_value("physical_host", std::string(status_.node(*host).name));
  }

  const ActionPlan& plan_;
  const Status& status_;
  const Action& action_;
  std::map<std::string, std::string> values_;
};

void add_downed(const ActionPlan& plan, const Action& action, model::GraphAction& out) {
  const Status& status = plan.status();
  if (action.task == Task::kShutdown) {
    out.downed.emplace_back(status.node(*action.node).id);
  } else if (action.task == Task::kFence && action.fence_operation != "on") {
    out.downed.emplace_back(status.node(*action.node).id);
    for (const NodeId id : status.node_order) {
      if (!status.node(id).is_guest()) continue;
      const auto container = container_of_node(status, id);
      if (!container) continue;
      const auto& hosts = status.resource(*container).active_on;
      if (std::find(hosts.begin(), hosts.end(), *action.node) != hosts.end()) {
        out.downed.emplace_back(status.node(id).id);
      }
    }
  } else if (action.task == Task::kStop && action.resource &&
             status.resource(*action.resource).is_remote_connection) {
    const auto migrated = plan.find(*action.resource, {.task = Task::kMigrateFrom});
    const bool moved = migrated && is_executed(plan, plan.action(*migrated));
    if (!moved) out.downed.emplace_back(status.resource(*action.resource).id);
  }
}

}  // namespace

std::string action_key(const ActionPlan& plan, const Action& action, bool by_history) {
  if (!action.resource) return action.plain_key;
  const Resource& rsc = plan.status().resource(*action.resource);
  return key_text(by_history ? rsc.history_name() : rsc.id, action.key);
}

model::GraphActionHead write_head(const ActionPlan& plan, const Action& action) {
  const Status& status = plan.status();
  model::GraphActionHead head;
  head.id = action.id.value() + 1;
  head.kind = kind_of(action);
  head.cib_only = action.task == Task::kEraseHistory;
  head.operation = action.task == Task::kOther ? action.key.name : to_string(action.task);
  if (action.task == Task::kLoadStopped || action.task == Task::kOneOrMore) {
    head.operation = action.plain_key;
  }
  head.key = action_key(plan, action, true);
  const std::string own = action_key(plan, action, false);
  if (own != head.key) head.internal_key = own;
  if (shows_node(action)) {
    head.node = status.node(*action.node).name;
    head.node_uuid = status.node(*action.node).id;
    head.router_node = router_of(plan, action);
  }
  return head;
}

model::GraphAction write_action(const ActionPlan& plan, const Action& action) {
  model::GraphAction out;
  static_cast<model::GraphActionHead&>(out) = write_head(plan, action);
  out.resource = write_resource(plan.status(), action);
  if (action.resource && action.node) {
    const PlacedResource& placed = plan.resource(*action.resource);
    const bool leaving = plan.node(*action.node).shutdown && action.task != Task::kStop;
    if (placed.lock_node == action.node && !leaving) out.shutdown_lock = placed.lock_time;
  }
  if (action.task == Task::kMaintenance) {
    for (const auto& [uuid, on] : action.meta) {
      out.maintenance.emplace_back(std::string(uuid), on == "1");
    }
    out.attributes.emplace_back("crm_feature_set", std::string(model::kFeatureSet));
  } else {
    AttributeWriter(plan, action).write(out);
  }
  add_downed(plan, action, out);
  return out;
}

}  // namespace systole::policy
