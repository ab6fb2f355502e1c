#include "policy/graph/action_writer.h"

#include <algorithm>

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
Text router_of(const ActionPlan& plan, const Action& action) {
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
  return router ? status.node(*router).name : Text();
}

void write_resource(const Status& status, const Action& action, model::GraphResource& out) {
  const Resource& rsc = status.resource(*action.resource);
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
}

/// The container that is in no other one.
Text outermost_launcher(const Status& status, const Resource& rsc) {
  RscId launcher = *rsc.launcher;
  while (status.resource(launcher).launcher) launcher = *status.resource(launcher).launcher;
  return status.resource(launcher).id;
}

/// Whether a meta attribute can be one of XML.
bool is_meta_name(Text name) {
  return name.find_first_of("#:") == Text::npos;
}

/// Whether this surely is a name that XML allows for an attribute. Parameters may have any.
bool can_name_attribute(Text name) {
  const auto is_letter = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte | 0x20U) - 'a' < 26U || byte == '_';
  };
  const auto may_follow = [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), may_follow);
}

/// Whether parameters of the resource depend on where or when it runs.
bool has_parameter_rules(const Status& status, RscId rsc) {
  for (std::optional<RscId> at = rsc; at; at = status.resource(*at).parent) {
    for (const model::AttributeSet& set : status.resource(*at).config->parameters) {
      if (set.rule) return true;
    }
  }
  return false;
}

Text boolean(bool value) {
  return value ? "true" : "false";
}

constexpr Text kFeatureSetName = "crm_feature_set";

}  // namespace

/// Collects the attributes of one action.
class ActionWriter::Attributes {
 public:
  Attributes(ActionWriter& writer, const Action& action)
      : writer_(writer), plan_(writer.plan_), status_(writer.status_), action_(action) {}

  void collect(Told& out) {
    AttributeTable& collected = writer_.collected_;
    collected.clear();
    if (action_.resource) {
      add_meta();
      add_structure();
    }
    // What the configuration says of these counts for nothing, but parameters come through.
    collected.erase(model::kNodeAttribute);
    collected.erase(model::kNodeUuidAttribute);
    if (action_.resource) {
      set(kFeatureSetName, model::kFeatureSet);
      add_host();
      add_own_meta();
      add_parameters();
    } else {
      add_own_meta();
      set(kFeatureSetName, model::kFeatureSet);
    }
    tell_node(out);
    auto attributes = std::make_shared<model::GraphAttributes>();
    if (!has_odd_names_) {
      attributes->named.assign(collected.begin(), collected.end());
    } else {
      for (const model::NameValue& attribute : collected) {
        const bool plain = can_name_attribute(attribute.name);
        (plain ? attributes->named : attributes->odd).push_back(attribute);
      }
    }
    out.attributes = std::move(attributes);
    out.anywhere = !depends_on_node_;
  }

 private:
  void tell_node(Told& out) {
    out.with_node = shows_node(action_);
    if (!out.with_node) return;
    const AttributeTable& collected = writer_.collected_;
    const bool is_told_otherwise =
        std::any_of(collected.begin(), collected.end(), [](const model::NameValue& attribute) {
          return attribute.name >= model::kNodeAttribute &&
                 attribute.name <= model::kNodeUuidAttribute;
        });
    if (!is_told_otherwise) return;
    out.with_node = false;
    depends_on_node_ = true;
    add(model::kNodeAttribute, status_.node(*action_.node).name);
    add(model::kNodeUuidAttribute, status_.node(*action_.node).id);
  }

  /// The parameters of the resource; the same for all its actions, unless a rule chooses them.
  const AttributeTable& parameters() {
    if (writer_.parameters_of_ == action_.resource) return writer_.parameters_;
    writer_.parameters_ = parameters_on(status_, *action_.resource, action_.node);
    writer_.parameters_of_.reset();
    if (has_parameter_rules(status_, *action_.resource)) {
      depends_on_node_ = true;
    } else {
      writer_.parameters_of_ = action_.resource;
    }
    return writer_.parameters_;
  }

  /// The first value of a name stays.
  void add(Text name, Text value) {
    if (!name.empty()) writer_.collected_.add(name, value);
  }
  void set(Text name, Text value) {
    if (!name.empty()) writer_.collected_.set(name, value);
  }
  Text keep(std::string_view text) { return writer_.texts_.keep(text); }
  Text number(std::int64_t value) { return keep(base::cat(value)); }

  void add_meta_value(Text name, Text value) {
    if (!is_meta_name(name)) return;
    note_name(name);
    add(writer_.meta_name(name), value);
  }

  void note_name(Text name) { has_odd_names_ = has_odd_names_ || !can_name_attribute(name); }

  const model::OperationConfig* config() const {
    const Resource& rsc = status_.resource(*action_.resource);
    if (action_.key.phase != NotifyPhase::kNone) return find_operation(rsc, "notify", 0);
    return find_operation(rsc, operation_name(), action_.key.interval_ms);
  }

