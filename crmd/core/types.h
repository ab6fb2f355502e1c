#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/base/duration.h"
#include "lib/base/ids.h"
#include "lib/cib/version.h"

namespace systole::crmd {

using base::Milliseconds;
using base::NodeNumber;

/// No length of time is longer, which users may write as they like: timers count nanoseconds in 64
/// bits.
constexpr Milliseconds kLongest = std::chrono::hours(24 * 365 * 200);

/// The two clocks, read once by the shell for each event.
struct Now {
  Milliseconds steady{};        ///< monotonic, for intervals; its zero means nothing
  Milliseconds wall{};          ///< since the epoch, for what people and rules read
  std::int32_t utc_offset = 0;  ///< of local time, seconds east of UTC
};

/// Seconds since the epoch, as the CIB records instants.
inline std::int64_t wall_seconds(const Now& now) {
  return std::chrono::duration_cast<std::chrono::seconds>(now.wall).count();
}

/// Names one call of one client; chosen by the shell, never reused while the process lives. 0 is a
/// call that wants no reply.
using CallToken = base::Id<struct CallTokenTag, std::uint64_t>;

/// Names one write to the disk, in the order in which the effects were returned.
using PersistId = base::Id<struct PersistIdTag, std::uint64_t>;

/// Names one calculation of the policy engine.
using PlanId = base::Id<struct PlanIdTag, std::uint64_t>;

/// Names one request to the local fencer.
using FenceToken = base::Id<struct FenceTokenTag, std::uint64_t>;

/// A node as Corosync's nodelist (cmap) gives it.
struct ConfiguredNode {
  NodeNumber number;
  std::string name;
  std::uint32_t votes = 1;

  bool operator==(const ConfiguredNode&) const = default;
};

using cib::Version;

/// How far a replica is to be trusted against another one. Written to disk together with the
/// document it describes, in one atomic step: a stamp of another document would let a replica win
/// that should not.
struct Stamp {
  /// The quorate view under which the document was last known to be the cluster's. A generation is
  /// used by one quorate component only, since a majority must have promised it on disk first.
  std::uint64_t generation = 0;
  /// The highest generation this node took part in preparing; at least `generation`.
  std::uint64_t promised = 0;
  /// The newest configuration that a quorate component had; changes beyond it are provisional.
  Version base;
  /// Changes were made without quorum since `base`, or `base` was not yet on enough disks when
  /// quorum went.
  bool provisional = false;
  /// Somebody has configured more than the cluster writes by itself, now or at any time before.
  bool configured = false;

  bool operator==(const Stamp&) const = default;
};

}  // namespace systole::crmd
