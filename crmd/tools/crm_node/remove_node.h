#pragma once

#include <string>

#include "lib/base/result.h"
#include "lib/client/controller_client.h"

namespace systole::crmd::crm_node {

/// Removes a node that has left the cluster from the configuration, the status and the daemons'
/// memory. `name` may be an id. A node that nobody knows is no error.
base::Result<void> remove_node(const std::string& name, client::ControllerClient& controller);

}  // namespace systole::crmd::crm_node
