#pragma once

#include <cstdint>
#include <ctime>

#include "lib/base/calendar.h"

namespace systole::policy::rule_tool {

/// The present instant and the offset of local time.
inline base::Timestamp local_now() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  return {now, static_cast<std::int32_t>(local.tm_gmtoff)};
}

}  // namespace systole::policy::rule_tool
