#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace systole::crmd {

/// Whose order an operation is: ACTION:TRANSITION:TARGET_RC:UUID, as the CIB and executors have it.
struct TransitionKey {
  std::uint32_t action = 0;
  std::int64_t transition = -1;  ///< -1: of no transition
  int target_rc = 0;             ///< what the operation is expected to return
  std::string uuid;              ///< of the coordinator
};

std::string to_string(const TransitionKey& key);
std::optional<TransitionKey> parse_transition_key(std::string_view text);

}  // namespace systole::crmd
