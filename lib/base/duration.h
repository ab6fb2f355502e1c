#pragma once

#include <chrono>
#include <string_view>

#include "lib/base/result.h"

namespace systole::base {

using Milliseconds = std::chrono::milliseconds;

/// Reads a length of time as the CIB spells it: a number with an optional unit (s, ms, us, m, h, or
/// what begins with one of them as "seconds" does; seconds without one), the unit in any case. A
/// fraction is cut off ("1.5s" is one second), microseconds round down to milliseconds. Signs,
/// negative lengths and other text are errors. ISO 8601 durations ("PT10S") are read by
/// lib/base/iso8601.h.
Result<Milliseconds> parse_duration(std::string_view text);

}  // namespace systole::base
