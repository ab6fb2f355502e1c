#pragma once

#include "crmd/core/state.h"

namespace systole::crmd {

/// Writes into the configuration what tools expect to find there: the nodes, the version, the
/// kind and name of the cluster. Used by the coordinator when it has quorum, at its begin and
/// whenever members came.
void describe_cluster(ControllerState& state);

}  // namespace systole::crmd
