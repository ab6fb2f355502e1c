#include "lib/daemon/event_loop.h"

#include <fcntl.h>
#include <poll.h>
#include <qb/qbloop.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "lib/base/check.h"
#include "lib/base/strings.h"

namespace systole::daemon {

using base::Errc;

namespace detail {

struct LoopCore {
  qb_loop_t* loop = nullptr;
  int wake_fd = -1;
  std::atomic<bool> stop_requested = false;
  const std::function<bool()>* until = nullptr;
  std::mutex mutex;
  std::vector<EventLoop::Callback> posted;  // guarded by mutex

  LoopCore() : loop(qb_loop_create()), wake_fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    CHECK(loop != nullptr);
    CHECK(wake_fd >= 0);
  }
  ~LoopCore() {
    qb_loop_poll_del(loop, wake_fd);
    qb_loop_destroy(loop);
    close(wake_fd);
  }
  LoopCore(const LoopCore&) = delete;
  LoopCore& operator=(const LoopCore&) = delete;

  void wake() const { eventfd_write(wake_fd, 1); }

  /// To be called after every callback.
  void dispatched() {
    if (stop_requested || (until != nullptr && (*until)())) qb_loop_stop(loop);
  }

  void run_posted() {
    std::vector<EventLoop::Callback> calls;
    {
      std::lock_guard lock(mutex);
      calls.swap(posted);
    }
    for (auto& call : calls) call();
  }
};

struct TimerState : std::enable_shared_from_this<TimerState> {
  std::shared_ptr<LoopCore> core;
  EventLoop::Callback callback;
  qb_loop_timer_handle handle = 0;
  bool armed = false;
};

struct WatchState : std::enable_shared_from_this<WatchState> {
  std::shared_ptr<LoopCore> core;
  EventLoop::WatchCallback callback;
  int fd = -1;
  bool owns_fd = false;
  int signal_number = 0;  // of a signal watch, else 0
  bool active = false;

  ~WatchState() { end(); }
  void end();
};

}  // namespace detail

namespace {

// A handler may only touch this: one descriptor for each signal, to which it adds one.
std::atomic<int> signal_wake_fds[NSIG];

void note_signal(int signal_number) {
  const int saved_errno = errno;
  const int fd = signal_wake_fds[signal_number].load();
  const std::uint64_t one = 1;
  if (fd > 0) {
    // The counter can only be full when the loop has long had something to read.
    [[maybe_unused]] const auto written = write(fd, &one, sizeof one);
  }
  errno = saved_errno;
}

int to_poll(Readiness interest) {
  return (interest.readable ? POLLIN : 0) | (interest.writable ? POLLOUT : 0);
}

Readiness from_poll(int events) {
  return {.readable = (events & POLLIN) != 0,
          .writable = (events & POLLOUT) != 0,
          .hang_up = (events & POLLHUP) != 0,
          .error = (events & (POLLERR | POLLNVAL)) != 0};
}

void timer_fired(void* data) {
  auto state = static_cast<detail::TimerState*>(data)->shared_from_this();
  state->armed = false;
  const auto core = state->core;
  // The callback may cancel or replace the timer that holds it.
  const EventLoop::Callback callback = std::move(state->callback);
  callback();
  core->dispatched();
}

std::int32_t watch_ready(std::int32_t, std::int32_t events, void* data) {
  auto state = static_cast<detail::WatchState*>(data)->shared_from_this();
  const auto core = state->core;
  if (state->active) state->callback(from_poll(events));
  core->dispatched();
  return 0;
}

base::Error watch_error(std::string_view what) {
  return {Errc::kIo, base::cat(what, ": ", std::strerror(errno))};
}

// From now on the state owns its descriptor; the watch ends with it.
Result<void> begin(detail::WatchState& state, qb_loop_priority priority) {
  const int rc =
      qb_loop_poll_add(state.core->loop, priority, state.fd, POLLIN, &state, watch_ready);
  if (rc != 0) {
    close(state.fd);
    return base::Error{Errc::kIo,
                       base::cat("cannot watch descriptor ", state.fd, ": ", std::strerror(-rc))};
  }
  state.owns_fd = true;
  state.active = true;
  return {};
}

int open_pidfd(pid_t pid) {
  return static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
}

}  // namespace

void detail::WatchState::end() {
  if (!active) return;
  active = false;
  if (signal_number != 0) {
    signal(signal_number, SIG_DFL);
    signal_wake_fds[signal_number] = 0;
  }
  qb_loop_poll_del(core->loop, fd);
  if (owns_fd) close(fd);
}

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    cancel();
    state_ = std::move(other.state_);
  }
  return *this;
}

void Timer::cancel() {
  if (!state_) return;
  if (state_->armed) {
    state_->armed = false;
    qb_loop_timer_del(state_->core->loop, state_->handle);
  }
  state_.reset();
}

bool Timer::pending() const {
  return state_ && state_->armed;
}

Watch& Watch::operator=(Watch&& other) noexcept {
  if (this != &other) {
    cancel();
    state_ = std::move(other.state_);
  }
  return *this;
}

