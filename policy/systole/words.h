#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/explain/explanation.h"
#include "policy/explain/trial.h"

/// The words in which explanations are told.
namespace systole::policy::words {

/// "+100", "-INFINITY"; "=500" for one that replaces what was there.
std::string amount(const ScoreEntry& entry);

/// What a resource does now: "started on alpha, failed".
std::string now(const Plan& plan, const explain::Explanation& explanation);
/// What the plan does with it: "move from alpha to beta, because ...", "stays stopped".
std::string planned(const Plan& plan, const explain::Explanation& explanation);
/// The recorded operations of `rsc` that failed: "recurring monitor on alpha answered ...".
std::vector<std::string> failures(const Plan& plan, RscId rsc);
/// How its node was chosen, as sentences.
std::vector<std::string> choice(const Plan& plan, const explain::Explanation& explanation);

/// Why a summand is there: "location constraint web-likes-beta (rule office-hours)".
std::string cause(const Plan& plan, RscId rsc, const explain::Contribution& contribution);

/// "is in standby": what keeps a node from getting resources.
std::string state(const Plan& plan, NodeId node, explain::NodeState state);

/// What would have to happen for `verdict`'s node to be chosen, as clauses: "location constraint
/// ban-web must be removed", "201 more points are needed".
std::vector<std::string> change(const Plan& plan, const explain::Explanation& explanation,
                                const explain::NodeVerdict& verdict);

/// What came of trying a change, as sentences.
std::vector<std::string> trial(const Plan& plan, const explain::Explanation& explanation,
                               const explain::NodeVerdict& verdict, const explain::Trial& trial);

/// The reason of an action: "because db cannot start" for "unrunnable db start".
std::string reason(std::string_view text);

/// "stop on alpha", "probe on alpha and beta": one line for actions that differ in the node only.
std::vector<std::string> actions(const Plan& plan, const std::vector<explain::ActionNote>& notes);

/// "alpha, beta and gamma".
std::string list(const std::vector<std::string>& words);
std::string nodes(const Plan& plan, const std::vector<NodeId>& nodes);

/// The colocation that an entry of `rsc` comes from; null where none is known.
const Colocation* find_colocation(const Plan& plan, RscId rsc, const ScoreWhy& why);

std::string_view node_name(const Plan& plan, NodeId node);
std::string_view resource_name(const Plan& plan, RscId rsc);

}  // namespace systole::policy::words
