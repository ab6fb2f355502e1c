#pragma once

#include <string>

#include "lib/base/result.h"

namespace systole::crmd {

/// The node for which a tool that an agent calls works: the agent's node, or, for a resource inside
/// a container whose attributes belong to the host, that host. Empty outside of agents.
std::string node_of_agent();

/// The node that a tool means without a node's name: node_of_agent(), else what the controller
/// calls this host, else the host's own name when `is_live` is false.
base::Result<std::string> local_node_name(const char* tool, bool is_live);

}  // namespace systole::crmd
