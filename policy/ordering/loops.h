#pragma once

#include "policy/actions/action_plan.h"

namespace systole::policy {

/// Sees to it that everything in the transition can be done some day.
///
/// Actions that wait for each other in a circle are taken apart at the order that matters least:
///  1. a probe before a stop or a migration, which only saves one that is in vain;
///  2. the start of a connection before stops elsewhere, which only keeps a service longer;
///  3. a stop before one that a fencing makes up for, or before that of what runs inside of it.
/// What still waits for itself, or for something that nobody will do, is left out, and so is
/// whatever waits for that: no order that others rely on is given up. The next plan may do it.
void resolve_loops(ActionPlan& plan);

}  // namespace systole::policy
