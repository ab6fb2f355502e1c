#pragma once

#include <vector>

#include "policy/status/status.h"

namespace systole::policy {

/// "`dependent` runs where `primary` does", or with a negative score, where it does not.
struct Colocation {
  model::Text id;
  RscId dependent;
  RscId primary;
  Role dependent_role = Role::kUnknown;  ///< kUnknown: any
  Role primary_role = Role::kUnknown;
  model::Text node_attribute;  ///< empty: the node itself
  base::Score score;
  bool influence = true;   ///< the dependent's wishes count for the primary
  bool configured = true;  ///< by a constraint, not implied by a group or container

  bool mandatory() const { return score.is_infinite(); }
};

using ColocationList = std::vector<const Colocation*>;

}  // namespace systole::policy
