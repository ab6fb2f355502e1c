#include "crmd/core/transition_key.h"

#include <vector>

#include "lib/base/strings.h"

namespace systole::crmd {

std::string to_string(const TransitionKey& key) {
  return base::cat(key.action, ":", key.transition, ":", key.target_rc, ":", key.uuid);
}

std::optional<TransitionKey> parse_transition_key(std::string_view text) {
  const std::vector<std::string_view> parts = base::split(text, ":");
  if (parts.size() != 4) return std::nullopt;
  const auto action = base::parse_integer<std::uint32_t>(parts[0]);
  const auto transition = base::parse_integer<std::int64_t>(parts[1]);
  const auto target_rc = base::parse_integer<int>(parts[2]);
  if (!action || !transition || !target_rc) return std::nullopt;
  return TransitionKey{*action, *transition, *target_rc, std::string(parts[3])};
}

}  // namespace systole::crmd
