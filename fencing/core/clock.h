#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

namespace systole::fencing {

using std::chrono::milliseconds;

/// Time since the epoch by the wall clock of the node that stamps it; travels in messages.
struct WallTime {
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;
  auto operator<=>(const WallTime&) const = default;
};

/// Time on this node's monotonic clock; never leaves the node.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, milliseconds>;

}  // namespace systole::fencing
