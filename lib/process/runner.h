#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/process/command.h"

namespace systole::daemon {
class EventLoop;
class Watch;
}  // namespace systole::daemon

namespace systole::process {

class Child;

/// Names a program while a Runner watches it.
using RunNumber = base::Id<struct RunNumberTag, std::uint64_t>;

/// Runs programs beside an event loop. Not for several threads.
class Runner {
 public:
  using Done = std::function<void(Outcome)>;

  /// `loop` outlives this.
  explicit Runner(daemon::EventLoop& loop);
  /// Kills what still runs, without waiting for it; its `done` is not called.
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Starts a program. `done` is called once from the loop, never from within start(). An error
  /// (and no call of `done`): kNoSuchFile when there is no such program, kPermission when it may
  /// not be executed, kTooLarge when arguments and environment are too long for the kernel.
  base::Result<RunNumber> start(const Command& command, const Limits& limits, Done done);

  /// Begins to kill a program with its group as a timeout does; it ends as kStopped. Nothing
  /// happens when it has ended.
  void stop(RunNumber run);

  std::size_t running() const { return runs_.size(); }

 private:
  struct Run;

  void progress(RunNumber number);
  void arm(RunNumber number, Run& run);
  void reap_later(pid_t pid);

  daemon::EventLoop& loop_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<RunNumber, std::unique_ptr<Run>> runs_;
  std::unordered_map<pid_t, std::unique_ptr<daemon::Watch>> unkillable_;
};

}  // namespace systole::process
