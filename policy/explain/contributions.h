#pragma once

#include <vector>

#include "policy/explain/explanation.h"

namespace systole::policy::explain {

/// What made up the score of `node` for `rsc`, in the order in which it happened; only what
/// happened before the resource was placed.
std::vector<Contribution> contributions_to(const Plan& plan, RscId rsc, NodeId node);

/// What made up the value by which `instance` competes for promotion.
std::vector<Contribution> contributions_to_promotion(const Plan& plan, RscId instance);

}  // namespace systole::policy::explain