  Text operation_name() const {
    return action_.key.task == Task::kOther ? action_.key.name : to_string(action_.key.task);
  }

  /// Parameters of the operation count more than those of the resource.
  void add_parameters() {
    const Resource& rsc = status_.resource(*action_.resource);
    if (action_.node || rsc.is_primitive()) {
      for (const model::NameValue& entry : parameters()) {
        Text value = entry.value;
        note_name(entry.name);
        if (entry.name == "addr" && value == "#uname" && rsc.launcher) {
          const auto host = plan_.resource(*rsc.launcher).node;
          if (host) value = status_.node(*host).name;
        }
        set_parameter(entry.name, value);
      }
    }
    const model::OperationConfig* op = config();
    if (op == nullptr || op->parameters.empty()) return;
    depends_on_node_ = true;
    RuleContext context = time_context(status_);
    if (action_.node) context.node = &status_.node(*action_.node).attributes;
    AttributeTable own;
    policy::collect(op->parameters, context, own);
    for (const model::NameValue& entry : own) {
      note_name(entry.name);
      set_parameter(entry.name, entry.value);
    }
  }

  void set_parameter(Text name, Text value) {
    if (name != kFeatureSetName) set(name, value);
  }

  void add_own_meta() {
    if (action_.task == Task::kFence && shows_node(action_)) {
      set("CRM_meta_stonith_action", keep(action_.fence_operation));
    }
    if (action_.expected_rc != 0) set("CRM_meta_op_target_rc", number(action_.expected_rc));
    for (auto entry = action_.meta.rbegin(); entry != action_.meta.rend(); ++entry) {
      if (!is_meta_name(entry->first)) continue;
      note_name(entry->first);
      set(writer_.meta_name(entry->first), keep(entry->second));
    }
  }

