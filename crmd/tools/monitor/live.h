#pragma once

#include "crmd/tools/monitor/options.h"
#include "crmd/tools/monitor/view.h"

namespace systole::crmd::monitor {

/// Asks this node's supervisor alone; false when it does not answer.
bool add_supervisor(View& view);

/// Asks this node's supervisor and fencer for what is not in the CIB, and adds it to `view`. A
/// fencer that does not answer is a remark on the page, not an error.
void add_live_sources(View& view);

}  // namespace systole::crmd::monitor