void Watch::cancel() {
  if (!state_) return;
  state_->end();
  state_.reset();
}

void Watch::set_interest(Readiness interest) {
  if (!state_ || !state_->active) return;
  qb_loop_poll_mod(state_->core->loop, QB_LOOP_MED, state_->fd, to_poll(interest), state_.get(),
                   watch_ready);
}

EventLoop::EventLoop() : core_(std::make_shared<detail::LoopCore>()) {
  const auto drain = [](std::int32_t fd, std::int32_t, void* data) -> std::int32_t {
    auto* core = static_cast<detail::LoopCore*>(data);
    eventfd_t count = 0;
    eventfd_read(fd, &count);
    core->run_posted();
    core->dispatched();
    return 0;
  };
  CHECK(qb_loop_poll_add(core_->loop, QB_LOOP_MED, core_->wake_fd, POLLIN, core_.get(), drain) ==
        0);
}

EventLoop::~EventLoop() {
  // What was posted and never ran may hold handles, and those hold the core.
  std::vector<Callback> dropped;
  std::lock_guard lock(core_->mutex);
  dropped.swap(core_->posted);
}

void EventLoop::run() {
  if (!core_->stop_requested) {
    // libqb sleeps before it looks at jobs that an earlier run left behind when it was stopped.
    core_->wake();
    qb_loop_run(core_->loop);
  }
  core_->stop_requested = false;
}

void EventLoop::stop() {
  core_->stop_requested = true;
  core_->wake();
}

bool EventLoop::run_until(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  if (done()) return true;
  bool expired = false;
  const std::function<bool()> until = [&] { return expired || done(); };
  const Timer timer = call_after(limit, [&] { expired = true; });
  core_->until = &until;
  run();
  core_->until = nullptr;
  return done();
}

void EventLoop::post(Callback callback) {
  {
    std::lock_guard lock(core_->mutex);
    core_->posted.push_back(std::move(callback));
  }
  core_->wake();
}

Timer EventLoop::call_after(std::chrono::nanoseconds delay, Callback callback) {
  auto state = std::make_shared<detail::TimerState>();
  state->core = core_;
  state->callback = std::move(callback);
  const auto nanoseconds = static_cast<std::uint64_t>(std::max<std::int64_t>(delay.count(), 0));
  CHECK(qb_loop_timer_add(core_->loop, QB_LOOP_MED, nanoseconds, state.get(), timer_fired,
                          &state->handle) == 0);
  state->armed = true;
  return Timer(std::move(state));
}

Result<Watch> EventLoop::watch(int fd, Readiness interest, WatchCallback callback) {
  auto state = std::make_shared<detail::WatchState>();
  state->core = core_;
  state->callback = std::move(callback);
  state->fd = fd;
  const int rc =
      qb_loop_poll_add(core_->loop, QB_LOOP_MED, fd, to_poll(interest), state.get(), watch_ready);
  if (rc != 0) {
    return base::Error{Errc::kIo,
                       base::cat("cannot watch descriptor ", fd, ": ", std::strerror(-rc))};
  }
  state->active = true;
  return Watch(std::move(state));
}

Result<Watch> EventLoop::on_signal(int signal_number, Callback callback) {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0) return watch_error("cannot watch a signal");
  auto state = std::make_shared<detail::WatchState>();
  state->core = core_;
  state->fd = fd;
  state->callback = [fd, callback = std::move(callback)](Readiness) {
    eventfd_t count = 0;
    if (eventfd_read(fd, &count) == 0) callback();
  };
  if (Result<void> begun = begin(*state, QB_LOOP_HIGH); !begun) return begun.error();
  state->signal_number = signal_number;
  signal_wake_fds[signal_number] = fd;
  struct sigaction action = {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART;
  if (sigaction(signal_number, &action, nullptr) != 0) {
    return watch_error(base::cat("cannot handle signal ", signal_number));
  }
  return Watch(std::move(state));
}

Result<Watch> EventLoop::on_child_exit(pid_t pid, ExitCallback callback) {
  return on_process_exit(pid, [pid, callback = std::move(callback)] {
    int status = 0;
    pid_t reaped = 0;
    do {
      reaped = waitpid(pid, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    callback(status);
  });
}

Result<Watch> EventLoop::on_process_exit(pid_t pid, Callback callback) {
  const int fd = open_pidfd(pid);
  if (fd < 0) return watch_error(base::cat("cannot watch process ", pid));
  auto state = std::make_shared<detail::WatchState>();
  state->core = core_;
  state->fd = fd;
  auto* raw = state.get();
  state->callback = [raw, callback = std::move(callback)](Readiness) {
    // The callback may drop the handle, and with it the last reference.
    const auto keep = raw->shared_from_this();
    keep->end();
    callback();
  };
  if (Result<void> begun = begin(*state, QB_LOOP_MED); !begun) return begun.error();
  return Watch(std::move(state));
}

qb_loop* EventLoop::native() const {
  return core_->loop;
}

}  // namespace systole::daemon
