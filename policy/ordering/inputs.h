#pragma once

#include "policy/actions/action_plan.h"

namespace systole::policy {

/// Whether an action is part of the transition.
bool is_executed(const ActionPlan& plan, const Action& action);

/// Whether `then` has to wait for `first`, two actions between which there are relations with
/// `effects`.
bool is_input(const ActionPlan& plan, const Action& then, const Action& first,
              effect::Bits effects);

}  // namespace systole::policy
