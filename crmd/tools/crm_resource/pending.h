#pragma once

#include <string>
#include <vector>

#include "lib/model/snapshot.h"

namespace systole::crmd::crm_resource {

/// What a cluster in this state has still to do, as "Action 5: web_start_0\ton node1": what would
/// be planned, the last action first, then operations that run and that no plan repeats.
std::vector<std::string> pending_actions(const model::Snapshot& snapshot);

}  // namespace systole::crmd::crm_resource
