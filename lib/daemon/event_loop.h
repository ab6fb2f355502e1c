#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>

#include "lib/base/result.h"

struct qb_loop;

namespace systole::daemon {

using base::Result;

namespace detail {
struct LoopCore;
struct TimerState;
struct WatchState;
}  // namespace detail

/// What can be done with a file descriptor, or what one is asked to be watched for. Hang-up and
/// error are always reported, whether asked for or not.
struct Readiness {
  bool readable = false;
  bool writable = false;
  bool hang_up = false;  ///< the other end is gone; data may still be readable
  bool error = false;
};

/// A pending call. Destroying or cancelling it makes sure that the call does not happen any more;
/// both are allowed inside the call itself.
class Timer {
 public:
  Timer() = default;
  explicit Timer(std::shared_ptr<detail::TimerState> state) : state_(std::move(state)) {}
  Timer(Timer&&) = default;
  Timer& operator=(Timer&& other) noexcept;
  ~Timer() { cancel(); }

  void cancel();
  bool pending() const;

 private:
  std::shared_ptr<detail::TimerState> state_;
};

/// A watched descriptor. Destroying it ends the watch, also inside its own callback. It does not
/// own the descriptor, and must be destroyed before the descriptor is closed.
class Watch {
 public:
  Watch() = default;
  explicit Watch(std::shared_ptr<detail::WatchState> state) : state_(std::move(state)) {}
  Watch(Watch&&) = default;
  Watch& operator=(Watch&& other) noexcept;
  ~Watch() { cancel(); }

  void cancel();
  bool active() const { return state_ != nullptr; }

  /// Watches for something else from now on.
  void set_interest(Readiness interest);

 private:
  std::shared_ptr<detail::WatchState> state_;
};

/// The event loop of a daemon or a test, over libqb's qb_loop. Nothing in it polls: an idle loop
/// sleeps until a descriptor, a timer or a post wakes it. All members belong to the thread that
/// runs the loop, except post() and stop(), which any thread may call. Handles that outlive the
/// loop are harmless.
class EventLoop {
 public:
  using Callback = std::function<void()>;
  using WatchCallback = std::function<void(Readiness)>;
  using ExitCallback = std::function<void(int wait_status)>;

  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Dispatches until stop().
  void run();

  /// Ends run() after the callback that is running; before run(), makes it return at once.
  void stop();

  /// Dispatches until `done` holds, which is asked after every callback, or `limit` has passed.
  /// Returns whether it holds. For tests and for start-up sequences.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds limit);

  /// Calls `callback` soon, from the loop's thread, after what is running now. Calls come in the
  /// order of the posts. Any thread may post.
  void post(Callback callback);

  /// Calls `callback` once, not before `delay` has passed.
  [[nodiscard]] Timer call_after(std::chrono::nanoseconds delay, Callback callback);

  /// Calls `callback` whenever `fd` is ready (level-triggered). One watch a descriptor.
  [[nodiscard]] Result<Watch> watch(int fd, Readiness interest, WatchCallback callback);

  /// Calls `callback` each time the process gets `signal_number`. Children that are executed do
  /// not inherit it. One watch a signal and process.
  [[nodiscard]] Result<Watch> on_signal(int signal_number, Callback callback);

  /// Calls `callback` once when the child `pid` ends, and reaps it. Works through a pidfd, so other
  /// children and SIGCHLD are not touched.
  [[nodiscard]] Result<Watch> on_child_exit(pid_t pid, ExitCallback callback);

  /// Calls `callback` once when process `pid`, which need not be a child, ends.
  [[nodiscard]] Result<Watch> on_process_exit(pid_t pid, Callback callback);

  /// For lib/ipc: libqb's servers want to put their own jobs on the loop.
  qb_loop* native() const;

 private:
  std::shared_ptr<detail::LoopCore> core_;
};

}  // namespace systole::daemon
