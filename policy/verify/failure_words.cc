#include "policy/verify/failure_words.h"

#include "lib/model/execution.h"
#include "policy/render/times.h"

namespace systole::policy::verify {
namespace {

using Meaning = remark::FailureRecorded::Meaning;
using Severity = Problem::Severity;

bool is_probe(const model::HistoryOperation& operation) {
  return operation.operation == "monitor" && operation.interval_ms == 0;
}

/// A probe of a node that lacks what the resource needs found out that it does not run there.
bool is_expected(const remark::FailureRecorded& failure) {
  const model::ExitCode code{failure.operation->rc.value_or(failure.rc)};
  return is_probe(*failure.operation) &&
         (code == model::ExitCode::kInvalidArgument || code == model::ExitCode::kNotInstalled);
}

bool is_missing(const remark::FailureRecorded& failure) {
  return model::ExitCode{failure.rc} == model::ExitCode::kNotInstalled;
}

/// "Nov 22 04:25:54 2026": the day of the week is left out here.
std::string time_of(const model::HistoryOperation& operation) {
  if (!operation.last_change || *operation.last_change <= 0) return "unknown time";
  return render::local_time_text(*operation.last_change).substr(std::string_view("Sun ").size());
}

/// The names and words that the sentences are made of.
struct Parts {
  std::string_view resource;
  std::string_view node;
  std::string_view task;
  std::string result;
  std::string time;
  std::string details;  ///< "rc=1 id=web_last_failure_0"
};

Parts parts_of(const Status& status, const remark::FailureRecorded& failure) {
  const model::HistoryOperation& operation = *failure.operation;
  const int rc = operation.rc.value_or(failure.rc);
  std::string result(model::describe(model::ExitCode{rc}));
  if (!operation.exit_reason.empty()) result += base::cat(": ", operation.exit_reason);
  return {.resource = status.resource(failure.resource).id,
          .node = status.node(failure.node).name,
          .task = is_probe(operation) ? "probe" : operation.operation,
          .result = std::move(result),
          .time = time_of(operation),
          .details = base::cat("rc=", rc, " id=", operation.id)};
}

}  // namespace

void describe_failure(const Status& status, const remark::FailureRecorded& failure,
                      Problems& problems) {
  const Parts of = parts_of(status, failure);
  switch (failure.meaning) {
    case Meaning::kUnexpected:
      if (is_expected(failure)) return;
      problems.remark(Severity::kWarning, "Unexpected result (", of.result, ") was recorded for ",
                      of.task, " of ", of.resource, " on ", of.node, " at ", of.time, " | ",
                      of.details);
      break;
    case Meaning::kIgnored:
      problems.remark(Severity::kWarning, "Pretending failed ", of.task, " (", of.result, ") of ",
                      of.resource, " on ", of.node, " at ", of.time, " succeeded | ", of.details);
      break;
    case Meaning::kNoAgent:
      problems.remark(Severity::kWarning, "Cannot ignore failed ", of.task, " of ", of.resource,
                      " on ", of.node, ": Resource agent doesn't exist | status=", failure.status,
                      " ", of.details);
      break;
    case Meaning::kNotHere:
      // Where the software is missing there is nothing to mend in the cluster.
      problems.remark(is_missing(failure) ? Severity::kNotice : Severity::kError, "Preventing ",
                      of.resource, " from restarting on ", of.node, " because of hard failure (",
                      of.result, ")| ", of.details);
      break;
    case Meaning::kNowhere:
      problems.remark(Severity::kError, "Preventing ", of.resource,
                      " from restarting anywhere because of fatal failure (", of.result, ")| ",
                      of.details);
      break;
    case Meaning::kUnstoppable:
      problems.remark(Severity::kError, "No further recovery can be attempted for ", of.resource,
                      " because ", of.task, " on ", of.node, " failed (", of.result, ") at ",
                      of.time, " | ", of.details);
      break;
  }
}

}  // namespace systole::policy::verify
