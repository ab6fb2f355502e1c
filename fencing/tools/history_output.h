#pragma once

#include <string>
#include <vector>

#include "fencing/tools/options.h"
#include "lib/cli/output.h"
#include "lib/client/fencer_message.h"

namespace systole::fencing {

/// Newest first; what is running before all.
void sort_history(std::vector<client::FenceEvent>& events);

/// Prints what --history asks for: the last success, with --verbose everything, with --quiet the
/// time of the last success alone.
void print_history(const std::vector<client::FenceEvent>& events, const StonithRequest& request,
                   cli::Output& output);

/// Prints the answer to --last.
void print_last(const std::vector<client::FenceEvent>& events, const StonithRequest& request,
                cli::Output& output);

/// One line of text about an event; `when` names the time ("completed", "last-successful").
std::string describe_event(const client::FenceEvent& event, std::string_view when);

}  // namespace systole::fencing
