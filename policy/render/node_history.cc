#include "policy/render/node_history.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "lib/base/strings.h"
#include "lib/model/execution.h"
#include "policy/render/node_text.h"
#include "policy/render/times.h"
#include "policy/render/words.h"
#include "policy/status/fail_counts.h"
#include "policy/status/queries.h"

namespace systole::policy::render {
namespace {

using model::HistoryOperation;
using model::HistoryResource;

bool is_probe(const HistoryOperation& op) {
  return op.operation == "monitor" && op.interval_ms == 0;
}

/// What is under way has no number yet; it is the latest.
std::int64_t call_order(const HistoryOperation& op) {
  const std::int64_t call = op.call_id.value_or(-1);
  return call < 0 ? std::numeric_limits<std::int64_t>::max() : call;
}

/// Operations that say something: not the probes that found nothing, nor what has no result.
std::vector<const HistoryOperation*> shown_operations(const HistoryResource& entry) {
  std::vector<const HistoryOperation*> shown;
  for (const HistoryOperation& op : entry.operations) {
    const int rc = op.rc.value_or(0);
    if (op.operation == "notify") continue;
    if (is_probe(op) && rc == rc::kNotRunning) continue;
    if (op.status == op_status::kPending && op.rc == rc::kUnknown) continue;
    shown.push_back(&op);
  }
  std::stable_sort(shown.begin(), shown.end(),
                   [](const auto* a, const auto* b) { return call_order(*a) < call_order(*b); });
  return shown;
}

struct Entry {
  const HistoryResource* resource = nullptr;
  RscId id;
  std::vector<const HistoryOperation*> operations;
  FailCount failures;
};

/// What is told of an instance is told of all of them, since histories do not always tell them
/// apart, and what is told of a part of a bundle, of the whole.
bool shows_history(const Status& status, const ListOptions& options, RscId id) {
  if (options.shows(bundle_of(status, id).value_or(id))) return true;
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const RscId other(static_cast<std::uint32_t>(i));
    if (options.shows(other) && status.resources[i].base_id == status.resource(id).base_id) {
      return true;
    }
  }
  return false;
}

/// What the history of a node is about; without operations only what has failed.
std::vector<Entry> entries_of(const Status& status, const ListOptions& options, NodeId node,
                              bool operations) {
  std::vector<Entry> entries;
  const model::NodeState* state = status.node(node).state;
  if (state == nullptr) return entries;
  for (const HistoryResource& resource : state->history) {
    const std::optional<RscId> id = find_resource(status, resource.id);
    if (!id || !shows_history(status, options, *id)) continue;
    Entry entry{&resource, *id, shown_operations(resource), recorded_fail_count(status, *id, node)};
    const bool shown = operations ? !entry.operations.empty() : entry.failures.count.value() > 0;
    if (shown) entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<NodeId> nodes_with_history(const Status& status, const ListOptions& options) {
  std::vector<NodeId> nodes;
  for (const model::NodeState& state : status.snapshot->states) {
    const auto found = status.node_by_id.find(state.id);
    if (found == status.node_by_id.end()) continue;
    if (status.node(found->second).online && options.shows(found->second)) {
      nodes.push_back(found->second);
    }
  }
  return nodes;
}

/// Beside operations an instance goes by its resource's name; fail counts are told of each.
std::string entry_text(const Status& status, const Entry& entry, bool operations) {
  const model::Text name = operations ? shown_name(status.resource(entry.id)) : entry.resource->id;
  std::string text =
      base::cat(name, ": migration-threshold=",
                std::to_string(status.resource(entry.id).migration_threshold.value()));
  if (entry.failures.count.value() > 0) {
    text += base::cat(" fail-count=", std::to_string(entry.failures.count.value()));
  }
  if (entry.failures.last_failure > 0) {
    text += base::cat(" last-failure='", local_time_text(entry.failures.last_failure), "'");
  }
  return text;
}

std::string operation_text(const HistoryOperation& op, bool timing) {
  std::string details;
  if (op.interval_ms != 0) details += base::cat(" interval=\"", op.interval_ms, "ms\"");
  if (timing) {
    if (op.last_change && *op.last_change > 0) {
      details += base::cat(" last-rc-change=\"", local_time_text(*op.last_change), "\"");
    }
    if (!op.exec_time.empty()) details += base::cat(" exec-time=\"", op.exec_time, "ms\"");
    if (!op.queue_time.empty()) details += base::cat(" queue-time=\"", op.queue_time, "ms\"");
    const int rc = op.rc.value_or(0);
    details += base::cat(" rc=", rc, " (", model::describe(model::ExitCode{rc}), ")");
  }
  return base::cat("(", op.call_id.value_or(0), ") ",
                   is_probe(op) ? model::Text("probe") : op.operation, details.empty() ? "" : ":",
                   details);
}

void add_operation_xml(const HistoryOperation& op, cli::Element& parent) {
  const int rc = op.rc.value_or(0);
  cli::Element& element = parent.add("operation_history");
  element.set("call", std::to_string(op.call_id.value_or(0)));
  element.set("task", is_probe(op) ? model::Text("probe") : op.operation);
  element.set("rc", std::to_string(rc));
  element.set("rc_text", model::describe(model::ExitCode{rc}));
  if (op.interval_ms != 0) element.set("interval", base::cat(op.interval_ms, "ms"));
  if (op.last_change && *op.last_change > 0) {
    element.set("last-rc-change", local_time_text(*op.last_change));
  }
  if (!op.exec_time.empty()) element.set("exec-time", base::cat(op.exec_time, "ms"));
  if (!op.queue_time.empty()) element.set("queue-time", base::cat(op.queue_time, "ms"));
}

}  // namespace

bool has_node_history(const Status& status, const ListOptions& options) {
  return !nodes_with_history(status, options).empty();
}

void print_node_history(const Status& status, const ListOptions& options, HistoryDetail detail,
                        cli::Output& output) {
  const bool operations = detail != HistoryDetail::kFailCounts;
  for (const NodeId node : nodes_with_history(status, options)) {
    const std::vector<Entry> entries = entries_of(status, options, node, operations);
    if (entries.empty()) continue;
    output.begin_list(node_heading(status, node, options.detail, output));
    for (const Entry& entry : entries) {
      if (!operations) {
        output.item(entry_text(status, entry, operations));
        continue;
      }
      output.begin_list(entry_text(status, entry, operations));
      for (const HistoryOperation* op : entry.operations) {
        output.item(operation_text(*op, detail == HistoryDetail::kTimedOperations));
      }
      output.end_list();
    }
    output.end_list();
  }
}

void add_node_history_xml(const Status& status, const ListOptions& options, HistoryDetail detail,
                          cli::Element& parent) {
  cli::Element& list = parent.add("node_history");
  const bool operations = detail != HistoryDetail::kFailCounts;
  for (const NodeId node : nodes_with_history(status, options)) {
    const std::vector<Entry> entries = entries_of(status, options, node, operations);
    if (entries.empty()) continue;
    cli::Element& element = list.add("node").set("name", status.node(node).name);
    for (const Entry& entry : entries) {
      const Resource& rsc = status.resource(entry.id);
      cli::Element& child = element.add("resource_history");
      // The list of resources tells what is an orphan; here it would be what nothing is known of.
      child.set("id", shown_name(rsc)).set("orphan", false);
      child.set("migration-threshold", std::to_string(rsc.migration_threshold.value()));
      if (entry.failures.count.value() > 0) {
        child.set("fail-count", std::to_string(entry.failures.count.value()));
      }
      if (entry.failures.last_failure > 0) {
        child.set("last-failure", local_time_text(entry.failures.last_failure));
      }
      if (!operations) continue;
      for (const HistoryOperation* op : entry.operations) add_operation_xml(*op, child);
    }
  }
}

}  // namespace systole::policy::render
