#pragma once

#include <optional>
#include <vector>

#include "agents/executor/core/effect.h"
#include "agents/executor/core/event.h"
#include "agents/executor/core/record.h"
#include "agents/executor/core/state.h"

namespace systole::executor {

/// The executor: takes one event and says what is to be done. Deterministic.
///
/// Rules. Operations of one resource run one at a time, in the order of their requests. A recurring
/// operation runs at once, then its interval after each end. The same recurring operation asked
/// for again is merged with the one that is there. Results are sent to all clients and held until
/// the controller has confirmed them; operations go on while it is away.
Effects step(State& state, const Event& event, Now now);

/// When step() wants a Tick (on the steady clock), if nothing else happens.
std::optional<Milliseconds> next_deadline(const State& state);

/// Takes the number of the next request. Every request of the protocol has one.
CallId take_call(State& state, Effects& effects);

/// Brings back what the records of an earlier process say, in a State that is new. The shell then
/// finds out about every run that is returned: it goes on, or RunEnded or RunLost is stepped.
std::vector<RunId> restore(State& state, const std::vector<Record>& records, Now now);

}  // namespace systole::executor
