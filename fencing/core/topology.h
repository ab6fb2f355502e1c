#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/result.h"

namespace systole::fencing {

/// Permanent attributes of nodes by node name, which levels may select by.
using NodeAttributes = std::map<std::string, std::map<std::string, std::string>>;

/// Whom a topology level is for: one of the three forms of <fencing-level>.
struct LevelTarget {
  enum class Kind { kName, kPattern, kAttribute };
  Kind kind = Kind::kName;
  std::string name;   ///< node name, POSIX extended pattern, or attribute name
  std::string value;  ///< attribute value
  auto operator<=>(const LevelTarget&) const = default;

  /// "node9", "^db.*", "rack=3": how events and tools show it.
  std::string text() const;
};

/// One level: its devices must all succeed; level 1 is tried before level 2.
struct Level {
  LevelTarget target;
  int index = 0;
  std::vector<std::string> devices;
  bool operator==(const Level&) const = default;
};

inline constexpr int kFirstLevel = 1;
inline constexpr int kLastLevel = 9;

/// The levels of every target.
class Topology {
 public:
  /// Replaces the level of this target and index. Errors: index outside 1 to 9, no target, a bad
  /// pattern.
  base::Result<void> add(Level level);

  /// Removes one level, or with index 0 all of the target's. Removing what is not there is fine.
  base::Result<void> remove(const LevelTarget& target, int index);

  /// The levels for a node in the order to try them; empty when it has none. A level for the very
  /// name wins over a pattern, a pattern over an attribute.
  std::vector<Level> levels_of(const std::string& node, const NodeAttributes& attributes) const;

  /// How many targets have levels.
  std::size_t size() const { return targets_.size(); }

 private:
  using Levels = std::map<int, Level>;
  std::map<LevelTarget, Levels> targets_;
};

}  // namespace systole::fencing
