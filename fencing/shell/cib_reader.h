#pragma once

#include <string>

#include "fencing/core/event.h"
#include "lib/xml/element.h"

namespace systole::fencing {

/// What the CIB says about fencing, for the node called `local`: its devices (primitives of class
/// stonith that are not stopped by target-role and that no location constraint forbids here), the
/// topology, and the nodes with their permanent attributes. What is malformed is left out and
/// logged by whoever applies it.
///
/// A location rule that needs more than node attributes (times) forbids nothing: a device too many
/// costs a failed attempt, one too few a node that cannot be fenced.
Configuration read_configuration(xml::Element cib, const std::string& local);

}  // namespace systole::fencing
