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

/// Makes the file `path`, which must not exist, locks it and takes the room that an outcome without
/// output needs. kNoSpace, kIo.
base::Result<process::UniqueFd> create_run_file(const std::string& path);

/// A run file without a place in a folder, for when there is no room in one. It works as others do,
/// but is gone with the executor.
base::Result<process::UniqueFd> create_unnamed_run_file();

/// Opens a run file anew, without its lock: closing the one that has it leaves the lock to the
/// keeper.
base::Result<process::UniqueFd> reopen_without_lock(int fd);
/// The path under which this process can read an open file.
std::string path_of_open_file(int fd);

/// Reads a run file. kNoSuchFile when there is none. A file whose end is missing has no outcome.
base::Result<RunFile> read_run_file(const std::string& path);

/// For the keeper: says who keeps this run.
void write_keeper(int fd, pid_t keeper);
/// For the keeper: how the agent ended. When the file system is full the output is left out; for
/// the rest there is room.
void write_outcome(int fd, const base::Result<process::Outcome>& outcome);

}  // namespace systole::executor
