#pragma once

#include <sys/types.h>

#include <vector>

#include "lib/base/result.h"
#include "lib/process/command.h"
#include "lib/process/unique_fd.h"

namespace systole::process {

/// What a new program's descriptors are; each may be any open one of ours.
struct Descriptors {
  int in = -1;
  int out = -1;
  int err = -1;
  /// Becomes descriptor 3 of the program; -1: nothing but 0, 1 and 2 is open.
  int extra = -1;
};

struct Spawned {
  pid_t pid = 0;
  UniqueFd pidfd{};  ///< readable once the program has ended
};

/// Starts `command` as a child that shares our memory until it executes the program, so that the
/// cost does not grow with our size, and an error of the execution is known here at once.
base::Result<Spawned> spawn(const Command& command, const Descriptors& descriptors);

/// A descriptor that reads `input` from its beginning; /dev/null when it is empty.
base::Result<UniqueFd> open_input(const std::string& input);

}  // namespace systole::process
