#pragma once

#include <array>
#include <memory>

#include "lib/cli/command_line.h"
#include "lib/cli/option.h"
#include "lib/model/snapshot.h"

namespace systole::policy {

/// The ids of the options below; a verb's own ids begin at kFirstOwnOption.
enum InputOption : int { kInputLive = 1, kInputFile, kInputPipe, kInputDate, kFirstOwnOption };

/// Where a verb takes the cluster's state from, and the time for which it plans.
extern const std::array<cli::Option, 4> kInputOptions;

/// The state that the command line names: a file, standard input, or the cluster (also without any
/// option, where CIB_file or a shadow copy may stand for it). Errors: kUsage for a date that is
/// none, else what reading and understanding the CIB fail with.
base::Result<std::unique_ptr<model::Snapshot>> read_input(const cli::CommandLine& line,
                                                          std::string_view program);

}  // namespace systole::policy
