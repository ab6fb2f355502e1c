#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/ocf/agent.h"

namespace systole::ocf {

/// Fence devices of the older kind, libraries and scripts of cluster-glue, are called apcmaster or
/// external/ipmi. Its program `stonith` knows which there are and describes each.
struct StonithPlugin {
  /// Where the program is; nothing when it is not installed.
  static std::optional<std::string> driver(const AgentRoots& roots);
  /// Whether a type can be that of a plugin: no fence agent's, and nothing that an option or a way
  /// out of a folder could be made of.
  static bool is_name(std::string_view type);
  /// The types that there are, sorted; none when the program is not installed or fails.
  static std::vector<std::string> list(const AgentRoots& roots);
};

}  // namespace systole::ocf
