#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "lib/base/result.h"
#include "lib/process/command.h"
#include "lib/process/unique_fd.h"

namespace systole::executor {

// The file of one run of an agent. The executor makes it and locks it, the keeper inherits the open
// file and with it the lock: as long as the keeper lives, the file is locked, and nobody needs to
// trust a process number. The keeper writes who it is, and at the end how the agent ended.

/// The descriptor under which the keeper finds its run file.
inline constexpr int kRunFileDescriptor = 3;

/// What a run file tells.
struct RunFile {
  bool kept = false;  ///< a keeper is alive
  pid_t keeper = 0;   ///< 0: it has not said yet
  /// How the agent ended; an error when it could not be started.
  std::optional<base::Result<process::Outcome>> outcome{};
};

/// Makes the file `path`, which must not exist, and locks it.
base::Result<process::UniqueFd> create_run_file(const std::string& path);

/// Reads a run file. kNoSuchFile when there is none. A file whose end is missing has no outcome.
base::Result<RunFile> read_run_file(const std::string& path);

/// For the keeper: says who keeps this run.
void write_keeper(int fd, pid_t keeper);
/// For the keeper: how the agent ended. What does not fit on the file system is lost, which the
/// reader notices.
void write_outcome(int fd, const base::Result<process::Outcome>& outcome);

}  // namespace systole::executor