  void add_meta() {
    const Text operation = operation_name();
    const AttributeTable meta =
        operation_meta_of(status_, *action_.resource, operation, action_.key.interval_ms, config());
    const std::int64_t timeout =
        timeout_ms(status_, *action_.resource, operation, action_.key.interval_ms, meta);
    add("CRM_meta_timeout", number(timeout));
    for (const model::NameValue& entry : meta) {
      if (entry.name == "interval") {
        if (action_.key.interval_ms > 0) {
          add("CRM_meta_interval", number(action_.key.interval_ms));
        }
      } else if (entry.name == "start-delay") {
        add("CRM_meta_start_delay", number(model::read_interval_ms(entry.value).value_or(0)));
      } else if (entry.name == "interval-origin") {
        add_start_delay(meta, entry.value);
        add_meta_value(entry.name, entry.value);
      } else {
        add_meta_value(entry.name, entry.value);
      }
    }
    if (action_.key.interval_ms > 0) {
      add("CRM_meta_interval", number(action_.key.interval_ms));
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
    add("CRM_meta_start_delay", number(delay * 1000));
  }

  void add_structure() {
    for (std::optional<RscId> at = action_.resource; at; at = status_.resource(*at).parent) {
      const Resource& rsc = status_.resource(*at);
      if (rsc.is_primitive()) {
        if (rsc.instance >= 0) add("CRM_meta_clone", number(rsc.instance));
        const auto remote = rsc.meta.find("remote-node");
        if (remote) add("CRM_meta_remote_node", *remote);
        if (rsc.launcher) add("CRM_meta_container", outermost_launcher(status_, rsc));
      } else if (rsc.is_clone()) {
        const CloneTraits& clone = rsc.clone;
        add("CRM_meta_globally_unique", boolean(rsc.unique));
        add("CRM_meta_notify", boolean(clone.notify));
        add("CRM_meta_clone_max", number(clone.max));
        add("CRM_meta_clone_node_max", number(clone.node_max));
        if (!clone.promotable) continue;
        add("CRM_meta_promoted_max", number(clone.promoted_max));
        add("CRM_meta_promoted_node_max", number(clone.promoted_node_max));
        add("CRM_meta_master_max", number(clone.promoted_max));
        add("CRM_meta_master_node_max", number(clone.promoted_node_max));
      }
    }
  }

  void add_host() {
    if (!action_.node || !status_.node(*action_.node).is_guest()) return;
    depends_on_node_ = true;
    const auto container = container_of_node(status_, *action_.node);
    const Resource& rsc = status_.resource(*action_.resource);
    const auto target = rsc.meta.find("container-attribute-target");
    if (target) add("CRM_meta_container_attribute_target", *target);
    if (!container) return;
    const Task task = action_.key.task;
    std::optional<NodeId> host;
    if (task == Task::kStop || task == Task::kDemote) host = plan_.resource(*container).current;
    if (task == Task::kStart || task == Task::kMonitor || task == Task::kPromote) {
      host = plan_.resource(*container).node;
    }
    if (host) add("CRM_meta_physical_host", status_.node(*host).name);
  }

  ActionWriter& writer_;
  const ActionPlan& plan_;
  const Status& status_;
  const Action& action_;
  bool has_odd_names_ = false;    ///< some name may not be that of an XML attribute
  bool depends_on_node_ = false;  ///< the same on another node might be told something else
};

Text ActionWriter::meta_name(Text name) {
  Text& known = meta_names_[name];
  if (known.empty()) {
    std::string text = base::cat("CRM_meta_", name);
    std::replace(text.begin(), text.end(), '-', '_');
    known = texts_.keep(text);
  }
  return known;
}

void ActionWriter::add_downed(const Action& action, model::GraphAction& out) const {
  if (action.task == Task::kShutdown) {
    out.downed.emplace_back(status_.node(*action.node).id);
  } else if (action.task == Task::kFence && action.fence_operation != "on") {
    out.downed.emplace_back(status_.node(*action.node).id);
    for (const NodeId id : status_.node_order) {
      if (!status_.node(id).is_guest()) continue;
      const auto container = container_of_node(status_, id);
      if (!container) continue;
      const auto& hosts = status_.resource(*container).active_on;
      if (std::find(hosts.begin(), hosts.end(), *action.node) != hosts.end()) {
        out.downed.emplace_back(status_.node(id).id);
      }
    }
  } else if (action.task == Task::kStop && action.resource &&
             status_.resource(*action.resource).is_remote_connection) {
    const auto migrated = plan_.find(*action.resource, {.task = Task::kMigrateFrom});
    const bool moved = migrated && is_executed(plan_, plan_.action(*migrated));
    if (!moved) out.downed.emplace_back(status_.resource(*action.resource).id);
  }
}

std::string action_key(const ActionPlan& plan, const Action& action, bool by_history) {
  if (!action.resource) return action.plain_key;
  const Resource& rsc = plan.status().resource(*action.resource);
  return key_text(by_history ? rsc.history_name() : rsc.id, action.key);
}

/// The key of an action; that of the last one, where it is the same.
model::Text ActionWriter::key_of(const Action& action) {
  if (!action.resource || keys_of_ != action.resource || key_ != action.key) {
    keys_of_ = action.resource;
    key_ = action.key;
    key_text_ = texts_.keep(action_key(plan_, action, true));
  }
  return key_text_;
}

void ActionWriter::write_head(const Action& action, model::GraphActionHead& out) {
  out.id = action.id.value() + 1;
  out.kind = kind_of(action);
  out.cib_only = action.task == Task::kEraseHistory;
  out.operation = action.task == Task::kOther ? action.key.name : to_string(action.task);
  out.key = key_of(action);
  if (action.task == Task::kLoadStopped || action.task == Task::kOneOrMore) {
    out.operation = out.key;
  }
  if (action.resource) {
    const Resource& rsc = status_.resource(*action.resource);
    if (rsc.history_name() != rsc.id) {
      out.internal_key = texts_.keep(action_key(plan_, action, false));
    }
  }
  if (shows_node(action)) {
    out.node = status_.node(*action.node).name;
    out.node_uuid = status_.node(*action.node).id;
    out.router_node = router_of(plan_, action);
  }
}

const std::shared_ptr<const model::GraphResource>& ActionWriter::resource_of(const Action& action) {
  if (resource_id_ != action.resource) {
    resource_id_ = action.resource;
    auto resource = std::make_shared<model::GraphResource>();
    write_resource(status_, action, *resource);
    resource_ = std::move(resource);
  }
  return resource_;
}

/// What an action is told. Most actions are probes; those of a resource are told the same.
const ActionWriter::Told& ActionWriter::told_to(const Action& action) {
  const bool is_known = told_.anywhere && action.resource && told_.resource == action.resource &&
                        told_.key == action.key && told_.has_node == action.node.has_value() &&
                        told_.shows_node == shows_node(action) && told_.meta == action.meta &&
                        told_.expected_rc == action.expected_rc &&
                        !(action.node && status_.node(*action.node).is_guest());
  if (is_known) return told_;
  told_.resource = action.resource;
  told_.key = action.key;
  told_.has_node = action.node.has_value();
  told_.shows_node = shows_node(action);
  told_.meta = action.meta;
  told_.expected_rc = action.expected_rc;
  Attributes(*this, action).collect(told_);
  return told_;
}

void ActionWriter::write(const Action& action, model::GraphAction& out) {
  write_head(action, out);
  if (action.resource && !action.pseudo) out.resource = resource_of(action);
  if (action.resource && action.node) {
    const PlacedResource& placed = plan_.resource(*action.resource);
    const bool leaving = plan_.node(*action.node).shutdown && action.task != Task::kStop;
    if (placed.lock_node == action.node && !leaving) out.shutdown_lock = placed.lock_time;
  }
  if (action.task == Task::kMaintenance) {
    for (const auto& [uuid, on] : action.meta) {
      out.maintenance.emplace_back(uuid, on == "1");
    }
    out.attributes = model::make_attributes({{kFeatureSetName, model::kFeatureSet}});
  } else {
    const Told& told = told_to(action);
    out.attributes = told.attributes;
    out.tells_node = told.with_node;
  }
  add_downed(action, out);
}

}  // namespace systole::policy
