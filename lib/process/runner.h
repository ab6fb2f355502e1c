#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/process/command.h"

namespace systole::daemon {
class EventLoop;
}

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

  void watch(RunNumber number);
  void on_ready(RunNumber number, int fd);
  void on_deadline(RunNumber number);
  void arm(RunNumber number, Run& run);
  void finish_if_done(RunNumber number);

  daemon::EventLoop& loop_;
  std::uint64_t last_number_ = 0;
  std::unordered_map<RunNumber, std::unique_ptr<Run>> runs_;
};

}  // namespace systole::process
