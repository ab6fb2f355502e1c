#pragma once

#include <string>

#include "agents/executor/core/effect.h"
#include "agents/executor/core/state.h"

namespace systole::executor {

// How an operation moves between waiting, its resource's queue, and running.

/// What the parts of a step share.
struct Step {
  State& state;
  Now now;
  Effects effects{};
};

OperationRecord record_of(const Action& action);

void set_timer(State& state, Action& action, std::optional<Milliseconds> at);

/// Puts an operation that does not run at the end of its resource's queue.
void enqueue(State& state, Action& action, Milliseconds now);

/// Lets a recurring operation wait for its next turn.
void wait_until(State& state, Action& action, Milliseconds at);

/// Takes an operation that does not run out of everything.
void remove_action(Step& step, CallId call);

/// Starts what may start: the first of each queue whose resource is free, while slots are.
void start_ready(Step& step);

/// Notes that nothing of a resource runs any more.
void release(Step& step, Action& action);

/// Marks a resource as ready if its queue may move.
void update_ready(State& state, const std::string& resource);

void persist_counters(Step& step);

}  // namespace systole::executor
