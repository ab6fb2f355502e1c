#pragma once

#include <string>
#include <vector>

#include "fencing/core/state.h"

namespace systole::fencing {

// How an operation goes through its plan. Internal to the request machine.

struct FinishedAs {
  ActionResult result;
  WallTime date;
};

/// Ends an operation: history, replies, notices, and the next request for the same target.
void finish(Context& context, std::string operation, FinishedAs how);

/// Starts what the owner and this node's devices have to do for an operation that is at work.
void activate(Context& context, Operation& operation);

/// The device run at the cursor, at an executor that is a member; the operation may end by it.
void begin_attempt(Context& context, Operation& operation);

/// The result of the running attempt: on to the next step, executor or route, or the end.
void end_attempt(Context& context, Operation& operation, const ActionResult& result, WallTime date);

/// The attempt's device is busy with others first: neither its time nor the request's runs
/// meanwhile.
void on_wait(Context& context, NodeNumber sender, const WaitMessage& message);

/// The member that ran the device left without a result.
void executor_lost(Context& context, Operation& operation);

/// Arms the timers of an operation whose owner this node has become.
void take_over_if_owner(Context& context, Operation& operation);

/// Tells waiting clients of this node how long it can take.
void announce_timeout(Context& context, const Operation& operation,
                      const std::vector<Requester>& requesters);

/// Every step of the plan names an executor, and there is one.
bool is_sound(const Plan& plan);

/// The longest that the operation with its plan can take from now on.
milliseconds longest_wait(const Operation& operation);

/// How long a request may take whose devices may take that long.
milliseconds total_time(milliseconds devices);

void arm_total(Context& context, const Operation& operation, milliseconds time);
void cancel_timers(Context& context, const Operation& operation);
TimerKey operation_timer(TimerKey::Kind kind, const Operation& operation);

Operation* find_operation(State& state, const std::string& id);

/// The target's number, zero when it is unknown.
NodeNumber target_number(const State& state, const Operation& operation);

}  // namespace systole::fencing
