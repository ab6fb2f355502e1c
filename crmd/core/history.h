#pragma once

#include <string>

#include "crmd/core/change.h"
#include "crmd/core/message.h"
#include "crmd/core/permission.h"
#include "crmd/core/state.h"

/// The record of operations in the CIB (`lrm_rsc_op`), kept on delivery by all members alike.
namespace systole::crmd {

/// An operation was given to a node: it is recorded as pending, and on that node executed.
void on_execute(ControllerState& state, NodeNumber sender, const message::Execute& message);
void on_cancel(ControllerState& state, NodeNumber sender, const message::Cancel& message);
void on_result(ControllerState& state, NodeNumber sender, const message::Result& message);

/// Whether access control lets the actor remove the record of a resource on a node.
bool may_forget_resource(ControllerState& state, const Actor& actor, const std::string& node,
                         const std::string& resource);

/// Removes the record of a resource on a node.
void forget_resource(ControllerState& state, const std::string& node, const std::string& resource,
                     Cause cause);

}  // namespace systole::crmd
