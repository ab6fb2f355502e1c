#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "lib/model/graph.h"
#include "lib/model/snapshot.h"
#include "policy/actions/action_plan.h"
#include "policy/graph/summary.h"
#include "policy/placement/placement.h"
#include "policy/status/status.h"

namespace systole::policy {

/// What to do, and how it was found: each stage's result, as the next one used it. Refers to the
/// snapshot, which must outlive it.
struct Plan {
  std::unique_ptr<Status> status;
  std::unique_ptr<Placement> placement;
  std::unique_ptr<ActionPlan> actions;
  std::vector<SummaryLine> summary;
  model::TransitionGraph graph;
};

/// Decides what the cluster shall do. The result depends on the snapshot (with its clock) and the
/// number that the transition gets, on nothing else. `reasons` says what the placement tells
/// of how it was found.
Plan plan(const model::Snapshot& snapshot, std::uint32_t transition_id = 1,
          Reasons reasons = Reasons::kNone);

}  // namespace systole::policy
