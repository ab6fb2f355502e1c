#pragma once

#include <optional>

#include "policy/actions/planner.h"

namespace systole::policy {

/// Where a primitive is coming from and going to.
struct Planner::Course {
  std::optional<NodeId> current;
  std::optional<NodeId> target;
  std::optional<NodeId> partial_source;
  std::optional<NodeId> partial_target;
  std::optional<NodeId> expected;  ///< the node where it may stay while it stops elsewhere
  bool moving = false;
  bool need_stop = false;
  bool need_promote = false;
  bool may_migrate = true;
  bool restarting = false;
};

}  // namespace systole::policy
