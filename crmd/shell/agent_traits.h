#pragma once

#include "crmd/core/operation.h"
#include "lib/ocf/metadata.h"

namespace systole::crmd {

/// What the history records of an agent: whether it reloads, which parameters need a restart when
/// they change (OCF 1.1, `reload-agent`: those that are not `reloadable`; the older `reload`: those
/// that are unique), and which are secret.
AgentTraits agent_traits(const ocf::Metadata& metadata);

}  // namespace systole::crmd
