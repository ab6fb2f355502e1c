#pragma once

#include <string>
#include <vector>

#include "policy/actions/action_plan.h"

namespace systole::policy {

/// One line of the summary of a transition: what happens to a resource or node, and why.
struct SummaryLine {
  std::string verb;     ///< Start, Stop, Move, Recover, Fence (reboot) ...
  std::string subject;  ///< the resource or node
  std::string details;  ///< roles and nodes, as one text; empty for nodes
  /// The parts of `details`: the nodes on which the resource is and shall be, one of them empty
  /// where only the other is told, and what it does there, empty where that goes without saying.
  std::string origin;
  std::string destination;
  std::string role;
  std::string next_role;
  std::string reason;  ///< empty where there is nothing to say
  bool blocked = false;
};

std::vector<SummaryLine> summarize(const ActionPlan& plan);

}  // namespace systole::policy
