#pragma once

#include "policy/status/status.h"

namespace systole::policy {

/// Instances of one clone, replicas of one bundle: a larger count is one that was mistyped, and
/// must not keep the cluster from being planned for. Ordered ones wait for all before them.
constexpr int kMostCopies = 500;
/// Resources of all copies together, beyond those that the nodes have a use for.
constexpr int kMostSpareResources = 4 * kMostCopies;

struct WantedCopies {
  int count = 0;    ///< as configured
  int useful = 0;   ///< so many are made in any case, if they are wanted: one for each node
  int members = 1;  ///< resources in each
};

/// How many of the copies of `rsc` are made. Notes it where those are fewer than it wants.
int allow_copies(Status& status, RscId rsc, const WantedCopies& wanted);

}  // namespace systole::policy
