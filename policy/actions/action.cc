#include "policy/actions/action.h"

#include <array>

#include "lib/base/strings.h"

namespace systole::policy {

namespace {

constexpr std::array<std::string_view, 25> kTasks = {"",
                                                     "start",
                                                     "running",
                                                     "stop",
                                                     "stopped",
                                                     "promote",
                                                     "promoted",
                                                     "demote",
                                                     "demoted",
                                                     "monitor",
                                                     "migrate_to",
                                                     "migrate_from",
                                                     "reload-agent",
                                                     "delete",
                                                     "cancel",
                                                     "clear_failcount",
                                                     "lrm_delete",
                                                     "notify",
                                                     "notified",
                                                     "stonith",
                                                     "do_shutdown",
                                                     "load_stopped",
                                                     "one-or-more",
                                                     "maintenance_nodes",
                                                     ""};

constexpr std::array<std::string_view, 7> kPhases = {
    "", "pre", "confirmed-pre", "post", "confirmed-post", "post", "confirmed-post"};

}  // namespace

std::string_view to_string(Task task) {
  return kTasks[static_cast<std::size_t>(task)];
}

Task parse_task(std::string_view name) {
  for (std::size_t i = 1; i + 1 < kTasks.size(); ++i) {
    if (kTasks[i] == name) return static_cast<Task>(i);
  }
  return Task::kOther;
}

std::string_view to_string(NotifyPhase phase) {
  return kPhases[static_cast<std::size_t>(phase)];
}

std::string key_text(std::string_view resource, const OpKey& key) {
  const std::string_view task = key.task == Task::kOther ? key.name : to_string(key.task);
  if (key.phase == NotifyPhase::kNone) {
    return base::cat(resource, "_", task, "_", key.interval_ms);
  }
  return base::cat(resource, "_", to_string(key.phase), "_notify_", task, "_0");
}

}  // namespace systole::policy
