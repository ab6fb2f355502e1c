#pragma once

#include <string>

#include "crmd/core/message.h"
#include "crmd/core/state.h"

/// The attribute service: values are replicated on delivery, and shown in the CIB at once or, with
/// dampening, when the coordinator says that the time is over.
namespace systole::crmd {

/// The CIB shows all changes of a message in one change of its own.
void on_attribute_changes(ControllerState& state, NodeNumber sender,
                          const message::AttributeChanges& message);
void on_attribute_flush(ControllerState& state, const message::AttributeFlush& message);

/// Dampening is over: the coordinator tells all.
void on_attribute_timer(ControllerState& state, std::uint64_t number);

/// Sets values as part of the application of another message.
void set_attribute(ControllerState& state, const std::string& node, const std::string& name,
                   const std::string& value);

/// Deletes a value in the same way. Nothing happens where there is none.
void delete_attribute(ControllerState& state, const std::string& node, const std::string& name);

/// Writes what the CIB does not show of a node's public values.
void write_attributes_of(ControllerState& state, const std::string& node);

/// A new coordinator: values that wait for the end of their dampening.
void flush_waiting_attributes(ControllerState& state);

/// Sets what every node tells of itself, once it is a member.
void publish_own_attributes(ControllerState& state);

/// The id that stands for a node in ids of attributes: its number, or the name of a remote node.
std::string attribute_node_id(const ControllerState& state, const std::string& node);

}  // namespace systole::crmd
