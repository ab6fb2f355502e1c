#pragma once

#include <string>
#include <string_view>

#include "lib/xml/element.h"

namespace systole::fencing {

/// Whether `user` may have node `target` fenced, or say that it is down. Where access control is in
/// force, that is who may write what the cluster knows of the node: its `node_state`, or the status
/// section where it has none. An empty target stands for the status section. `cib` is the root of
/// the CIB; null while none has been read, when nobody knows who may do what. May ask name services
/// for the user's groups.
bool may_fence(xml::Element cib, const std::string& user, std::string_view target);

}  // namespace systole::fencing
