#include "policy/status/fail_counts.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "policy/status/history_keys.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

using model::Text;

constexpr Text kCountPrefix = "fail-count-";
constexpr Text kTimePrefix = "last-failure-";

/// Whether an attribute called PREFIX + NAME#OPERATION_INTERVAL is about the resource known as
/// `name`; instances of an anonymous clone share their counts.
bool is_about(Text attribute, Text prefix, Text name, bool any_instance) {
  if (!attribute.starts_with(prefix)) return false;
  attribute.remove_prefix(prefix.size());
  if (!attribute.starts_with(name)) return false;
  attribute.remove_prefix(name.size());
  if (any_instance && attribute.starts_with(":")) {
    attribute.remove_prefix(1);
    const std::size_t digits =
        std::min(attribute.size(), attribute.find_first_not_of("0123456789"));
    if (digits == 0) return false;
    attribute.remove_prefix(digits);
  }
  return attribute.starts_with("#");
}

bool blocks_on_failure(const model::OperationConfig& op) {
  const Text* on_fail = model::find_value(op.attributes, "on-fail");
  return on_fail != nullptr && base::equal_ignoring_case(*on_fail, "block");
}

/// Whether the history on `node` holds a failure that blocks the resource; such a failure does not
/// expire.
bool has_blocking_failure(const Resource& rsc, NodeId node) {
  for (const model::OperationConfig& config : rsc.config->operations) {
    if (!blocks_on_failure(config)) continue;
    for (const HistoryLink& link : rsc.history) {
      if (link.node != node) continue;
      for (const model::HistoryOperation& op : link.entry->operations) {
        if (op.operation != config.name || op.interval_ms != config.interval_ms) continue;
        if (op.id.ends_with("_last_failure_0")) return true;
        if (op.rc && *op.rc != expected_rc(op)) return true;
      }
    }
  }
  return false;
}

FailCount own_count(const Status& status, const Resource& rsc, NodeId node) {
  FailCount out;
  const Text name = rsc.unique ? rsc.history_name() : base_name(rsc.history_name());
  for (const model::NameValue& attribute : status.node(node).attributes) {
    if (is_about(attribute.name, kCountPrefix, name, !rsc.unique)) {
      out.count += model::read_score(attribute.value, {}).value_or(base::Score());
    } else if (is_about(attribute.name, kTimePrefix, name, !rsc.unique)) {
      out.last_failure =
          std::max(out.last_failure, model::leading_time(attribute.value).value_or(0));
    }
  }
  return out;
}

}  // namespace

std::int64_t failure_timeout_ms(const Status& status, RscId id, NodeId node) {
  const Resource& rsc = status.resource(id);
  if (rsc.failure_timeout_ms <= 0) return 0;
  return has_blocking_failure(rsc, node) ? 0 : rsc.failure_timeout_ms;
}

FailCount fail_count(const Status& status, RscId id, NodeId node, Expiry expiry,
                     NextChange* next_change) {
  const Resource& rsc = status.resource(id);
  FailCount out = own_count(status, rsc, node);
  const std::int64_t timeout = failure_timeout_ms(status, id, node);
  if (expiry == Expiry::kApplied && out.last_failure > 0 && timeout > 0) {
    const std::int64_t deadline = out.last_failure + model::to_seconds(timeout);
    const std::int64_t now = status.snapshot->now;
    if (now > deadline) {
      out.count = base::Score();
    } else if (out.count.value() != 0 && next_change != nullptr) {
      next_change->consider(deadline + 1, now);
    }
  }
  if (rsc.launched.empty() || bundle_of(status, id)) return out;
  for (const RscId launched : rsc.launched) {
    const FailCount inner = fail_count(status, launched, node, expiry, next_change);
    out.count += inner.count;
    out.last_failure = std::max(out.last_failure, inner.last_failure);
  }
  return out;
}

FailCount recorded_fail_count(const Status& status, RscId id, NodeId node) {
  return own_count(status, status.resource(id), node);
}

}  // namespace systole::policy
