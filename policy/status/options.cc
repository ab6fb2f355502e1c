#include "policy/status/options.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "lib/base/strings.h"

namespace systole::policy {

namespace {

using model::Text;

struct BoolOption {
  Text name;
  Text legacy;
  bool ClusterOptions::*member;
};

constexpr std::array<BoolOption, 15> kBools = {{
    {"symmetric-cluster", "symmetric_cluster", &ClusterOptions::symmetric},
    {"maintenance-mode", "maintenance_mode", &ClusterOptions::maintenance_mode},
    {"fencing-enabled", "stonith-enabled", &ClusterOptions::fencing_enabled},
    {"fencing-enabled", "stonith_enabled", &ClusterOptions::fencing_enabled},
    {"have-watchdog", "", &ClusterOptions::have_watchdog},
    {"concurrent-fencing", "", &ClusterOptions::concurrent_fencing},
    {"startup-fencing", "startup_fencing", &ClusterOptions::startup_fencing},
    {"fence-remote-without-quorum", "", &ClusterOptions::fence_remote_without_quorum},
    {"start-failure-is-fatal", "start_failure_is_fatal", &ClusterOptions::start_failure_is_fatal},
    {"stop-all-resources", "stop_all_resources", &ClusterOptions::stop_all_resources},
    {"stop-removed-resources", "stop-orphan-resources", &ClusterOptions::stop_removed_resources},
    {"stop-removed-resources", "stop_orphan_resources", &ClusterOptions::stop_removed_resources},
    {"cancel-removed-actions", "stop-orphan-actions", &ClusterOptions::cancel_removed_actions},
    {"enable-startup-probes", "enable_startup_probes", &ClusterOptions::enable_startup_probes},
    {"shutdown-lock", "", &ClusterOptions::shutdown_lock},
}};

struct IntervalOption {
  Text name;
  std::int64_t ClusterOptions::*member;
};

constexpr std::array<IntervalOption, 3> kIntervals = {{
    {"shutdown-lock-limit", &ClusterOptions::shutdown_lock_limit_ms},
    {"priority-fencing-delay", &ClusterOptions::priority_fencing_delay_ms},
    {"node-pending-timeout", &ClusterOptions::node_pending_timeout_ms},
}};

template <typename Value, std::size_t N>
std::optional<Value> named(const std::array<std::pair<Text, Value>, N>& names, Text text) {
  for (const auto& [name, value] : names) {
    if (base::equal_ignoring_case(name, text)) return value;
  }
  return std::nullopt;
}

constexpr std::array<std::pair<Text, NoQuorumPolicy>, 6> kNoQuorumPolicies = {{
    {"stop", NoQuorumPolicy::kStop},
    {"freeze", NoQuorumPolicy::kFreeze},
    {"ignore", NoQuorumPolicy::kIgnore},
    {"demote", NoQuorumPolicy::kDemote},
    {"fence", NoQuorumPolicy::kFence},
    {"suicide", NoQuorumPolicy::kFence},
}};

constexpr std::array<std::pair<Text, PlacementStrategy>, 4> kStrategies = {{
    {"default", PlacementStrategy::kDefault},
    {"utilization", PlacementStrategy::kUtilization},
    {"minimal", PlacementStrategy::kMinimal},
    {"balanced", PlacementStrategy::kBalanced},
}};

constexpr std::array<std::pair<Text, HealthStrategy>, 5> kHealthStrategies = {{
    {"none", HealthStrategy::kNone},
    {"migrate-on-red", HealthStrategy::kMigrateOnRed},
    {"only-green", HealthStrategy::kOnlyGreen},
    {"progressive", HealthStrategy::kProgressive},
    {"custom", HealthStrategy::kCustom},
}};

class OptionReader {
 public:
  explicit OptionReader(const AttributeTable& values) : values_(values) {}

  /// The value under the present name or the older one.
  std::optional<Text> find(Text name, Text legacy = {}) const {
    if (const auto value = values_.find(name)) return value;
    return legacy.empty() ? std::nullopt : values_.find(legacy);
  }

