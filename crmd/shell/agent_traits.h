#pragma once

#include <optional>
#include <string_view>

#include "crmd/core/operation.h"
#include "lib/ocf/metadata.h"

namespace systole::crmd {

/// What the history records of an agent: whether it reloads, which parameters need a restart when
/// they change (`reload-agent`: those that are not `reloadable`; the `reload` of agents older than
/// OCF 1.1: those that are unique), and which are secret.
AgentTraits agent_traits(const ocf::Metadata& metadata);

/// Whether a task of a plan is a reload, under either of its names.
bool is_reload(std::string_view task);

/// The action that makes an agent reload: plans say `reload-agent`, an agent older than OCF 1.1
/// knows `reload` alone. Where the traits are not known it is the newer name.
std::string_view reload_action(const std::optional<AgentTraits>& traits);

}  // namespace systole::crmd
