#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

/// A daemon's demand that its node be reset at once: a file in a folder that is memory (/run).
///
/// The rejected simple way is the daemon's exit code alone. A process does not end while one of its
/// threads waits for a disk that has gone, which is a frequent reason for a reset. And the exit
/// code of a daemon that an earlier supervisor started is told to nobody.
namespace systole::daemon {

inline constexpr std::string_view kResetDemandName = "reset-demanded";

/// Leaves the demand in `folder`. It appears there at once and whole.
base::Result<void> demand_reset(const std::string& folder, std::string_view reason);

/// The reason of a demand in `folder`, which is taken away: a node that comes back has been reset,
/// even where its /run has outlived that.
std::optional<std::string> take_reset_demand(const std::string& folder);

}  // namespace systole::daemon
