#include "policy/render/words.h"

#include <algorithm>
#include <array>

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

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the run of digits at the front of `text`, without leading zeros.
std::string_view take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
  std::string_view number = text.substr(0, end);
  text.remove_prefix(end);
  number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
  return number;
}

bool naturally_less(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view x = take_number(a);
      const std::string_view y = take_number(b);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
      continue;
    }
    const std::string x = base::to_lower(a.substr(0, 1));
    const std::string y = base::to_lower(b.substr(0, 1));
    if (x != y) return x < y;
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return a.size() < b.size();
}

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
  std::stable_sort(names.begin(), names.end(), naturally_less);
}

std::string bracketed(const std::vector<std::string>& names) {
  return base::cat("[ ", base::join(names, " "), " ]");
}

std::string_view unmanaged_word(const Resource& rsc, const ListOptions& options) {
  return rsc.maintenance && options.since_2_1_6 ? "maintenance" : "unmanaged";
}

}  // namespace systole::policy::render
