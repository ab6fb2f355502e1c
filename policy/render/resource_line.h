#pragma once

#include <optional>
#include <string>

#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// The line of a primitive: its name, its agent, what it does and where.
std::string resource_line(const Status& status, RscId rsc, const ListOptions& options);

/// The same for a part of a bundle, which is shown under another name and place.
std::string resource_line_as(const Status& status, RscId rsc, const ListOptions& options,
                             std::string_view name, std::optional<NodeId> place);

/// The same without a place, for lists that are grouped by node.
std::string resource_line_on_node(const Status& status, RscId rsc, const ListOptions& options);

}  // namespace systole::policy::render
