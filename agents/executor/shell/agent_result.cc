#include "agents/executor/shell/agent_result.h"

#include <cstring>
#include <utility>

#include "lib/base/strings.h"
#include "lib/ocf/agent.h"
#include "lib/ocf/answer.h"

namespace systole::executor {
namespace {

using base::Errc;
using model::ExecutionStatus;
using model::ExitCode;

AgentResult not_started(const Agent& agent, const base::Error& error) {
  switch (error.code) {
    case Errc::kNoSuchFile:
      return refused(ExitCode::kNotInstalled, ExecutionStatus::kNotInstalled,
                     base::cat(agent_text(agent), " is not installed"));
    case Errc::kPermission:
      return refused(ExitCode::kInsufficientPrivilege, ExecutionStatus::kError, error.message);
    default:
      return refused(ExitCode::kGenericError, ExecutionStatus::kError, error.message);
  }
}

ExitCode exit_code(const Agent& agent, const Operation& operation, int code) {
  if (agent.standard == "lsb") return ocf::lsb_answer(operation.action, code);
  return static_cast<ExitCode>(code);
}

/// What the agent said itself comes first: it knows why it hung.
void add_reason(AgentResult& result, const std::string& reason) {
  result.exit_reason =
      result.exit_reason.empty() ? reason : base::cat(result.exit_reason, " (", reason, ")");
}

}  // namespace

std::string agent_text(const Agent& agent) {
  return ocf::to_string(
      {.standard = agent.standard, .provider = agent.provider, .type = agent.type});
}

AgentResult refused(ExitCode code, ExecutionStatus status, std::string reason) {
  return {.code = code, .status = status, .exit_reason = std::move(reason)};
}

AgentResult agent_result(const Agent& agent, const Operation& operation,
                         const base::Result<process::Outcome>& outcome) {
  if (!outcome) return not_started(agent, outcome.error());
  const std::string errors = outcome->err.text();
  AgentResult result{.code = ExitCode::kGenericError,
                     .status = ExecutionStatus::kError,
                     .exit_reason = ocf::exit_reason(errors),
                     .output = ocf::printable_output(outcome->out.text(), errors),
                     .run_time = outcome->run_time};
  switch (outcome->end) {
    case process::End::kExited:
      result.code = exit_code(agent, operation, outcome->code);
      result.status = ExecutionStatus::kDone;
      break;
    case process::End::kSignaled:
      add_reason(result, base::cat("the agent was ended by signal ", outcome->code, " (",
                                   std::string_view(strsignal(outcome->code)), ")"));
      break;
    case process::End::kTimedOut:
      result.status = ExecutionStatus::kTimedOut;
      add_reason(result, base::cat(agent.type, " ", operation.action, " did not end within ",
                                   operation.timeout.count(), " ms"));
      break;
    case process::End::kStopped:
      result.status = ExecutionStatus::kCancelled;
      break;
    case process::End::kLost:
      add_reason(result, "nobody knows how the agent ended");
      break;
  }
  if (!outcome->survivors.empty()) add_reason(result, process::describe(outcome->survivors));
  return result;
}

}  // namespace systole::executor
