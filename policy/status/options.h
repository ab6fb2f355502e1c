#pragma once

#include <cstdint>

#include "lib/base/score.h"
#include "lib/model/scalars.h"
#include "lib/model/snapshot.h"
#include "policy/rules/rules.h"

namespace systole::policy {

enum class NoQuorumPolicy : std::uint8_t { kStop, kFreeze, kIgnore, kDemote, kFence };
enum class PlacementStrategy : std::uint8_t { kDefault, kUtilization, kMinimal, kBalanced };
enum class HealthStrategy : std::uint8_t {
  kNone,
  kMigrateOnRed,
  kOnlyGreen,
  kProgressive,
  kCustom
};

/// The cluster properties that plans depend on. Invalid values count as absent.
struct ClusterOptions {
  NoQuorumPolicy no_quorum_policy = NoQuorumPolicy::kStop;
  PlacementStrategy placement_strategy = PlacementStrategy::kDefault;
  HealthStrategy health_strategy = HealthStrategy::kNone;
  model::HealthScores health;
  base::Score health_base;
  bool symmetric = true;
  bool maintenance_mode = false;
  bool fencing_enabled = true;
  bool have_watchdog = false;
  bool concurrent_fencing = true;
  bool startup_fencing = true;
  bool fence_remote_without_quorum = false;
  bool start_failure_is_fatal = true;
  bool stop_all_resources = false;
  bool stop_removed_resources = true;
  bool cancel_removed_actions = true;
  bool enable_startup_probes = true;
  bool shutdown_lock = false;
  bool fence_with_off = false;  ///< fencing turns nodes off instead of rebooting them
  std::int64_t shutdown_lock_limit_ms = 0;
  std::int64_t priority_fencing_delay_ms = 0;
  std::int64_t node_pending_timeout_ms = 0;
  model::Text cluster_name;
  model::Text cluster_delay = "60s";
  model::Text fencing_timeout = "60s";
  model::Text batch_limit = "0";
  model::Text migration_limit;
};

/// Reads the options in force at `context.now`.
ClusterOptions read_options(const model::Snapshot& snapshot, const RuleContext& context);

}  // namespace systole::policy
