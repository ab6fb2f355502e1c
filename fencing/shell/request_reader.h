#pragma once

#include <string>

#include "fencing/core/event.h"
#include "fencing/shell/replies.h"
#include "lib/xml/element.h"

namespace systole::fencing {

// What clients of `stonith-ng` ask for. All of it is untrusted: what means nothing becomes an error
// whose text goes back to the client.

/// The call options of a request; 0 when there are none.
int call_options(xml::Element request);

/// The call data's first element below which `wanted` is found, or null.
xml::Element request_input(xml::Element request, std::string_view wanted);

base::Result<Device> read_device(xml::Element request);
/// A level; its devices may be missing when it is to be removed.
base::Result<Level> read_level(xml::Element request);
base::Result<FenceRequested> read_fence(xml::Element request);
base::Result<ExecRequested> read_exec(xml::Element request);
QueryRequested read_query(xml::Element request);
/// The target of a history request; empty for all.
std::string read_history_target(xml::Element request);

}  // namespace systole::fencing
