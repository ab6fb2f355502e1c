#pragma once

#include <string>
#include <vector>

namespace systole::scenarios {

/// Plans for the CIB in `folder`/input.xml and checks each line of `folder`/expect. Returns what
/// does not hold, one sentence for each line.
///
///   place RSC on NODE | place RSC nowhere     where a resource shall run
///   role RSC ROLE                             what it shall do
///   do RSC TASK on NODE                       the transition has this action
///   never RSC TASK [on NODE]                  it has not
///   fence NODE | spare NODE                   the node is fenced, or not
///   shutdown NODE                             the node is told to leave
///   before RSC TASK NODE | RSC TASK NODE      the first comes first ("fence NODE" is one, too)
///   free RSC TASK NODE | RSC TASK NODE        neither waits for the other
///   reason RSC TASK TEXT                      why the action is done, or is not
///   score RSC NODE VALUE                      the final score of a node
///   weighs RSC NODE CAUSE AMOUNT              the cause is one of the score's summands
///   idle                                      no agent and no fence device is called
std::vector<std::string> unmet_expectations(const std::string& folder);

/// The folders below `root` that hold a scenario, as "topic/name".
std::vector<std::string> find_scenarios(const std::string& root);

}  // namespace systole::scenarios
