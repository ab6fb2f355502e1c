#pragma once

#include <chrono>
#include <optional>

#include "crmd/tools/crm_resource/context.h"
namespace systole::crmd::crm_resource {

/// The value of --timeout (a number of seconds, or with a unit). Nothing without one and for 0,
/// which has always meant "no limit of mine". Text that is no length of time is no time at all (0),
/// as Pacemaker's tool takes it.
std::optional<std::chrono::milliseconds> time_limit(const Context& context);

}  // namespace systole::crmd::crm_resource
