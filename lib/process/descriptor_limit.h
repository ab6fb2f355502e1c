#pragma once

#include <sys/resource.h>

#include <optional>

namespace systole::process {

/// Lets this process open as many descriptors as its hard limit says. The usual soft limit is for
/// programs that select(2); a daemon that holds some descriptors for each agent and each client
/// comes to its end, and then cannot even stop a resource.
void raise_descriptor_limit();

/// What the limit was before: that of the programs we spawn(), which may well select(2). Nothing
/// when it was not raised.
std::optional<rlimit> raised_descriptor_limit();

}  // namespace systole::process
