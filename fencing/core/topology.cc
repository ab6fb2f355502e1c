#include "fencing/core/topology.h"

#include <utility>

#include "lib/base/pattern.h"
#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using base::cat;
using base::Errc;
using base::Result;

bool selects(const LevelTarget& target, const std::string& node, const NodeAttributes& attributes) {
  switch (target.kind) {
    case LevelTarget::Kind::kName:
      return base::equal_ignoring_case(target.name, node);
    case LevelTarget::Kind::kPattern: {
      const auto pattern = base::Pattern::compile(target.name);
      return pattern && pattern->matches(node);
    }
    case LevelTarget::Kind::kAttribute: {
      const auto of_node = attributes.find(node);
      if (of_node == attributes.end()) return false;
      const auto value = of_node->second.find(target.name);
      return value != of_node->second.end() && value->second == target.value;
    }
  }
  return false;
}

Result<void> check_target(const LevelTarget& target) {
  if (target.name.empty()) return {Errc::kInvalidArgument, "a fencing level needs a target"};
  if (target.kind == LevelTarget::Kind::kPattern && !base::Pattern::compile(target.name)) {
    return {Errc::kInvalidArgument,
            cat("fencing level: '", target.name, "' is no regular expression")};
  }
  return {};
}

}  // namespace

std::string LevelTarget::text() const {
  return kind == Kind::kAttribute ? cat(name, "=", value) : name;
}

Result<void> Topology::add(Level level) {
  if (auto checked = check_target(level.target); !checked) return checked;
  if (level.index < kFirstLevel || level.index > kLastLevel) {
    return {Errc::kInvalidArgument, cat("fencing level of '", level.target.text(), "': index ",
                                        level.index, " is not 1 to 9")};
  }
  targets_[level.target][level.index] = std::move(level);
  return {};
}

Result<void> Topology::remove(const LevelTarget& target, int index) {
  if (auto checked = check_target(target); !checked) return checked;
  if (index < 0 || index > kLastLevel) {
    return {Errc::kInvalidArgument,
            cat("fencing level of '", target.text(), "': index ", index, " is not 0 to 9")};
  }
  const auto found = targets_.find(target);
  if (found == targets_.end()) return {};
  if (index == 0) {
    found->second.clear();
  } else {
    found->second.erase(index);
  }
  if (found->second.empty()) targets_.erase(found);
  return {};
}

std::vector<Level> Topology::levels_of(const std::string& node,
                                       const NodeAttributes& attributes) const {
  std::vector<Level> chosen;
  // The map sorts by kind first: names, then patterns, then attributes, the order of precedence.
  for (const auto& [target, levels] : targets_) {
    if (!selects(target, node, attributes)) continue;
    for (const auto& [index, level] : levels) chosen.push_back(level);
    break;
  }
  return chosen;
}

}  // namespace systole::fencing
