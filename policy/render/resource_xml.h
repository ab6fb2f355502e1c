#pragma once

#include "lib/cli/element.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// Appends the element of a resource (`resource`, `group`, `clone`, `bundle`) with everything in it
/// to `parent`.
void add_resource_xml(const Status& status, RscId rsc, const ListOptions& options,
                      cli::Element& parent);

}  // namespace systole::policy::render
