#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace systole::supervisor {

/// A process whose argv[0] is `path`, in our network namespace (another node's daemons may be
/// visible where several nodes share a machine), and not a zombie.
std::optional<pid_t> find_process(const std::string& path);

/// Whether process `pid` runs with `path` as argv[0].
bool is_process(pid_t pid, const std::string& path);

}  // namespace systole::supervisor
