#pragma once

#include <utility>
#include <vector>

#include "policy/placement/placement.h"

namespace systole::policy {

/// A location constraint of one resource after its rules were evaluated.
struct Location {
  RscId resource;
  Role role = Role::kUnknown;  ///< kUnknown: any
  Discovery discovery = Discovery::kAlways;
  std::vector<std::pair<NodeId, base::Score>> scores;
  bool any = false;  ///< its rule holds where one of its conditions does
  ScoreWhy why;      ///< the constraint, and the rule where it has one
};

/// What the location constraints say just now, in the order of the configuration: one entry for
/// each resource that a constraint, its rule, pattern, tag or set is about. Constraints that cannot
/// be read are left out.
std::vector<Location> location_constraints(const Status& status);

}  // namespace systole::policy
