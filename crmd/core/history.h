#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "crmd/core/change.h"

#include "crmd/core/event.h"
#include "crmd/core/message.h"
#include "crmd/core/permission.h"
#include "crmd/core/state.h"

/// The record of operations in the CIB (`lrm_rsc_op`), kept on delivery by all members alike.
namespace systole::crmd {

/// ACTION:TRANSITION:TARGET_RC:UUID
struct TransitionKey {
  std::uint32_t action = 0;
  std::int64_t transition = -1;
  int target_rc = 0;
  std::string uuid;
};
std::string to_string(const TransitionKey& key);
std::optional<TransitionKey> parse_transition_key(std::string_view text);

/// RESOURCE_TASK_INTERVAL
std::string operation_key(std::string_view resource, std::string_view task, Milliseconds interval);

/// Whether a result is a failure: done, with another code than the one its key expects.
bool is_failure(const OperationResult& result);

/// An operation was given to a node: it is recorded as pending, and on that node executed.
void on_execute(ControllerState& state, NodeNumber sender, const message::Execute& message);
void on_cancel(ControllerState& state, NodeNumber sender, const message::Cancel& message);
void on_result(ControllerState& state, NodeNumber sender, const message::Result& message);

/// Whether access control lets the actor remove the record of a resource on a node.
bool may_forget_resource(ControllerState& state, const Actor& actor, const std::string& node,
                         const std::string& resource);

/// Removes the record of a resource on a node.
void forget_resource(ControllerState& state, const std::string& node, const std::string& resource,
                     Cause cause);

// The local executor.
void on_executor_connected(ControllerState& state, const event::ExecutorConnected& event);
void on_operation_finished(ControllerState& state, const event::OperationFinished& event);
/// Hands an order to the executor, now or when it is connected.
void to_executor(ControllerState& state, Effect order);
/// Makes the group's record and the executor agree: operations that it never had are given up,
/// recurring ones that are not recorded end, and the record of those that it does not repeat goes.
void reconcile_operations(ControllerState& state);

}  // namespace systole::crmd
