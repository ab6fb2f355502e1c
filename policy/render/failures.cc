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

/// What was asked for, of which resource, as the operation's key RESOURCE_TASK_INTERVAL tells it. A
/// result that somebody else reported (`crm_resource --fail`) has the task "asyncmon" or "fail".
struct Request {
  model::Text resource;
  model::Text task;
};

Request request_of(const Status& status, const FailedOperation& failure) {
  const HistoryOperation& op = *failure.operation;
  const model::Text key = key_of(failure);
  const std::string interval = base::cat("_", op.interval_ms);
  if (!key.ends_with(interval)) return {status.resource(failure.resource).id, op.operation};
  const model::Text asked = key.substr(0, key.size() - interval.size());
  const std::string own = base::cat("_", op.operation);
  // The names of some tasks have a '_' in them.
  const std::size_t end = asked.ends_with(own) ? asked.size() - own.size() : asked.rfind('_');
  if (end == model::Text::npos || end == 0) {
    return {status.resource(failure.resource).id, op.operation};
  }
  return {asked.substr(0, end), asked.substr(end + 1)};
}

/// "web start", "web probe", "web 10s-interval monitor".
std::string request_text(const Status& status, const FailedOperation& failure) {
  const Request request = request_of(status, failure);
  const std::int64_t interval = failure.operation->interval_ms;
  if (interval != 0) {
    return base::cat(request.resource, " ", seconds_text(interval), "-interval ", request.task);
  }
  return base::cat(request.resource, " ", request.task == "monitor" ? "probe" : request.task);
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
  std::string text = base::cat(request_text(status, failure), " on ",
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
    text += base::cat(", last-rc-change='", local_time_text(*op.last_change), "'");
    if (!op.queue_time.empty()) text += base::cat(", queued=", milliseconds(op.queue_time), "ms");
    if (!op.exec_time.empty()) text += base::cat(", exec=", milliseconds(op.exec_time), "ms");
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

/// Whether the failure is one of the resources that are shown, by the name in its key.
bool is_of_shown(const Status& status, const FailedOperation& failure, const ListOptions& options) {
  if (options.resources.empty()) return true;
  if (!options.shows(failure.resource)) return false;
  return request_of(status, failure).resource == shown_name(status.resource(failure.resource));
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
    // What a node that is down reported is history.
    if (failure.operation != nullptr && status.node(failure.node).online && !is_expected(failure) &&
        options.shows(failure.node) && is_of_shown(status, failure, options) &&
        std::none_of(shown.begin(), shown.end(), is_same)) {
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
    element.set("exitreason", op.has_exit_reason ? op.exit_reason : "none");
    element.set("exitcode", std::to_string(failure->rc));
    element.set("call", std::to_string(op.call_id.value_or(0)));
    element.set("status", status_text(*failure));
    if (op.last_change && *op.last_change > 0) {
      element.set("last-rc-change", sortable_time_text(*op.last_change));
      if (!op.queue_time.empty()) {
        element.set("queued", std::to_string(milliseconds(op.queue_time)));
      }
      if (!op.exec_time.empty()) element.set("exec", std::to_string(milliseconds(op.exec_time)));
      element.set("interval", std::to_string(op.interval_ms));
      element.set("task", op.operation);
    }
  }
}

}  // namespace systole::policy::render
