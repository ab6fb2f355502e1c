#pragma once

#include "lib/cli/element.h"
#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// Whether any node that is online has an attribute to show.
bool has_node_attributes(const Status& status, const ListOptions& options);

/// The list below "Node Attributes:", those of each node that is online below its name.
void print_node_attributes(const Status& status, const ListOptions& options, cli::Output& output);

/// Appends `node_attributes`, unless it would be empty.
void add_node_attributes_xml(const Status& status, const ListOptions& options,
                             cli::Element& parent);

}  // namespace systole::policy::render
