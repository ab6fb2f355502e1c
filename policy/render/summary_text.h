#pragma once

#include <string>
#include <vector>

#include "policy/graph/summary.h"

namespace systole::policy::render {

/// The lines of a transition's summary with their columns aligned: "Start      web     ( node1 )",
/// "Fence (reboot) node2 'peer is no longer part of the cluster'".
std::vector<std::string> summary_text(const std::vector<SummaryLine>& summary);

}  // namespace systole::policy::render
