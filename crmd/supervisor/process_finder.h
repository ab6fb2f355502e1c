#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace systole::supervisor {

/// A process of user `uid` that runs the program `path` and calls itself so (argv[0]), in our
/// network namespace (another node's daemons may be visible where several nodes share a machine),
/// and not a zombie.
std::optional<pid_t> find_process(const std::string& path, uid_t uid);

/// Whether process `pid` is such a process. A program that was replaced or removed since, as by an
/// upgrade, is still the one that runs.
bool is_process(pid_t pid, const std::string& path, uid_t uid);

/// The path of the program that process `pid` runs, or ran when it was removed since. Empty when
/// the kernel does not tell.
std::string program_of(pid_t pid);

}  // namespace systole::supervisor
