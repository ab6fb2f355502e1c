#include "crmd/core/operation.h"

#include "crmd/core/transition_key.h"
#include "lib/base/strings.h"

namespace systole::crmd {

bool is_recurring(const Operation& operation) {
  return operation.interval > Milliseconds::zero();
}

bool is_notification(const Operation& operation) {
  return operation.task == "notify";
}

std::string operation_key(std::string_view resource, std::string_view task, Milliseconds interval) {
  return base::cat(resource, "_", task, "_", interval.count());
}

bool is_failure(const OperationResult& result) {
  if (result.status == OpStatus::kCancelled || result.status == OpStatus::kPending) return false;
  if (result.status != OpStatus::kDone) return true;
  const std::optional<TransitionKey> key = parse_transition_key(result.operation.transition_key);
  const int expected = key ? key->target_rc : 0;
  // A probe that finds the resource as it should not be is news and no failure.
  if (result.operation.task == "monitor" && !is_recurring(result.operation)) {
    return result.rc != expected && result.rc != 0 && result.rc != 7 && result.rc != 8;
  }
  return result.rc != expected;
}

}  // namespace systole::crmd
