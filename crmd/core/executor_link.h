#pragma once

#include <string>

#include "crmd/core/event.h"
#include "crmd/core/state.h"

/// This node's executor: what it is told, what it answers, and how the two come together again
/// after either was started anew.
namespace systole::crmd {

void on_executor_connected(ControllerState& state, const event::ExecutorConnected& event);
void on_operation_finished(ControllerState& state, const event::OperationFinished& event);

/// Hands an order to the executor, now or when it is connected.
void to_executor(ControllerState& state, Effect order);

/// Ends what the executor repeats of a resource.
void cancel_recurring_of(ControllerState& state, const std::string& resource);

/// Makes the group's record and the executor agree: operations that it never had are given up,
/// recurring ones that are not recorded end, and the record of those that it does not repeat goes.
void reconcile_operations(ControllerState& state);

}  // namespace systole::crmd
