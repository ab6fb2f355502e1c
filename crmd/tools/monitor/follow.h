#pragma once

#include "crmd/tools/monitor/options.h"
#include "lib/base/result.h"
#include "lib/cli/output.h"

namespace systole::crmd::monitor {

/// Prints a page in the output's format.
void write_page(const View& view, cli::Output& output);

/// Writes the page again whenever the cluster changes, and at least once an interval, and runs the
/// external agent, until a signal ends it. `page` says in which format and to which file; a file is
/// replaced as a whole, so that its readers never see half of a page.
base::Result<void> follow_cluster(const Settings& settings, const cli::Output::Options& page);

/// Continues as a process without terminal, whose number is in `pid_file`; the caller's process
/// ends. kExists when the process that the file names is alive.
base::Result<void> go_to_background(const std::string& pid_file);

}  // namespace systole::crmd::monitor
