#include "crmd/supervisor/core.h"

#include <signal.h>

#include <algorithm>
#include <utility>

#include "lib/base/end_code.h"
#include "lib/base/strings.h"

namespace systole::supervisor {

using base::cat;
using base::EndCode;
using base::LogLevel;

namespace {

constexpr int code_of(EndCode code) {
  return static_cast<int>(code);
}

// A child that lived this long has not failed at its start.
constexpr Milliseconds kLongLife{10000};
// The first restart is immediate; a child that keeps failing is not allowed to eat the processor.
constexpr Milliseconds kPauseFirst{100};
constexpr Milliseconds kPauseMax{5000};

constexpr Milliseconds kStartCheckFirst{10};
constexpr Milliseconds kStartCheckMax{500};
// The end of a process is told by the kernel. Checks find only those that hang, which is rare, so
// that they are too; a client that watches more closely (a ping) has them made for it.
// A child that hangs at its start would never be replaced. Only a controller of our own may take as
// long as it takes: it waits for Corosync.
constexpr Milliseconds kStartLimit{60000};
constexpr Milliseconds kCheckInterval{10000};
constexpr Milliseconds kCheckAgain{1000};
constexpr Milliseconds kFreshEnough{1000};
constexpr int kMissesMax = 5;

constexpr Milliseconds kStopLimit{30000};
// How long a stop waits for a controller to get ready.
constexpr Milliseconds kReadyLimit{60000};
// How often a controller that crashes instead of stopping is started to try again: what it did not
// stop would be left running.
constexpr int kFailedStopsMax = 3;

constexpr std::array kStopOrder = {Child::kController, Child::kFencer, Child::kExecutor};

// Whether a process that was told to stop did so. Of one that is not our child nobody knows better.
bool is_clean(const ExitStatus& status) {
  return status.kind == ExitStatus::Kind::kUnknown ||
         (status.kind == ExitStatus::Kind::kExited && status.code == code_of(EndCode::kOk));
}

Milliseconds doubled(Milliseconds first, int times, Milliseconds limit) {
  return std::min(first * (1 << std::min(times, 16)), limit);
}

}  // namespace

std::string describe(const ExitStatus& status) {
  switch (status.kind) {
    case ExitStatus::Kind::kExited:
      return cat("exited with status ", status.code);
    case ExitStatus::Kind::kSignaled:
      return cat("was ended by signal ", status.code);
    case ExitStatus::Kind::kUnknown:
      break;
  }
  return "ended";
}

Effects Core::step(const Event& event, Milliseconds now) {
  now_ = now;
  effects_.clear();
  std::visit([this](const auto& each) { on(each); }, event);
  return std::exchange(effects_, {});
}

std::optional<Milliseconds> Core::last_check() const {
  std::optional<Milliseconds> oldest;
  for (const State& state : states_) {
    if (!state.answered || state.life == Life::kStopped) continue;
    oldest = oldest ? std::min(*oldest, *state.answered) : *state.answered;
  }
  return oldest;
}

void Core::on(const event::Started&) {
  if (settings_.wait_for_sbd) {
    announce(Phase::kWaitForPing);
  } else {
    find_all();
  }
}

void Core::find_all() {
  announce(Phase::kStartingDaemons);
  for (const Child child : kChildren) {
    of(child).finding = true;
    emit(effect::Find{child});
  }
}

void Core::on(const event::Found& event) {
  State& state = of(event.child);
  if (!std::exchange(state.finding, false)) return;
  report(LogLevel::kNotice, cat("the ", traits(event.child).name, " runs already as process ",
                                event.pid, ", adopting it"));
  state.ever_ready = true;
  begin(event.child, event.pid);
  state.adopted = true;
  if (stopping_) stop_next();
}

void Core::on(const event::NotFound& event) {
  if (!std::exchange(of(event.child).finding, false)) return;
  if (stopping_) {
    stop_next();
  } else {
    start(event.child);
  }
}

void Core::on(const event::Spawned& event) {
  report(LogLevel::kInfo, cat("started the ", traits(event.child).name, " as process ", event.pid));
  begin(event.child, event.pid);
}

void Core::on(const event::SpawnFailed& event) {
  report(LogLevel::kError, cat("cannot start the ", traits(event.child).name, ": ", event.reason));
  State& state = of(event.child);
  state.started = now_;
  ++state.quick_failures;
  if (stopping_) {
    state.life = Life::kStopped;
    stop_next();
  } else {
    start_again(event.child);
  }
}

void Core::begin(Child child, pid_t pid) {
  State& state = of(child);
  state.life = Life::kStarting;
  state.ran_before = true;
  state.pid = pid;
  state.started = now_;
  state.starting_checks = 0;
  state.misses = 0;
  state.adopted = false;
  state.stopping = false;
  emit(effect::ArmTimer{TimerKind::kCheck, child, kStartCheckFirst});
}

void Core::start(Child child) {
  State& state = of(child);
  state.life = Life::kAbsent;
  emit(effect::Spawn{child, state.ran_before});
}

void Core::start_again(Child child) {
  State& state = of(child);
  if (state.quick_failures <= 1) {
    start(child);
    return;
  }
  const Milliseconds pause = doubled(kPauseFirst, state.quick_failures - 2, kPauseMax);
  state.life = Life::kPausing;
  report(LogLevel::kWarning, cat("the ", traits(child).name, " has failed ", state.quick_failures,
                                 " times in a row, starting it in ", pause.count(), " ms"));
  emit(effect::ArmTimer{TimerKind::kRespawn, child, pause});
}

void Core::on(const event::Ended& event) {
  State& state = of(event.child);
  if (!alive(state) || state.pid != event.pid) return;
  const bool exited = event.status.kind == ExitStatus::Kind::kExited;
  const int code = exited ? event.status.code : -1;
  if (code == code_of(EndCode::kPanic)) {
    // Before it is reported: that may take a disk.
    emit(effect::Panic{cat("the ", traits(event.child).name, " asks for it")});
  }
  const bool expected = state.stopping && is_clean(event.status);
  report(
      expected ? LogLevel::kInfo : LogLevel::kError,
      cat("the ", traits(event.child).name, " (process ", event.pid, ") ", describe(event.status)));
  emit(effect::CancelTimer{TimerKind::kCheck, event.child});
  emit(effect::CancelTimer{TimerKind::kEscalate, event.child});
  state.checking = false;
  state.life = Life::kAbsent;
  answer_pings();

  const bool quick = now_ - state.started < kLongLife;
  state.quick_failures = quick ? state.quick_failures + 1 : 1;
  if (code == code_of(EndCode::kPanic)) return;
  if (code == code_of(EndCode::kFatal)) {
    state.life = Life::kStopped;
    report(LogLevel::kError, cat("the ", traits(event.child).name,
                                 " cannot go on whatever is done, stopping the cluster here"));
    begin_stop(code_of(EndCode::kFatal));
    stop_next();
  } else if (state.stopping || (stopping_ && event.child == Child::kController)) {
    ended_during_stop(event.child, event.status);
  } else if (settings_.fail_fast && !stopping_) {
    emit(effect::Panic{cat("the ", traits(event.child).name, " failed and PCMK_fail_fast is set")});
  } else {
    start_again(event.child);
  }
}

void Core::on(const event::TimerFired& event) {
  State& state = of(event.child);
  switch (event.kind) {
    case TimerKind::kRespawn:
      if (state.life == Life::kPausing) start(event.child);
      break;
    case TimerKind::kCheck:
      if (alive(state)) check(event.child);
      break;
    case TimerKind::kEscalate:
      if (!alive(state)) break;
      if (!state.stopping) {
        tell_to_stop(event.child);
        break;
      }
      report(LogLevel::kError, cat("the ", traits(event.child).name, " (process ", state.pid,
                                   ") does not stop, killing it"));
      emit(effect::Signal{event.child, state.pid, SIGKILL});
      break;
  }
}

void Core::check(Child child) {
  State& state = of(child);
  if (state.checking) return;
  state.checking = true;
  emit(effect::Check{child, state.pid});
}

void Core::on(const event::Answered& event) {
  State& state = of(event.child);
  if (!alive(state) || !state.checking) return;
  state.checking = false;
  state.misses = 0;
  state.answered = now_;
  emit(effect::ArmTimer{TimerKind::kCheck, event.child, kCheckInterval});
  if (state.life == Life::kStarting) became_ready(event.child);
  answer_pings();
}

void Core::on(const event::Silent& event) {
  State& state = of(event.child);
  if (!alive(state) || !state.checking) return;
  state.checking = false;
  const bool limited = state.adopted || event.child != Child::kController;
  if (state.life == Life::kStarting && limited && now_ - state.started > kStartLimit) {
    report(LogLevel::kError,
           cat("the ", traits(event.child).name, " (process ", state.pid, ") is not ready after ",
               (now_ - state.started).count(), " ms, killing it"));
    emit(effect::Signal{event.child, state.pid, SIGKILL});
  } else if (state.life == Life::kStarting) {
    emit(effect::ArmTimer{TimerKind::kCheck, event.child,
                          doubled(kStartCheckFirst, ++state.starting_checks, kStartCheckMax)});
  } else if (++state.misses < kMissesMax) {
    emit(effect::ArmTimer{TimerKind::kCheck, event.child, kCheckAgain});
  } else {
    report(LogLevel::kError, cat("the ", traits(event.child).name, " (process ", state.pid,
                                 ") has not answered ", state.misses, " times, killing it"));
    emit(effect::Signal{event.child, state.pid, SIGKILL});
  }
  answer_pings();
}

void Core::became_ready(Child child) {
  State& state = of(child);
  state.life = Life::kReady;
  state.ever_ready = true;
  report(LogLevel::kInfo, cat("the ", traits(child).name, " is ready after ",
                              (now_ - state.started).count(), " ms"));
  if (stopping_) {
    stop_next();
    return;
  }
  const bool all = std::all_of(states_.begin(), states_.end(),
                               [](const State& each) { return each.life == Life::kReady; });
  if (all && phase_ == Phase::kStartingDaemons) announce(Phase::kRunning);
}

void Core::on(const event::Pinged& event) {
  pings_.push_back(event.token);
  sbd_watches_ = sbd_watches_ || event.sbd;
  if (event.sbd && phase_ == Phase::kWaitForPing) find_all();
  for (const Child child : kChildren) {
    const State& state = of(child);
    const bool fresh = state.answered && now_ - *state.answered < kFreshEnough;
    if (state.life == Life::kReady && !fresh) check(child);
  }
  answer_pings();
}

void Core::answer_pings() {
  for (const State& state : states_) {
    if (state.life == Life::kReady && state.checking) return;
  }
  for (const PingToken token : std::exchange(pings_, {})) emit(effect::AnswerPing{token});
}

void Core::on(const event::StopRequested&) {
  if (stopping_) return;
  begin_stop(code_of(EndCode::kOk));
  stop_next();
}

void Core::begin_stop(int exit_code) {
  exit_code_ = std::max(exit_code_, exit_code);
  if (std::exchange(stopping_, true)) return;
  announce(Phase::kShuttingDown);
}

void Core::stop_next() {
  for (const Child child : kStopOrder) {
    if (stop_waits_for(child)) return;
  }
  announce(Phase::kShutdownComplete);
  // sbd must learn that this end is a good one, or it resets the node; it leaves when it has.
  if (!sbd_watches_) emit(effect::Exit{exit_code_});
}

void Core::on(const event::SbdLeft&) {
  sbd_watches_ = false;
  if (phase_ == Phase::kShutdownComplete) emit(effect::Exit{exit_code_});
}

// Brings `child` nearer to its end; false when it has ended.
bool Core::stop_waits_for(Child child) {
  State& state = of(child);
  if (state.life == Life::kStopped) return false;
  if (state.finding) return true;
  // A controller that is being started again may have resources to stop, and can do so once it is
  // ready. Any other child has nothing to lose.
  const bool has_work = child == Child::kController && state.ever_ready;
  if (state.life == Life::kReady || (state.life == Life::kStarting && !has_work)) {
    tell_to_stop(child);
    return true;
  }
  if (state.life == Life::kStarting) {
    emit(effect::ArmTimer{TimerKind::kEscalate, child, kReadyLimit});
    return true;
  }
  if (has_work) return true;
  emit(effect::CancelTimer{TimerKind::kRespawn, child});
  state.life = Life::kStopped;
  return false;
}

void Core::tell_to_stop(Child child) {
  State& state = of(child);
  if (std::exchange(state.stopping, true)) return;
  emit(effect::CancelTimer{TimerKind::kEscalate, child});
  report(LogLevel::kNotice, cat("stopping the ", traits(child).name, " (process ", state.pid, ")"));
  emit(effect::Signal{child, state.pid, SIGTERM});
  // The controller stops the node's resources, which takes as long as it takes.
  if (child != Child::kController) {
    emit(effect::ArmTimer{TimerKind::kEscalate, child, kStopLimit});
  }
}

void Core::ended_during_stop(Child child, const ExitStatus& status) {
  State& state = of(child);
  if (child == Child::kController && !is_clean(status) && ++state.failed_stops < kFailedStopsMax) {
    start_again(child);
    return;
  }
  state.life = Life::kStopped;
  stop_next();
}

void Core::on(const event::ClusterLost&) {
  report(LogLevel::kCritical, "the connection to Corosync is lost");
  emit(effect::Exit{code_of(EndCode::kDisconnected)});
}

void Core::announce(Phase phase) {
  phase_ = phase;
  emit(effect::Announce{phase});
}

void Core::report(LogLevel level, std::string text) {
  emit(effect::Report{level, std::move(text)});
}

}  // namespace systole::supervisor
