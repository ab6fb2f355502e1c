#pragma once

#include "crmd/core/state.h"
#include "lib/xml/element.h"

namespace systole::crmd {

/// Writes into the configuration what tools expect to find there: the nodes, the version, the
/// kind and name of the cluster. Used by the coordinator when it has quorum, at its begin and
/// whenever members came; without quorum only where nothing of it is there yet, so that a node that
/// is alone from the beginning can be looked at and administered.
void describe_cluster(ControllerState& state);

/// Whether a configuration holds nothing but what describe_cluster() writes.
bool only_describes(xml::Element configuration);

/// Sets the stamp's `configured` when the replica holds more than that.
void note_configured(ControllerState& state);

}  // namespace systole::crmd
