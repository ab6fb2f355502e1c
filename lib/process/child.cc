#include "lib/process/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "lib/base/strings.h"
#include "lib/process/process_group.h"

namespace systole::process {
namespace {

using base::Errc;

/// How often a group whose leader has gone is looked at: nothing tells when its last member goes. A
/// look reads all processes of the machine, and many groups may be killed at a time.
constexpr base::Milliseconds kGroupCheckFirst{20};
constexpr base::Milliseconds kGroupCheckMax{500};

struct Pipe {
  UniqueFd reader;
  UniqueFd writer;
};

base::Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return {Errc::kBusy, base::cat("cannot make a pipe: ", strerror(errno))};
  }
  Pipe made{.reader = UniqueFd(ends[0]), .writer = UniqueFd(ends[1])};
  // Only our end: the program expects writes that block.
  if (fcntl(made.reader.get(), F_SETFL, O_NONBLOCK) != 0) return {Errc::kIo, "fcntl of a pipe"};
  return made;
}

base::Milliseconds since(Child::Clock::time_point start, Child::Clock::time_point now) {
  return std::chrono::duration_cast<base::Milliseconds>(now - start);
}

}  // namespace

void Child::Stream::drain() {
  std::array<char, 16 * 1024> buffer;
  // Bounded, so that a program that prints faster than we read cannot keep us here for ever.
  for (int turn = 0; turn < 64 && !ended; ++turn) {
    const ssize_t size = read(fd.get(), buffer.data(), buffer.size());
    if (size > 0) {
      capture.append(std::string_view(buffer.data(), static_cast<std::size_t>(size)));
    } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
      ended = true;
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

Child::Child(const Limits& limits) : limits_(limits), out_(limits), err_(limits) {}

base::Result<std::unique_ptr<Child>> Child::start(const Command& command, const Limits& limits) {
  std::unique_ptr<Child> child(new Child(limits));
  base::Result<UniqueFd> input = open_input(command.input);
  if (!input) return input.error();
  base::Result<Pipe> out = make_pipe();
  if (!out) return out.error();
  base::Result<Pipe> err = make_pipe();
  if (!err) return err.error();
  child->started_ = Clock::now();
  base::Result<Spawned> spawned =
      spawn(command,
            {.in = input->get(), .out = out->writer.get(), .err = err->writer.get(), .extra = -1});
  if (!spawned) return spawned.error();
  child->pid_ = spawned->pid;
  child->pidfd_ = std::move(spawned->pidfd);
  child->out_.fd = std::move(out->reader);
  child->err_.fd = std::move(err->reader);
  return child;
}

Child::~Child() {
  if (phase_ != Phase::kDone && pid_ > 0) kill(-pid_, SIGKILL);
  reap();
}

std::optional<Child::Clock::time_point> Child::deadline() const {
  switch (phase_) {
    case Phase::kRunning:
      if (limits_.timeout.count() == 0) return std::nullopt;
      return started_ + limits_.timeout;
    case Phase::kTerminating:
    case Phase::kKilling:
      return exited_ ? std::min(escalation_, next_check_) : escalation_;
    case Phase::kDone:
      return std::nullopt;
  }
  return std::nullopt;
}

void Child::on_output() {
  out_.drain();
  err_.drain();
}

void Child::on_exit() {
  siginfo_t info{};
  // The zombie is left for now: while it is there, its number cannot name another group.
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd_.get()), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
      info.si_pid == 0) {
    return;
  }
  exited_ = true;
  outcome_.end = info.si_code == CLD_EXITED ? End::kExited : End::kSignaled;
  outcome_.code = info.si_status;
  const Clock::time_point now = Clock::now();
  if (phase_ == Phase::kRunning) {
    finish(now);
  } else if (phase_ != Phase::kDone) {
    check_group(now);
  }
}

void Child::on_deadline(Clock::time_point now) {
  if (phase_ == Phase::kRunning) {
    if (limits_.timeout.count() > 0 && now >= started_ + limits_.timeout) {
      begin_killing(End::kTimedOut, now);
    }
  } else if (const auto due = deadline(); due && now >= *due) {
    check_group(now);
  }
}

void Child::stop(Clock::time_point now) {
  if (phase_ == Phase::kRunning) begin_killing(End::kStopped, now);
}

void Child::begin_killing(End reason, Clock::time_point now) {
  killed_for_ = reason;
  phase_ = Phase::kTerminating;
  check_interval_ = kGroupCheckFirst;
  escalation_ = now + limits_.grace;
  kill(-pid_, SIGTERM);
  // A stopped process would not notice.
  kill(-pid_, SIGCONT);
}

void Child::check_group(Clock::time_point now) {
  const bool given_up = phase_ == Phase::kKilling && now >= escalation_;
  std::vector<Survivor> left;
  if (exited_ || given_up) left = group_members(pid_);
  if (exited_ && left.empty()) {
    finish(now);
    return;
  }
  next_check_ = now + check_interval_;
  check_interval_ = std::min(check_interval_ * 2, kGroupCheckMax);
  if (now < escalation_) return;
  if (phase_ == Phase::kTerminating) {
    phase_ = Phase::kKilling;
    escalation_ = now + limits_.patience;
    kill(-pid_, SIGKILL);
    check_interval_ = kGroupCheckFirst;
    next_check_ = now + check_interval_;
    return;
  }
  outcome_.survivors = std::move(left);
  finish(now);
}

void Child::finish(Clock::time_point now) {
  phase_ = Phase::kDone;
  on_output();
  out_.ended = true;
  err_.ended = true;
  outcome_.out = out_.capture.take();
  outcome_.err = err_.capture.take();
  outcome_.run_time = since(started_, now);
  if (killed_for_) {
    outcome_.end = *killed_for_;
    outcome_.code = 0;
  }
  reap();
}

void Child::reap() {
  if (reaped_ || pid_ <= 0) return;
  reaped_ = waitpid(pid_, nullptr, WNOHANG) == pid_;
}

Outcome Child::take_outcome() {
  CHECK(done());
  return std::move(outcome_);
}

Outcome wait_for(Child& child, int stop_signal_fd) {
  while (!child.done()) {
    std::array<pollfd, 4> fds{pollfd{child.exit_fd(), POLLIN, 0}, pollfd{child.out_fd(), POLLIN, 0},
                              pollfd{child.err_fd(), POLLIN, 0}, pollfd{stop_signal_fd, POLLIN, 0}};
    int timeout_ms = -1;
    if (const auto deadline = child.deadline()) {
      const auto left = std::chrono::ceil<base::Milliseconds>(*deadline - Child::Clock::now());
      timeout_ms = static_cast<int>(std::clamp<long>(left.count(), 0, 3600 * 1000));
    }
    if (poll(fds.data(), fds.size(), timeout_ms) < 0 && errno != EINTR) break;
    if (fds[1].revents != 0 || fds[2].revents != 0) child.on_output();
    if (fds[0].revents != 0) child.on_exit();
    if (fds[3].revents != 0) {
      stop_signal_fd = -1;
      child.stop(Child::Clock::now());
    }
    child.on_deadline(Child::Clock::now());
  }
  return child.done() ? child.take_outcome() : Outcome{};
}

base::Result<Outcome> run(const Command& command, const Limits& limits, int stop_signal_fd) {
  base::Result<std::unique_ptr<Child>> child = Child::start(command, limits);
  if (!child) return child.error();
  return wait_for(**child, stop_signal_fd);
}

}  // namespace systole::process
