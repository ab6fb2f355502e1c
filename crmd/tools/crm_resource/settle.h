#pragma once

#include <chrono>

#include "lib/base/result.h"

namespace systole::crmd::crm_resource {

/// Waits until the coordinator has nothing left to do about everything that was changed before the
/// call. Its answer to each question comes in the order of the CIB's changes, so one that it is
/// idle is about them too. kTimeout when that does not happen by `deadline`.
base::Result<void> wait_until_idle(std::chrono::steady_clock::time_point deadline);

}  // namespace systole::crmd::crm_resource
