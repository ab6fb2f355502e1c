#include "policy/status/types.h"

#include <array>
#include <utility>

#include "lib/base/strings.h"

namespace systole::policy {

Role parse_role(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Role>, 6> kRoles = {{
      {"Stopped", Role::kStopped},
      {"Started", Role::kStarted},
      {"Unpromoted", Role::kUnpromoted},
      {"Slave", Role::kUnpromoted},
      {"Promoted", Role::kPromoted},
      {"Master", Role::kPromoted},
  }};
  for (const auto& [name, role] : kRoles) {
    if (base::equal_ignoring_case(text, name)) return role;
  }
  return Role::kUnknown;
}

std::string_view to_string(Role role) {
  switch (role) {
    case Role::kUnknown:
      return "Unknown";
    case Role::kStopped:
      return "Stopped";
    case Role::kStarted:
      return "Started";
    case Role::kUnpromoted:
      return "Unpromoted";
    case Role::kPromoted:
      return "Promoted";
  }
  return "Unknown";
}

}  // namespace systole::policy
