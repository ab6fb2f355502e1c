#pragma once

#include <cstdint>
#include <string_view>

#include "policy/status/status.h"

namespace systole::policy {

/// The meta-attributes of an operation as configured: attributes of its `op`, blocks of the `op`,
/// for probes the timeout of the most frequent recurring monitor, and op_defaults. Nothing is
/// normalised.
AttributeTable operation_meta(const Status& status, RscId rsc, model::Text operation,
                              std::int64_t interval_ms);

/// As above for an operation whose configuration is known; null where none is configured.
AttributeTable operation_meta_of(const Status& status, RscId rsc, model::Text operation,
                                 std::int64_t interval_ms, const model::OperationConfig* config);

/// What a failure of the operation leads to, the text of on-fail judged and defaults applied.
OnFail on_fail_of(const Status& status, RscId rsc, model::Text operation, std::int64_t interval_ms);

}  // namespace systole::policy
