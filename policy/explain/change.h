#pragma once

#include "policy/explain/explanation.h"

namespace systole::policy::explain {

/// What would have to change for the node of `verdict` to be chosen. `explanation` has the nodes
/// and the decision.
Change change_for(const Explanation& explanation, const NodeVerdict& verdict);

}  // namespace systole::policy::explain
