#pragma once

#include "lib/cli/element.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// Appends a `node` element for each node to `parent`; with `resources` each holds what runs on it.
void add_nodes_xml(const Status& status, const ListOptions& options, bool resources,
                   cli::Element& parent);

}  // namespace systole::policy::render
