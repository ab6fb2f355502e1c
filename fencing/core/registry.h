#pragma once

#include <string>

#include "fencing/core/state.h"

namespace systole::fencing {

/// Puts the CIB's devices and levels in force; those of the API stay.
void configure(Context& context, const Configuration& configuration);

/// Every device of the agent has these capabilities.
void describe_agent(Context& context, const AgentDescribed& event);

/// Registers a device through the API. The same device in the CIB keeps belonging to it.
void register_device(Context& context, Device device);

/// Takes the API's registration back; a device of the CIB stays.
void remove_device(Context& context, const std::string& id);

void add_level(Context& context, const Level& level);
void remove_level(Context& context, const LevelRemoved& event);

}  // namespace systole::fencing
