#pragma once

#include "policy/status/status.h"

namespace systole::policy {

/// Sets what the meta-attributes of a resource say about it.
void read_traits(Status& status, RscId rsc);
/// Sets what the meta-attributes of a clone say about its instances.
void read_clone_traits(const Status& status, Resource& clone);
/// Sets what must be certain before the resource may start; needs the launchers to be known.
void read_needs(Status& status, RscId rsc);

}  // namespace systole::policy
