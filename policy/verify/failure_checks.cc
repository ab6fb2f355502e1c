#include "lib/model/execution.h"
#include "policy/render/times.h"
#include "policy/verify/problem.h"

namespace systole::policy {
namespace {

bool is_probe(const model::HistoryOperation& operation) {
  return operation.operation == "monitor" && operation.interval_ms == 0;
}

/// A probe of a node that lacks what the resource needs found out that it does not run there.
bool is_expected(const FailedOperation& failure) {
  const model::ExitCode code{failure.rc};
  return is_probe(*failure.operation) &&
         (code == model::ExitCode::kInvalidArgument || code == model::ExitCode::kNotInstalled);
}

/// "Nov 22 04:25:54 2026": the day of the week is left out here.
std::string time_of(const model::HistoryOperation& operation) {
  if (!operation.last_change || *operation.last_change <= 0) return "unknown time";
  return render::local_time_text(*operation.last_change).substr(std::string_view("Sun ").size());
}

}  // namespace

std::vector<Problem> find_recorded_failures(const Status& status) {
  Problems problems;
  for (const FailedOperation& failure : status.failures) {
    if (failure.operation == nullptr || is_expected(failure)) continue;
    const model::HistoryOperation& operation = *failure.operation;
    std::string result(model::describe(model::ExitCode{failure.rc}));
    if (!operation.exit_reason.empty()) result += base::cat(": ", operation.exit_reason);
    const std::string_view task = is_probe(operation) ? "probe" : operation.operation;
    problems.remark(Problem::Severity::kWarning, "Unexpected result (", result,
                    ") was recorded for ", task, " of ", status.resource(failure.resource).id,
                    " on ", status.node(failure.node).name, " at ", time_of(operation),
                    " | rc=", failure.rc, " id=", operation.id);
  }
  return std::move(problems).take();
}

}  // namespace systole::policy
