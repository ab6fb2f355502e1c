#pragma once

#include <cstdint>

#include "lib/model/graph.h"
#include "lib/xml/element.h"

namespace systole::simulation {

/// A plan for primitives without constraints, straightforward and easy to judge: every unclean node
/// is fenced, every resource is probed where it is unknown and runs on one node.
model::TransitionGraph plan_simply(xml::Element cib);

}  // namespace systole::simulation
