#include "crmd/tools/monitor/section_list.h"
#include "lib/base/strings.h"
#include "lib/model/execution.h"

namespace systole::crmd::monitor {
namespace {

using model::HistoryOperation;
using policy::FailedOperation;

std::int64_t milliseconds(model::Text text) {
  return model::leading_integer(text).value_or(0);
}

/// "probe", "start", "10s-interval monitor".
std::string task_text(const HistoryOperation& op) {
  if (op.operation == "monitor" && op.interval_ms == 0) return "probe";
  if (op.interval_ms == 0) return std::string(op.operation);
  return base::cat(seconds_text(op.interval_ms), "-interval ", op.operation);
}

/// The resource as the operation was asked for, which is how the history knows it.
model::Text subject(const policy::Status& status, const FailedOperation& failure) {
  const HistoryOperation& op = *failure.operation;
  const std::string suffix = base::cat("_", op.operation, "_", op.interval_ms);
  model::Text key = op.key.empty() ? op.id : op.key;
  if (key.size() > suffix.size() && key.ends_with(suffix)) {
    return key.substr(0, key.size() - suffix.size());
  }
  return status.resource(failure.resource).id;
}

std::string fate_text(const FailedOperation& failure) {
  if (failure.status != policy::op_status::kDone) {
    const auto status = model::execution_status(failure.status);
    return base::cat("could not be executed (",
                     model::describe(status.value_or(model::ExecutionStatus::kUnknown)), ")");
  }
  return base::cat("returned '", model::describe(model::ExitCode{failure.rc}), "'");
}

std::string failure_text(const View& view, const FailedOperation& failure) {
  const policy::Status& status = *view.status;
  const HistoryOperation& op = *failure.operation;
  std::string text = base::cat(subject(status, failure), " ", task_text(op), " on ",
                               status.node(failure.node).name, " ", fate_text(failure));
  if (!op.exit_reason.empty()) text += base::cat(" (", op.exit_reason, ")");
  if (op.last_change && *op.last_change > 0) {
    text += base::cat(" at ", local_time_text(*op.last_change));
  }
  const std::int64_t took = milliseconds(op.exec_time);
  if (took > 0) text += base::cat(" after ", seconds_text(took));
  return text;
}

std::vector<const FailedOperation*> shown_failures(const View& view) {
  std::vector<const FailedOperation*> shown;
  for (const FailedOperation& failure : view.status->failures) {
    if (failure.operation != nullptr && view.list.shows(failure.node) &&
        view.list.shows(failure.resource)) {
      shown.push_back(&failure);
    }
  }
  return shown;
}

}  // namespace

void print_failures(const View& view, Page& page) {
  const auto failures = shown_failures(view);
  if (failures.empty()) return;
  page.begin("Failed Resource Actions");
  for (const FailedOperation* failure : failures) page.output().item(failure_text(view, *failure));
  page.end();
}

void add_failures_xml(const View& view, cli::Element& root) {
  const auto failures = shown_failures(view);
  if (failures.empty()) return;
  cli::Element& list = root.add("failures");
  for (const FailedOperation* failure : failures) {
    const HistoryOperation& op = *failure->operation;
    const auto status = model::execution_status(failure->status);
    cli::Element& element = list.add("failure");
    element.set(op.key.empty() ? "id" : "op_key", op.key.empty() ? op.id : op.key);
    element.set("node", view.status->node(failure->node).name);
    element.set("exitstatus", model::describe(model::ExitCode{failure->rc}));
    element.set("exitreason", op.exit_reason.empty() ? "none" : op.exit_reason);
    element.set("exitcode", std::to_string(failure->rc));
    element.set("call", std::to_string(op.call_id.value_or(0)));
    element.set("status", model::describe(status.value_or(model::ExecutionStatus::kUnknown)));
    if (op.last_change && *op.last_change > 0) {
      element.set("last-rc-change", sortable_time_text(*op.last_change));
      element.set("queued", std::to_string(milliseconds(op.queue_time)));
      element.set("exec", std::to_string(milliseconds(op.exec_time)));
      element.set("interval", std::to_string(op.interval_ms));
      element.set("task", op.operation);
    }
  }
}

}  // namespace systole::crmd::monitor
