#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "lib/base/result.h"
#include "lib/process/capture.h"
#include "lib/process/command.h"
#include "lib/process/spawn.h"

namespace systole::process {

/// A program being supervised: collects its output, notices its end, kills it when its time is up.
/// It does not wait by itself: its owner waits for exit_fd(), out_fd() and err_fd() to be readable
/// and for deadline() to pass, calls the matching member, and looks whether it is done().
///
/// A program that ends by itself leaves its children alone, since starting a daemon is what agents
/// are for; output that such children print after the program's end is not waited for.
class Child {
 public:
  using Clock = std::chrono::steady_clock;

  static base::Result<std::unique_ptr<Child>> start(const Command& command, const Limits& limits);
  /// Kills the group when it is not done.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }
  /// -1 once there is nothing more to wait for; they are closed with this object, not before.
  int exit_fd() const { return exited_ ? -1 : pidfd_.get(); }
  int out_fd() const { return out_.ended ? -1 : out_.fd.get(); }
  int err_fd() const { return err_.ended ? -1 : err_.fd.get(); }
  std::optional<Clock::time_point> deadline() const;

  void on_output();
  void on_exit();
  void on_deadline(Clock::time_point now);
  /// Begins to kill the group, as at a timeout.
  void stop(Clock::time_point now);

  bool done() const { return phase_ == Phase::kDone; }
  /// False for a program that could not even be killed: its end is still to be reaped.
  bool reaped() const { return reaped_; }
  /// REQUIRES: done(). Once.
  Outcome take_outcome();

 private:
  enum class Phase { kRunning, kTerminating, kKilling, kDone };
  struct Stream {
    Stream(const Limits& limits) : capture(limits.head_bytes, limits.tail_bytes) {}
    void drain();
    UniqueFd fd;
    bool ended = false;
    Capture capture;
  };

  explicit Child(const Limits& limits);

  void begin_killing(End reason, Clock::time_point now);
  void check_group(Clock::time_point now);
  void finish(Clock::time_point now);
  void reap();

  Limits limits_;
  pid_t pid_ = 0;
  UniqueFd pidfd_;
  Stream out_;
  Stream err_;
  Clock::time_point started_;
  Phase phase_ = Phase::kRunning;
  Clock::time_point escalation_{};  ///< when the phase kTerminating or kKilling is over
  bool exited_ = false;  ///< the leader, of which we are told; its group is looked at after that
  Clock::time_point next_check_{};
  base::Milliseconds check_interval_{0};
  bool reaped_ = false;
  std::optional<End> killed_for_;
  Outcome outcome_;
};

/// Runs a program and waits for it. For small programs without an event loop; daemons use Runner.
/// When `stop_signal_fd` (a signalfd or pipe) becomes readable, the program is stopped.
base::Result<Outcome> run(const Command& command, const Limits& limits, int stop_signal_fd = -1);

/// Waits for a child that was started already, as run() does.
Outcome wait_for(Child& child, int stop_signal_fd = -1);

}  // namespace systole::process
