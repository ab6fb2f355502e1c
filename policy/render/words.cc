#include "policy/render/words.h"

#include <algorithm>
#include <array>

#include "lib/base/natural_order.h"
#include "lib/base/strings.h"
#include "lib/model/execution.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

struct TaskWord {
  std::string_view task;
  std::string_view word;
};

constexpr std::array kPendingWords = {
    TaskWord{"start", "Starting"},       TaskWord{"stop", "Stopping"},
    TaskWord{"promote", "Promoting"},    TaskWord{"demote", "Demoting"},
    TaskWord{"migrate_to", "Migrating"}, TaskWord{"migrate_from", "Migrating"},
};

}  // namespace

std::string_view role_word(const Status& status, RscId rsc, Role role) {
  if (role == Role::kStarted && in_promotable(status, rsc)) return to_string(Role::kUnpromoted);
  return to_string(role);
}

std::string_view pending_word(const Resource& rsc) {
  const auto row = std::find_if(
      kPendingWords.begin(), kPendingWords.end(),
      [&rsc](const TaskWord& candidate) { return candidate.task == rsc.pending_task; });
  return row == kPendingWords.end() ? std::string_view() : row->word;
}

bool is_monitor_pending(const Resource& rsc) {
  return rsc.pending_task == "monitor";
}

std::optional<std::string> probe_failure(const FailedOperation& failure,
                                         const ListOptions& options) {
  const model::HistoryOperation* op = failure.operation;
  if (op == nullptr || op->operation != "monitor" || op->interval_ms != 0) return std::nullopt;
  const bool impossible = failure.rc == rc::kNotInstalled || failure.rc == rc::kInvalidParameter ||
                          failure.status == op_status::kNotInstalled;
  if (!impossible || op->on_node.empty()) return std::nullopt;
  std::string word(model::describe(model::ExitCode{failure.rc}));
  const bool is_lower = word.front() >= 'a' && word.front() <= 'z';
  if (options.since_2_1_6 && is_lower) word.front() += 'A' - 'a';
  return word;
}

std::string agent_text(const model::Agent& agent) {
  if (agent.provider.empty()) return base::cat(agent.standard, ":", agent.type);
  return base::cat(agent.standard, ":", agent.provider, ":", agent.type);
}

model::Text shown_name(const Resource& rsc) {
  return rsc.unique ? rsc.id : rsc.base_id;
}

std::optional<Role> restricted_role(const Status& status, RscId rsc) {
  const std::optional<model::Text> target = status.resource(rsc).meta.find("target-role");
  if (!target) return std::nullopt;
  const Role role = parse_role(*target);
  if (role == Role::kStopped) return role;
  if (role == Role::kUnpromoted && in_promotable(status, rsc)) return role;
  return std::nullopt;
}

bool is_disabled(const Status& status, RscId rsc) {
  return restricted_role(status, rsc).has_value();
}

void sort_naturally(std::vector<std::string>& names) {
  std::stable_sort(names.begin(), names.end(), base::naturally_less);
}

std::string bracketed(const std::vector<std::string>& names) {
  return base::cat("[ ", base::join(names, " "), " ]");
}

std::string_view unmanaged_word(const Resource& rsc, const ListOptions& options) {
  return rsc.maintenance && options.since_2_1_6 ? "maintenance" : "unmanaged";
}

}  // namespace systole::policy::render
