#pragma once

#include <chrono>

#include "crmd/tools/crm_resource/context.h"
#include "lib/base/result.h"

namespace systole::crmd::crm_resource {

/// The value of --timeout (a number of seconds, or with a unit), or `fallback` without one. kUsage
/// for text that is no length of time.
base::Result<std::chrono::milliseconds> time_limit(const Context& context,
                                                   std::chrono::milliseconds fallback);

}  // namespace systole::crmd::crm_resource
