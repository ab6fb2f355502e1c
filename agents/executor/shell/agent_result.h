#pragma once

#include "agents/executor/core/types.h"
#include "lib/base/result.h"
#include "lib/process/command.h"

namespace systole::executor {

/// What the end of an agent's program means as the result of an operation.
AgentResult agent_result(const Agent& agent, const Operation& operation,
                         const base::Result<process::Outcome>& outcome);

/// The result of an operation that could not even be tried.
AgentResult refused(model::ExitCode code, model::ExecutionStatus status, std::string reason);

/// "ocf:heartbeat:IPaddr2"
std::string agent_text(const Agent& agent);

}  // namespace systole::executor
