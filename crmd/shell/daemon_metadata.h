#pragma once

#include <string>

#include "crmd/shell/daemon_options.h"

namespace systole::crmd {

/// The options of a daemon as a document of the OCF 1.1 agent schema, with XML declaration: what
/// `pacemaker-controld metadata` prints and configuration tools read.
std::string render_metadata(const DaemonDescription& daemon);

}  // namespace systole::crmd
