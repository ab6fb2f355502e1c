#pragma once

#include <string>

#include "crmd/core/state.h"
#include "lib/xml/element.h"

namespace systole::crmd {

/// Writes into the configuration what tools expect to find there: the nodes, the version, the
/// kind and name of the cluster. Used by the coordinator when it has quorum, at its begin and
/// whenever members came; without quorum only where nothing of it is there yet, so that a node that
/// is alone from the beginning can be looked at and administered.
void describe_cluster(ControllerState& state);

/// Writes into the configuration when somebody last had `node` forget a resource: a change that all
/// who watch the configuration see.
void note_refresh(ControllerState& state, const std::string& node, const Now& now);

/// Whether a configuration holds nothing but what describe_cluster() writes.
bool only_describes(xml::Element configuration);

/// Sets the stamp's `configured` when the replica holds more than that.
void note_configured(ControllerState& state);

}  // namespace systole::crmd
