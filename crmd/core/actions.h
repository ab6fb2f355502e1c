#pragma once

#include "crmd/core/state.h"

namespace systole::crmd {

/// Starts every action of the current transition that may start now, within the limits of the
/// cluster (batch-limit, migration-limit, node-action-limit).
void start_ready_actions(ControllerState& state);

}  // namespace systole::crmd
