#pragma once

#include <optional>
#include <set>
#include <string>

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// What the alert agents of this node are told. Each node tells what it has seen itself, and of
/// what all nodes see alike one node tells alone; nothing is told again to who takes a replica
/// over, since only deliveries and what the node itself sees are told.
namespace systole::crmd {

/// Corosync's members are about to become `members`, and nothing of the quorum is noted yet. Every
/// node tells whom it has lost, those with quorum who has come.
void alert_of_members(ControllerState& state, const std::set<NodeNumber>& members);

/// Every node tells of a fencing, whoever asked for it.
void alert_of_fencing(ControllerState& state, const event::FenceObserved& fencing);

/// The node whose executor had the operation tells its result, before it is recorded. Probes that
/// found what was expected are no news.
void alert_of_result(ControllerState& state, NodeNumber sender, const message::Result& message);

/// The coordinator tells of a value that the CIB is about to show; a null one is deleted.
void alert_of_attribute(ControllerState& state, const std::string& node, const std::string& name,
                        const std::optional<std::string>& value);

}  // namespace systole::crmd
