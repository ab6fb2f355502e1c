#pragma once

#include <vector>

#include "policy/explain/explanation.h"

namespace systole::policy::explain {

/// The real actions of other resources, and fencings, that `action` waits for in the transition.
/// Probes are left out: everything waits for some.
std::vector<Wait> waits_of(const Plan& plan, ActionId action);

}  // namespace systole::policy::explain
