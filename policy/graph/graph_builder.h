#pragma once

#include <cstdint>

#include "lib/model/graph.h"
#include "policy/actions/action_plan.h"

namespace systole::policy {

/// Writes the ordered actions down as a transition graph. Marks the relations that became inputs.
model::TransitionGraph build_graph(ActionPlan& plan, std::uint32_t transition_id);

}  // namespace systole::policy