  base::Score score(Text name, base::Score fallback) const {
    const auto value = find(name);
    if (!value) return fallback;
    return model::read_score(*value, {}).value_or(fallback);
  }

 private:
  const AttributeTable& values_;
};

void read_health(const OptionReader& reader, ClusterOptions& options) {
  const auto strategy = reader.find("node-health-strategy");
  if (strategy) {
    options.health_strategy = named(kHealthStrategies, *strategy).value_or(HealthStrategy::kNone);
  }
  const base::Score never = base::Score::minus_infinity();
  switch (options.health_strategy) {
    case HealthStrategy::kNone:
      break;
    case HealthStrategy::kMigrateOnRed:
      options.health.red = never;
      break;
    case HealthStrategy::kOnlyGreen:
      options.health.red = options.health.yellow = never;
      break;
    case HealthStrategy::kProgressive:
    case HealthStrategy::kCustom:
      options.health.red = reader.score("node-health-red", never);
      options.health.yellow = reader.score("node-health-yellow", {});
      options.health.green = reader.score("node-health-green", {});
      break;
  }
  if (options.health_strategy == HealthStrategy::kProgressive) {
    options.health_base = reader.score("node-health-base", {});
  }
}

/// Fencing on loss of quorum is honoured only where it can be told from never having had quorum.
void restrict_fence_policy(const model::Snapshot& snapshot, ClusterOptions& options) {
  if (options.no_quorum_policy != NoQuorumPolicy::kFence) return;
  const bool had_quorum = snapshot.no_quorum_panic || snapshot.quorate;
  if (!options.fencing_enabled || !had_quorum) options.no_quorum_policy = NoQuorumPolicy::kStop;
}

AttributeTable effective_properties(const model::Snapshot& snapshot, const RuleContext& context) {
  model::AttributeSets sets = snapshot.cluster_properties;
  const auto bootstrap = std::find_if(
      sets.begin(), sets.end(), [](const auto& set) { return set.id == "cib-bootstrap-options"; });
  AttributeTable values;
  if (bootstrap != sets.end()) collect({*bootstrap}, context, values);
  collect(sets, context, values);
  return values;
}

}  // namespace

ClusterOptions read_options(const model::Snapshot& snapshot, const RuleContext& context) {
  const AttributeTable values = effective_properties(snapshot, context);
  const OptionReader reader(values);
  ClusterOptions options;
  for (const BoolOption& option : kBools) {
    const auto value = reader.find(option.name, option.legacy);
    if (!value) continue;
    if (const auto parsed = base::parse_bool(*value)) options.*option.member = *parsed;
  }
  for (const IntervalOption& option : kIntervals) {
    const auto value = reader.find(option.name);
    if (value) options.*option.member = model::read_interval_ms(*value).value_or(0);
  }
  if (const auto policy = reader.find("no-quorum-policy", "no_quorum_policy")) {
    options.no_quorum_policy = named(kNoQuorumPolicies, *policy).value_or(NoQuorumPolicy::kStop);
  }
  if (const auto strategy = reader.find("placement-strategy")) {
    options.placement_strategy =
        named(kStrategies, *strategy).value_or(PlacementStrategy::kDefault);
  }
  const auto action = reader.find("fencing-action", "stonith-action");
  options.fence_with_off = action && (*action == "off" || *action == "poweroff");
  if (!options.fencing_enabled) options.startup_fencing = false;
  if (!options.shutdown_lock) options.shutdown_lock_limit_ms = 0;
  options.cluster_name = reader.find("cluster-name").value_or(Text());
  options.cluster_delay = reader.find("cluster-delay").value_or("60s");
  options.fencing_timeout = reader.find("fencing-timeout", "stonith-timeout").value_or("60s");
  options.batch_limit = reader.find("batch-limit").value_or("0");
  const Text limit = reader.find("migration-limit").value_or(Text());
  if (model::leading_integer(limit).value_or(-1) > 0) options.migration_limit = limit;
  read_health(reader, options);
  restrict_fence_policy(snapshot, options);
  return options;
}

}  // namespace systole::policy
