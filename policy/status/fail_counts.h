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
/// count whose failure-timeout has passed is 0.
FailCount fail_count(Status& status, RscId rsc, NodeId node, Expiry expiry);

}  // namespace systole::policy
