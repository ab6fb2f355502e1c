#pragma once

#include <cstdint>

#include "policy/status/status.h"

namespace systole::policy {

struct FailCount {
  base::Score count;
  std::int64_t last_failure = 0;  ///< seconds since the epoch, 0: not known
};

enum class Expiry { kIgnored, kApplied };

/// How often operations of `rsc` failed on `node`, as its attributes say. With Expiry::kApplied a
/// count whose failure-timeout has passed is 0; `next_change`, where given, learns when that will
/// be.
FailCount fail_count(const Status& status, RscId rsc, NodeId node, Expiry expiry,
                     NextChange* next_change = nullptr);

/// The failure-timeout that counts on `node` in milliseconds, 0 for none: failures that block the
/// resource do not expire.
std::int64_t failure_timeout_ms(const Status& status, RscId rsc, NodeId node);

/// The count that the attributes record, expired or not, of a status that is only looked at.
FailCount recorded_fail_count(const Status& status, RscId rsc, NodeId node);

}  // namespace systole::policy
