#pragma once

#include <corosync/corotypes.h>

#include <chrono>
#include <string_view>

#include "lib/base/result.h"

namespace systole::cluster {

/// The error for what Corosync answered to `what`.
base::Error corosync_error(std::string_view what, cs_error_t code);

/// Whether the same call may succeed a little later.
bool is_transient(cs_error_t code);

/// Repeats `call` while its answer is transient or Corosync is not there yet, sleeping between, up
/// to `limit`. Only for start-up, where there is nothing else to do.
template <typename Call>
cs_error_t retry(std::chrono::milliseconds limit, Call call);

/// Sleeps before the next try: true until `deadline`. For retry().
bool pause_before_retry(std::chrono::steady_clock::time_point deadline, int attempt);

template <typename Call>
cs_error_t retry(std::chrono::milliseconds limit, Call call) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (int attempt = 0;; ++attempt) {
    const cs_error_t code = call();
    const bool again = is_transient(code) || code == CS_ERR_LIBRARY;
    if (!again || !pause_before_retry(deadline, attempt)) return code;
  }
}

}  // namespace systole::cluster
