#pragma once

#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// A node that is said to have been fenced and is alive: a person confirmed it in error, a device
/// hit another node, or one that cuts off storage only. Its resources must not be started elsewhere
/// beside it, and it must not stay. It is shut down in good order, and reset where that takes too
/// long or the property `fence-reaction` asks for it; the fencing counts once it is gone.
namespace systole::crmd {

void on_condemned(ControllerState& state, const message::Condemned& message);

/// After every step: starts this node's time, once it is condemned.
void watch_own_condemnation(ControllerState& state);
void on_reset_timer(ControllerState& state);

}  // namespace systole::crmd
