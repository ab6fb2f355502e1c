#pragma once

#include "lib/cli/element.h"
#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// What of the nodes' history is shown.
enum class HistoryDetail { kFailCounts, kOperations, kTimedOperations };

/// Whether there is a node that is up and shown, and may have a history.
bool has_node_history(const Status& status, const ListOptions& options);

/// The list below "Migration Summary:" or "Operations:", by node and resource.
void print_node_history(const Status& status, const ListOptions& options, HistoryDetail detail,
                        cli::Output& output);

/// Appends `node_history`.
void add_node_history_xml(const Status& status, const ListOptions& options, HistoryDetail detail,
                          cli::Element& parent);

}  // namespace systole::policy::render
