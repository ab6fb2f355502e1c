#pragma once

#include <string_view>

#include "policy/explain/explanation.h"

namespace systole::policy::explain {

/// The names by which programs know what an explanation says: "migration-threshold".
std::string_view name_of(ScoreCause cause);
std::string_view name_of(NodeState state);
std::string_view name_of(Tie tie);
std::string_view name_of(ScoreDecision::Rule rule);

}  // namespace systole::policy::explain
