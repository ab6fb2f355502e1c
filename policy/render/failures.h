#pragma once

#include "lib/cli/element.h"
#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// How a failed operation is told: as a sentence ("web start on node1 returned 'error' at ..."), or
/// by its key with everything that was recorded.
enum class FailureStyle { kSentence, kRecord };

bool has_failures(const Status& status, const ListOptions& options);

/// The list below "Failed Resource Actions:".
void print_failures(const Status& status, const ListOptions& options, FailureStyle style,
                    cli::Output& output);

/// Appends `failures`, unless it would be empty.
void add_failures_xml(const Status& status, const ListOptions& options, cli::Element& parent);

}  // namespace systole::policy::render
