#pragma once

#include "crmd/core/message.h"
#include "crmd/core/state.h"

namespace systole::crmd {

/// Applies a message at its place in the order. While members look for one replica most messages
/// are kept until they have it.
void dispatch(ControllerState& state, NodeNumber sender, Message message);

}  // namespace systole::crmd
