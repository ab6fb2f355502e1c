#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/model/graph.h"

namespace systole::policy::tool {

enum class TransitionEnd { kComplete, kTerminated };

/// Carries a transition out as a controller would, one action at a time. `perform` does an action
/// and returns whether it succeeded. Actions that wait for what never happens are left undone;
/// without a failure that means that the transition was invalid.
TransitionEnd execute(const model::TransitionGraph& graph,
                      const std::function<bool(const model::GraphAction&)>& perform);

}  // namespace systole::policy::tool
