#include "policy/status/traits.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "lib/base/strings.h"
#include "policy/status/build.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

bool flag(const Resource& resource, Text name, bool fallback) {
  const auto value = resource.meta.find(name);
  return value ? model::is_true(*value) : fallback;
}

/// The value of a meta-attribute; "default" counts as none.
std::optional<Text> chosen(const Resource& resource, Text name) {
  const auto value = resource.meta.find(name);
  if (!value || base::equal_ignoring_case(*value, "default")) return std::nullopt;
  return value;
}

base::Score score(const Status& status, const Resource& resource, Text name) {
  const auto value = chosen(resource, name);
  if (!value) return {};
  return model::read_score(*value, status.options.health).value_or(base::Score());
}

/// A count: the default only where nothing is given, 0 for text that is no count.
int count(const Resource& resource, Text name, Text legacy, int fallback) {
  auto value = resource.meta.find(name);
  if (!value && !legacy.empty()) value = resource.meta.find(legacy);
  if (!value) return fallback;
  const auto number = model::leading_integer(*value);
  if (!number || *number < 0) return 0;
  return static_cast<int>(std::min<std::int64_t>(*number, std::numeric_limits<int>::max()));
}

void read_management(const Status& status, Resource& resource) {
  resource.managed = !status.options.maintenance_mode;
  if (const auto managed = chosen(resource, "is-managed")) {
    resource.managed = model::is_true(*managed);
  }
  if (flag(resource, "maintenance", false) || status.options.maintenance_mode) {
    resource.managed = false;
    resource.maintenance = true;
  }
}

MultipleActive read_multiple_active(const Resource& resource) {
  static constexpr std::array<std::pair<Text, MultipleActive>, 4> kNames = {{
      {"stop_start", MultipleActive::kStopStart},
      {"stop_only", MultipleActive::kStopOnly},
      {"block", MultipleActive::kBlock},
      {"stop_unexpected", MultipleActive::kStopUnexpected},
  }};
  const Text text = resource.meta.value_or("multiple-active", "stop_start");
  for (const auto& [name, value] : kNames) {
    if (base::equal_ignoring_case(name, text)) return value;
  }
  return MultipleActive::kStopStart;
}

base::Score read_threshold(const Status& status, const Resource& resource) {
  const auto value = chosen(resource, "migration-threshold");
  if (!value) return base::Score::infinity();
  const auto parsed = model::read_score(*value, status.options.health);
  if (!parsed) return base::Score::infinity();
  return parsed->value() >= 0 ? *parsed : base::Score(1);
}

void read_connection(const Status& status, RscId id, Resource& resource) {
  resource.is_remote_connection = resource.agent == model::Agent{"ocf", "pacemaker", "remote"};
  if (!resource.is_remote_connection) return;
  const AttributeTable parameters = parameters_on(status, id, std::nullopt);
  const Text interval = parameters.value_or("reconnect_interval", "0");
  resource.reconnect_interval_ms = model::read_interval_ms(interval).value_or(0);
  if (resource.reconnect_interval_ms > 0) {
    resource.failure_timeout_ms = resource.reconnect_interval_ms;
  }
}

}  // namespace

void read_traits(Status& status, RscId id) {
  Resource& resource = status.resource(id);
  read_management(status, resource);
  resource.priority = score(status, resource, "priority");
  resource.stickiness = score(status, resource, "resource-stickiness");
  resource.migration_threshold = read_threshold(status, resource);
  resource.multiple_active = read_multiple_active(resource);
  resource.critical = flag(resource, "critical", true);
  resource.allow_unhealthy = flag(resource, "allow-unhealthy-nodes", false);
  resource.allow_migrate = resource.instance < 0 && flag(resource, "allow-migrate", false);
  resource.internal = flag(resource, "internal_rsc", false);
  resource.attributes_of_host =
      base::equal_ignoring_case(resource.meta.value_or("container-attribute-target", ""), "host");
  if (const auto timeout = chosen(resource, "failure-timeout")) {
    resource.failure_timeout_ms = model::read_interval_ms(*timeout).value_or(0);
  }
  if (resource.is_group()) {
    const auto ordered = base::parse_bool(resource.meta.value_or("ordered", "true"));
    const auto collocated = base::parse_bool(resource.meta.value_or("collocated", "true"));
    resource.ordered = ordered.value_or(true);
    resource.collocated = collocated.value_or(true);
  }
  if (resource.is_primitive()) read_connection(status, id, resource);
  apply_target_role(status, id);
}

void read_clone_traits(const Status& status, Resource& clone) {
  const int nodes = static_cast<int>(status.nodes.size());
  CloneTraits& traits = clone.clone;
  traits.max = count(clone, "clone-max", {}, std::max(1, nodes));
  traits.node_max = count(clone, "clone-node-max", {}, 1);
  traits.promotable = flag(clone, "promotable", false);
  if (traits.promotable) {
    traits.promoted_max = count(clone, "promoted-max", "master-max", 1);
    traits.promoted_node_max = count(clone, "promoted-node-max", "master-node-max", 1);
  }
  traits.interleave = flag(clone, "interleave", false);
  traits.ordered = flag(clone, "ordered", false);
  traits.notify = flag(clone, "notify", false);
  clone.unique = flag(clone, "globally-unique", traits.node_max > 1);
}

void read_needs(Status& status, RscId id) {
  Resource& resource = status.resource(id);
  const ClusterOptions& options = status.options;
  const Text text = resource.meta.value_or("requires", "");
  if (base::equal_ignoring_case(text, "nothing")) {
    resource.need = Requires::kNothing;
  } else if (base::equal_ignoring_case(text, "quorum")) {
    resource.need = Requires::kQuorum;
  } else if (base::equal_ignoring_case(text, "fencing")) {
    resource.need = Requires::kFencing;
  } else if (base::equal_ignoring_case(text, "unfencing")) {
    const bool possible = !resource.is_fence_device() && options.fencing_enabled;
    resource.need = possible ? Requires::kUnfencing : Requires::kQuorum;
  } else if (resource.is_fence_device() || resource.is_remote_connection) {
    resource.need = Requires::kQuorum;
  } else if (options.fencing_enabled) {
    resource.need = status.unfencing_in_use ? Requires::kUnfencing : Requires::kFencing;
  } else {
    resource.need = options.no_quorum_policy == NoQuorumPolicy::kIgnore ? Requires::kNothing
                                                                        : Requires::kQuorum;
  }
}

void apply_target_role(Status& status, RscId id) {
  Resource& resource = status.resource(id);
  const auto target = chosen(resource, "target-role");
  if (!target) return;
  const Role role = parse_role(*target);
  if (role == Role::kStopped) resource.next_role = Role::kStopped;
  if (role == Role::kUnpromoted && in_promotable(status, id)) {
    resource.next_role = Role::kUnpromoted;
  }
}

}  // namespace systole::policy
