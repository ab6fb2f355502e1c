#pragma once

#include <string>

#include "policy/actions/action_plan.h"

namespace systole::policy::tool {

struct DotOptions {
  bool all_actions = false;  ///< also what is not part of the transition
  bool show_ids = false;
};

/// The actions and their order in the language of Graphviz.
std::string write_dot(const ActionPlan& plan, const DotOptions& options);

}  // namespace systole::policy::tool
