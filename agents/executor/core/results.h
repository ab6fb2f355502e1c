#pragma once

#include "agents/executor/core/action.h"
#include "agents/executor/core/event.h"

namespace systole::executor {

// What happens when an agent has ended.

void on_run_ended(Step& step, RunId run, const AgentResult& result);
void on_run_lost(Step& step, RunId run);

/// Sends what came of an operation, and holds it if it is to be confirmed.
void report(Step& step, Action& action, const AgentResult& result, bool resource_removed);

/// Reports an operation that does not run as cancelled and removes it.
void cancel_idle(Step& step, CallId call, bool resource_removed);

/// Sends the held results to a client that came back; a client that does not confirm takes them.
void deliver_held(Step& step, ClientId client);

}  // namespace systole::executor
