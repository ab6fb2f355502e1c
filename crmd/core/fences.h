#pragma once

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"
#include "lib/model/graph.h"

/// Fencing as the coordinator asks for it, and what the group records of all fencings.
namespace systole::crmd {

/// Asks the fencer, unless it is at it already. After failures it is asked later and later; the
/// rest of the transition goes on.
void request_fencing(ControllerState& state, const model::GraphAction& action);

/// A guest is fenced by stopping what it runs in, which the plan has done before.
void tell_guest_fenced(ControllerState& state, const model::GraphAction& action);

/// Asks for those whose time has come.
void request_postponed_fencings(ControllerState& state);

/// Tells the group of fencings by others that it does not know of yet.
void announce_fencings(ControllerState& state);

}  // namespace systole::crmd
