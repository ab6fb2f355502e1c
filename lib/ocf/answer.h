#pragma once

#include <string>
#include <string_view>

#include "lib/model/execution.h"

namespace systole::ocf {

/// What the exit code of an LSB init script means for a cluster (LSB Core, "Init Script Actions").
/// Of `status`, 1 to 3 are kinds of not running; of other actions the codes up to 7 are OCF's.
model::ExitCode lsb_answer(std::string_view action, int exit_code);

/// The action of an init script for an action of the cluster: monitor is status.
std::string_view lsb_action(std::string_view action);

/// The text after the exit-reason prefix in the last line of `standard_error` that has one; empty
/// when none has. Bounded, and without anything that XML cannot carry.
std::string exit_reason(std::string_view standard_error);

/// What agents printed, fit for a message: bounded in the middle, valid UTF-8, nothing that XML
/// cannot carry, no blanks at the end. `standard_error` if there is any, else `standard_output`.
std::string printable_output(std::string_view standard_output, std::string_view standard_error);

}  // namespace systole::ocf
