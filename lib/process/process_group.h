#pragma once

#include <sys/types.h>

#include <vector>

#include "lib/process/command.h"

namespace systole::process {

/// The live processes (no zombies) of process group `group`, from /proc.
std::vector<Survivor> group_members(pid_t group);

/// The live processes of session `session`, from /proc.
std::vector<Survivor> session_members(pid_t session);

}  // namespace systole::process
