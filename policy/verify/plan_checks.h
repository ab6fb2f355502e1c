#pragma once

#include "policy/actions/action_plan.h"
#include "policy/verify/problem.h"

/// Checks of what a plan came to.
namespace systole::policy::verify {

/// What is said to become of failures of the actions of a plan, where it makes no sense.
void check_fates(const ActionPlan& plan, Problems& problems);

}  // namespace systole::policy::verify
