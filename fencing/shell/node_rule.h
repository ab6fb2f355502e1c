#pragma once

#include <map>
#include <optional>
#include <string>

#include "lib/xml/element.h"

namespace systole::fencing {

/// Whether a <rule> of the CIB holds for a node with these attributes (#uname, #id among them);
/// nothing when it depends on more than that.
std::optional<bool> rule_holds(xml::Element rule,
                               const std::map<std::string, std::string>& attributes);

}  // namespace systole::fencing
