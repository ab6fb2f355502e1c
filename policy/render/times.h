#pragma once

#include <cstdint>
#include <string>

namespace systole::policy::render {

/// "Sat Nov 21 12:00:00 2026", local time.
std::string local_time_text(std::int64_t seconds);

/// "2026-11-21 12:00:00 +01:00", local time.
std::string sortable_time_text(std::int64_t seconds);

/// "2026-11-21 12:00:00Z".
std::string utc_time_text(std::int64_t seconds);

/// A length of time: "250ms", "60s", "15.218s", "1m35.134s". A unit is used for what is longer than
/// one of it.
std::string seconds_text(std::int64_t milliseconds);

}  // namespace systole::policy::render
