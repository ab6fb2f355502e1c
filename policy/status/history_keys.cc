#include "policy/status/history_keys.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/model/scalars.h"
#include "policy/status/types.h"

namespace systole::policy {

namespace {

using model::HistoryOperation;
using model::Text;

bool is_pending(const HistoryOperation& op) {
  return op.call_id.value_or(-1) == -1;
}

/// Negative: `a` is older; 0: not known.
int compare_by_transition(const HistoryOperation& a, const HistoryOperation& b) {
  const auto key_of = [](const HistoryOperation& op) {
    const std::size_t colon = op.transition_magic.find(';');
    return parse_transition_key(colon == Text::npos ? op.transition_key
                                                    : op.transition_magic.substr(colon + 1));
  };
  const auto left = key_of(a);
  const auto right = key_of(b);
  if (!left || !right) return 0;
  if (left->engine == right->engine && left->transition != right->transition) {
    if (left->transition == -1) return 1;
    if (right->transition == -1) return -1;
    return left->transition < right->transition ? -1 : 1;
  }
  return is_pending(a) ? 1 : -1;
}

int compare_age(const HistoryOperation& a, const HistoryOperation& b) {
  if (is_pending(a) && is_pending(b)) return 0;
  if (is_pending(a) != is_pending(b)) return compare_by_transition(a, b);
  if (*a.call_id != *b.call_id) return *a.call_id < *b.call_id ? -1 : 1;
  if (!a.last_change || !b.last_change || *a.last_change == *b.last_change) return 0;
  return *a.last_change < *b.last_change ? -1 : 1;
}

}  // namespace

std::optional<TransitionKey> parse_transition_key(Text text) {
  TransitionKey out;
  int* const numbers[] = {&out.action, &out.transition, &out.expected_rc};
  for (int* number : numbers) {
    const std::size_t colon = text.find(':');
    if (colon == Text::npos) return std::nullopt;
    const auto value = base::parse_integer<int>(text.substr(0, colon));
    if (!value) return std::nullopt;
    *number = *value;
    text.remove_prefix(colon + 1);
  }
  out.engine = text;
  return out;
}

int expected_rc(const HistoryOperation& op) {
  const auto key = parse_transition_key(op.transition_key);
  return key ? key->expected_rc : rc::kUnknown;
}

Text base_name(Text id) {
  const std::size_t colon = id.find_last_of(':');
  if (colon == Text::npos || colon + 1 == id.size()) return id;
  const Text number = id.substr(colon + 1);
  return number.find_first_not_of("0123456789") == Text::npos ? id.substr(0, colon) : id;
}

bool is_older(const HistoryOperation& a, const HistoryOperation& b, bool same_node) {
  if (same_node || is_pending(a) || is_pending(b)) return compare_age(a, b) < 0;
  const bool timed = a.last_change && b.last_change && *a.last_change != *b.last_change;
  return timed ? *a.last_change < *b.last_change : compare_age(a, b) < 0;
}

std::vector<const HistoryOperation*> oldest_first(const model::HistoryResource& entry) {
  std::vector<const HistoryOperation*> out;
  // Insertion, because ages are not always a strict order; equal ones stay in reverse order.
  for (auto op = entry.operations.rbegin(); op != entry.operations.rend(); ++op) {
    const auto place = std::find_if(out.rbegin(), out.rend(), [&](const HistoryOperation* other) {
      return compare_age(*other, *op) <= 0;
    });
    out.insert(place.base(), &*op);
  }
  return out;
}

HistoryBounds bounds_of(const std::vector<const HistoryOperation*>& operations) {
  HistoryBounds out;
  int implied_by_monitor = -1;
  int implied_by_role = -1;
  for (int i = 0; i < static_cast<int>(operations.size()); ++i) {
    const HistoryOperation& op = *operations[static_cast<std::size_t>(i)];
    const bool done = op.status.value_or(0) == op_status::kDone;
    if (op.operation == "stop" && done) {
      out.stop = i;
    } else if (op.operation == "start" || op.operation == "migrate_from") {
      out.start = i;
    } else if (op.operation == "monitor" && implied_by_monitor <= out.stop) {
      if (op.rc == rc::kOk || op.rc == rc::kRunningPromoted) implied_by_monitor = i;
    } else if (op.operation == "promote" || op.operation == "demote") {
      implied_by_role = i;
    }
  }
  if (out.start == -1) out.start = implied_by_role != -1 ? implied_by_role : implied_by_monitor;
  return out;
}

}  // namespace systole::policy
