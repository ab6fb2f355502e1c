#pragma once

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"
#include "lib/model/graph.h"

/// Fencing as the coordinator asks for it, and what the group records of all fencings.
namespace systole::crmd {

/// Asks the fencer, unless it is at it already.
void request_fencing(ControllerState& state, const model::GraphAction& action);

/// Tells the group of fencings by others that it does not know of yet.
void announce_fencings(ControllerState& state);

}  // namespace systole::crmd
