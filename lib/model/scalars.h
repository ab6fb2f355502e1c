#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/base/score.h"

namespace systole::model {

/// What the words red, yellow and green stand for where a score is expected.
struct HealthScores {
  base::Score red;
  base::Score yellow;
  base::Score green;
};

/// "Is true" of the CIB: other text is false.
bool is_true(std::string_view text);

/// The integer at the front of `text`; what follows it is ignored.
std::optional<std::int64_t> leading_integer(std::string_view text);

/// The same for an instant in seconds since the epoch: what no calendar holds is brought to the end
/// of year 9999 or to the epoch, so that intervals can be added to it.
std::optional<std::int64_t> leading_time(std::string_view text);

/// A score, or nothing for text that is none.
std::optional<base::Score> read_score(std::string_view text, const HealthScores& health);

/// A length of time in milliseconds: a number with a unit (seconds without one) or an ISO 8601
/// duration. Nothing for other text and negative lengths.
std::optional<std::int64_t> read_interval_ms(std::string_view text);

/// Milliseconds to seconds: a fraction of a second counts as one, else the nearest.
std::int64_t to_seconds(std::int64_t milliseconds);

/// Compares versions segment by segment as numbers: negative, 0, positive.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace systole::model
