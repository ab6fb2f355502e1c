#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "lib/base/duration.h"

namespace systole::process {

/// Whom a program runs as.
struct User {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// What a new program leads, so that it can be signalled together with its children.
enum class Leads {
  kGroup,    ///< a process group in our session: signals of our terminal still reach nobody else
  kSession,  ///< a session: it is independent of us
};

/// A program to run. It gets exactly what is said here: no shell interprets anything, no descriptor
/// of ours but stdin, stdout and stderr is open in it, its signal mask and dispositions are the
/// default ones, and it may open as many descriptors as we might before we raised our limit.
struct Command {
  std::vector<std::string> argv{};         ///< argv[0] is the path of the program
  std::vector<std::string> environment{};  ///< the whole of it, as NAME=value
  std::string directory = "/";             ///< the working directory; "/" when it cannot be entered
  std::string input{};                     ///< what it reads from stdin; /dev/null when empty
  mode_t umask = 022;
  Leads leads = Leads::kGroup;
  std::optional<User> user{};
};

/// How long a program may run and how much of its output is kept.
struct Limits {
  /// From its start; 0: for ever. Then SIGTERM goes to its group,
  base::Milliseconds timeout{0};
  /// SIGKILL this much later,
  base::Milliseconds grace{500};
  /// and this much later what is left of the group is reported and given up.
  base::Milliseconds patience{5000};
  /// Of each of stdout and stderr the first and the last this many bytes are kept.
  std::size_t head_bytes = 64 * 1024;
  std::size_t tail_bytes = 64 * 1024;
};

/// What is kept of an output stream.
struct Output {
  std::string head{};
  std::string tail{};       ///< only when something was dropped in between
  std::size_t dropped = 0;  ///< bytes between them

  /// Head, a line that tells how much is missing (if anything is), tail.
  std::string text() const;
};

/// A process of the group that SIGKILL did not remove in time (mostly it hangs in the kernel).
struct Survivor {
  pid_t pid = 0;
  std::string name{};
  char state = '?';  ///< as in /proc/PID/stat; D waits for a device
};

enum class End {
  kExited,    ///< by itself; `code` is its exit code
  kSignaled,  ///< by a signal that was not ours; `code` is its number
  kTimedOut,  ///< it was killed for its timeout
  kStopped,   ///< it was killed on request
  kLost,      ///< nobody knows how it ended
};

/// How a program ended.
struct Outcome {
  End end = End::kLost;
  int code = 0;
  base::Milliseconds run_time{0};
  Output out{};
  Output err{};
  std::vector<Survivor> survivors{};
};

/// "3 processes survived SIGKILL: mount.nfs (812, D), ..."; empty without survivors.
std::string describe(const std::vector<Survivor>& survivors);

}  // namespace systole::process
