#pragma once

#include "fencing/core/state.h"

namespace systole::fencing {

/// The fencer: takes one event, changes `state`, and returns what to do, in order. Deterministic:
/// time and random numbers are in the input.
Effects step(State& state, const Input& input);

}  // namespace systole::fencing
