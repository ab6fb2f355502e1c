#pragma once

#include "lib/base/result.h"
#include "lib/model/graph.h"
#include "lib/model/snapshot.h"

namespace systole::crmd {

/// The transition that brings the cluster from where `snapshot` shows it to where its configuration
/// wants it, as the policy engine plans it. Any thread may call.
base::Result<model::TransitionGraph> calculate_plan(const model::Snapshot& snapshot);

}  // namespace systole::crmd
