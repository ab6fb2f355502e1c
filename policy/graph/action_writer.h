#pragma once

#include "lib/model/graph.h"
#include "policy/actions/action_plan.h"

namespace systole::policy {

/// The graph's form of an action, complete; or just what names it.
model::GraphAction write_action(const ActionPlan& plan, const Action& action);
model::GraphActionHead write_head(const ActionPlan& plan, const Action& action);

/// The key of an action, with the resource's own id or the name that histories know it by.
std::string action_key(const ActionPlan& plan, const Action& action, bool by_history);

}  // namespace systole::policy
