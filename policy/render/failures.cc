#include "policy/render/failures.h"

#include <algorithm>

#include "lib/base/strings.h"
#include "lib/model/execution.h"
#include "policy/render/times.h"
#include "policy/render/words.h"

namespace systole::policy::render {
namespace {

using model::HistoryOperation;

std::int64_t milliseconds(model::Text text) {
  return model::leading_integer(text).value_or(0);
}

model::Text key_of(const FailedOperation& failure) {
  const HistoryOperation& op = *failure.operation;
  return op.key.empty() ? op.id : op.key;
}

/// "probe", "start", "10s-interval monitor".
std::string task_text(const HistoryOperation& op) {
  if (op.operation == "monitor" && op.interval_ms == 0) return "probe";
  if (op.interval_ms == 0) return std::string(op.operation);
  return base::cat(seconds_text(op.interval_ms), "-interval ", op.operation);
}

/// The resource as the operation was asked for, which is how the history knows it.
model::Text subject(const Status& status, const FailedOperation& failure) {
  const HistoryOperation& op = *failure.operation;
  const std::string suffix = base::cat("_", op.operation, "_", op.interval_ms);
  model::Text key = op.key.empty() ? op.id : op.key;
  if (key.size() > suffix.size() && key.ends_with(suffix)) {
    return key.substr(0, key.size() - suffix.size());
  }
  return status.resource(failure.resource).id;
}

std::string fate_text(const FailedOperation& failure) {
  if (failure.status != op_status::kDone) {
    const auto status = model::execution_status(failure.status);
    return base::cat("could not be executed (",
                     model::describe(status.value_or(model::ExecutionStatus::kUnknown)), ")");
  }
  return base::cat("returned '", model::describe(model::ExitCode{failure.rc}), "'");
}

std::string failure_sentence(const Status& status, const FailedOperation& failure) {
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

std::string_view status_text(const FailedOperation& failure) {
  const auto status = model::execution_status(failure.status);
  return model::describe(status.value_or(model::ExecutionStatus::kUnknown));
}

std::string failure_record(const Status& status, const FailedOperation& failure) {
  const HistoryOperation& op = *failure.operation;
  std::string text =
      base::cat(key_of(failure), " on ", status.node(failure.node).name, " '",
                model::describe(model::ExitCode{failure.rc}), "' (", failure.rc,
                "): call=", op.call_id.value_or(0), ", status='", status_text(failure), "'");
  if (!op.exit_reason.empty()) text += base::cat(", exitreason='", op.exit_reason, "'");
  if (op.last_change && *op.last_change > 0) {
    text += base::cat(", last-rc-change='", local_time_text(*op.last_change),
                      "', queued=", milliseconds(op.queue_time),
                      "ms, exec=", milliseconds(op.exec_time), "ms");
  }
  return text;
}

/// A probe of a node that lacks what the resource needs found out that it does not run there.
bool is_expected(const FailedOperation& failure) {
  const HistoryOperation& op = *failure.operation;
  return op.operation == "monitor" && op.interval_ms == 0 &&
         (model::ExitCode{failure.rc} == model::ExitCode::kInvalidArgument ||
          model::ExitCode{failure.rc} == model::ExitCode::kNotInstalled);
}

std::vector<const FailedOperation*> shown_failures(const Status& status,
                                                   const ListOptions& options) {
  std::vector<const FailedOperation*> shown;
  for (const FailedOperation& failure : status.failures) {
    // Told where the resource is listed: "Stopped (not installed)".
    if (probe_failure(failure, options)) continue;
    // The history keeps a failure as the last one of the resource, too.
    const auto is_same = [&failure](const FailedOperation* other) {
      return other->node == failure.node && key_of(*other) == key_of(failure);
    };
    if (failure.operation != nullptr && !is_expected(failure) && options.shows(failure.node) &&
        options.shows(failure.resource) && std::none_of(shown.begin(), shown.end(), is_same)) {
      shown.push_back(&failure);
    }
  }
  return shown;
}

}  // namespace

bool has_failures(const Status& status, const ListOptions& options) {
  return !shown_failures(status, options).empty();
}

void print_failures(const Status& status, const ListOptions& options, FailureStyle style,
                    cli::Output& output) {
  for (const FailedOperation* failure : shown_failures(status, options)) {
    output.item(style == FailureStyle::kSentence ? failure_sentence(status, *failure)
                                                 : failure_record(status, *failure));
  }
}

void add_failures_xml(const Status& status, const ListOptions& options, cli::Element& parent) {
  const auto failures = shown_failures(status, options);
  if (failures.empty()) return;
  cli::Element& list = parent.add("failures");
  for (const FailedOperation* failure : failures) {
    const HistoryOperation& op = *failure->operation;
    cli::Element& element = list.add("failure");
    element.set(op.key.empty() ? "id" : "op_key", op.key.empty() ? op.id : op.key);
    element.set("node", status.node(failure->node).name);
    element.set("exitstatus", model::describe(model::ExitCode{failure->rc}));
    element.set("exitreason", op.exit_reason);
    element.set("exitcode", std::to_string(failure->rc));
    element.set("call", std::to_string(op.call_id.value_or(0)));
    element.set("status", status_text(*failure));
    if (op.last_change && *op.last_change > 0) {
      element.set("last-rc-change", sortable_time_text(*op.last_change));
      element.set("queued", std::to_string(milliseconds(op.queue_time)));
      element.set("exec", std::to_string(milliseconds(op.exec_time)));
      element.set("interval", std::to_string(op.interval_ms));
      element.set("task", op.operation);
    }
  }
}

}  // namespace systole::policy::render
