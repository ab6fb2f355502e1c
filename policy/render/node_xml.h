#pragma once

#include "lib/cli/element.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// Appends a `node` element for each node to `parent`; with `resources` each holds what runs on it.
void add_nodes_xml(const Status& status, const ListOptions& options, bool resources,
                   cli::Element& parent);

/// The feature set that a node's controller wrote its history with; "<3.15.1" for one that does not
/// tell. Empty for nodes that are not there.
std::string node_feature_set(const Status& status, NodeId node);

}  // namespace systole::policy::render
