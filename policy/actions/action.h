#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/status/status.h"

namespace systole::policy {

/// What an action does. kOther is an operation with a name of its own.
enum class Task : std::uint8_t {
  kNone,
  kStart,
  kRunning,
  kStop,
  kStopped,
  kPromote,
  kPromoted,
  kDemote,
  kDemoted,
  kMonitor,
  kMigrateTo,
  kMigrateFrom,
  kReload,
  kDelete,
  kCancel,
  kClearFailures,
  kEraseHistory,
  kNotify,
  kNotified,
  kFence,
  kShutdown,
  kLoadStopped,
  kOneOrMore,
  kMaintenance,
  kOther,
};
static_assert(static_cast<unsigned>(Task::kOther) < 32, "sets of tasks are 32 bits");

/// The task's name in keys, graphs and reports; empty for kOther.
std::string_view to_string(Task task);
Task parse_task(std::string_view name);

/// When a notification is sent, relative to what it is about.
enum class NotifyPhase : std::uint8_t {
  kNone,
  kPre,
  kConfirmedPre,
  kPost,
  kConfirmedPost,
  kPostFence,
  kConfirmedPostFence,
};
std::string_view to_string(NotifyPhase phase);

/// What distinguishes the actions of one resource on one node.
struct OpKey {
  Task task = Task::kNone;
  std::int64_t interval_ms = 0;
  NotifyPhase phase = NotifyPhase::kNone;
  model::Text name = {};  ///< of a kOther
  bool operator==(const OpKey&) const = default;
};

/// The key as text: RESOURCE_TASK_INTERVAL.
std::string key_text(std::string_view resource, const OpKey& key);

using MetaList = std::vector<std::pair<model::Text, std::string>>;

struct Action {
  ActionId id;
  Task task = Task::kNone;
  OpKey key;
  std::string plain_key;  ///< of actions without a resource
  std::optional<RscId> resource;
  std::optional<NodeId> node;
  bool optional = true;
  bool runnable = true;
  bool pseudo = false;
  bool migratable = false;
  bool forced = false;  ///< goes into the graph though optional
  bool run_on_dc = false;
  bool abort_migration = false;
  bool reschedule = false;
  bool notify_ready = false;
  std::uint8_t expected_rc = 0;  ///< what a monitor is expected to find, if not that all is well
  int runnable_inputs = 0;       ///< for MIN relations, while flags are worked out
  int required_inputs = 0;
  Requires needs = Requires::kNothing;
  int priority = 0;
  std::string reason;
  MetaList meta;                      ///< beyond what the configuration says
  std::string fence_operation;        ///< reboot, off or on
  std::vector<std::uint32_t> before;  ///< relations in which it is the later one
  std::vector<std::uint32_t> after;   ///< relations in which it is the earlier one

  bool is_blocked() const { return !optional && !runnable; }
};

}  // namespace systole::policy
