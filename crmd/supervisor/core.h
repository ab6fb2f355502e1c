#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "crmd/supervisor/children.h"
#include "lib/base/duration.h"
#include "lib/base/ids.h"
#include "lib/base/log.h"

/// The supervisor's decisions: which child runs, when it is started again, how everything stops.
/// A pure state machine; time is an input.
namespace systole::supervisor {

using base::Milliseconds;

/// A client's ping that waits for its answer.
using PingToken = base::Id<struct PingTokenTag, std::uint64_t>;

/// What clients are told (`pacemakerd_state`).
enum class Phase : std::uint8_t {
  kInit,
  kWaitForPing,  ///< for sbd, which has to be ready before the node may run anything
  kStartingDaemons,
  kRunning,
  kShuttingDown,
  kShutdownComplete,
};

enum class TimerKind : std::uint8_t {
  kRespawn,   ///< the pause before a child that keeps failing is over
  kCheck,     ///< it is time to see whether the child answers
  kEscalate,  ///< the child was told to stop and had its time
};

struct ExitStatus {
  enum class Kind : std::uint8_t {
    kExited,    ///< `code` is its exit code
    kSignaled,  ///< `code` is the signal
    kUnknown,   ///< it was not our child
  };
  Kind kind = Kind::kUnknown;
  int code = 0;
};

namespace event {
struct Started {};
/// Answers to effect Find.
struct Found {
  Child child{};
  pid_t pid = 0;
};
struct NotFound {
  Child child{};
};
/// Answers to effect Spawn.
struct Spawned {
  Child child{};
  pid_t pid = 0;
};
struct SpawnFailed {
  Child child{};
  std::string reason;
};
/// A process that was found or spawned is gone.
struct Ended {
  Child child{};
  pid_t pid = 0;
  ExitStatus status;
};
/// Answers to effect Check: the process serves its endpoint, or it does not (nobody does, or it
/// does not answer in time).
struct Answered {
  Child child{};
};
struct Silent {
  Child child{};
};
struct TimerFired {
  TimerKind kind{};
  Child child{};
};
/// A client wants to know the state, with a recent look at the children.
struct Pinged {
  PingToken token;
  bool sbd = false;  ///< the client is sbd
};
/// sbd's connection is closed.
struct SbdLeft {};
/// By signal or by a client.
struct StopRequested {};
/// Corosync is gone.
struct ClusterLost {};
}  // namespace event

using Event =
    std::variant<event::Started, event::Found, event::NotFound, event::Spawned, event::SpawnFailed,
                 event::Ended, event::Answered, event::Silent, event::TimerFired, event::Pinged,
                 event::SbdLeft, event::StopRequested, event::ClusterLost>;

namespace effect {
/// Look for a process of this kind that runs already.
struct Find {
  Child child{};
};
struct Spawn {
  Child child{};
  bool again = false;  ///< a process of it has run before
};
struct Signal {
  Child child{};
  pid_t pid = 0;
  int number = 0;
};
/// See whether `pid` serves the child's endpoint.
struct Check {
  Child child{};
  pid_t pid = 0;
};
/// One timer a kind and child; arming replaces it.
struct ArmTimer {
  TimerKind kind{};
  Child child{};
  Milliseconds delay{};
};
struct CancelTimer {
  TimerKind kind{};
  Child child{};
};
/// The phase to tell clients from now on.
struct Announce {
  Phase phase{};
};
struct AnswerPing {
  PingToken token;
};
struct Report {
  base::LogLevel level{};
  std::string text;
};
/// Reset the node: one of its daemons found that going on is dangerous.
struct Panic {
  std::string reason;
};
/// End the supervisor, leaving alone what still runs.
struct Exit {
  int code = 0;
};
}  // namespace effect

using Effect = std::variant<effect::Find, effect::Spawn, effect::Signal, effect::Check,
                            effect::ArmTimer, effect::CancelTimer, effect::Announce,
                            effect::AnswerPing, effect::Report, effect::Panic, effect::Exit>;
using Effects = std::vector<Effect>;

struct Settings {
  bool fail_fast = false;     ///< PCMK_fail_fast: a child that dies resets the node
  bool wait_for_sbd = false;  ///< sbd runs and wants to be there first (SBD_SYNC_RESOURCE_STARTUP)
};

class Core {
 public:
  explicit Core(Settings settings) : settings_(settings) {}

  /// `now` is steady time.
  Effects step(const Event& event, Milliseconds now);

  Phase phase() const { return phase_; }
  /// When all children that are not stopped were last seen to answer, on the steady clock; nothing
  /// while none was.
  std::optional<Milliseconds> last_check() const;

 private:
  enum class Life : std::uint8_t {
    kAbsent,    ///< no process; one is being looked for or started
    kPausing,   ///< waits for its next start
    kStarting,  ///< runs, was not seen to answer yet
    kReady,     ///< runs and has answered
    kStopped,   ///< ended for good
  };
  struct State {
    Life life = Life::kAbsent;
    pid_t pid = 0;
    Milliseconds started{};
    int quick_failures = 0;   ///< ends in a row soon after a start
    int starting_checks = 0;  ///< checks since the start
    int misses = 0;           ///< checks in a row without an answer
    bool checking = false;    ///< effect Check is out
    bool stopping = false;    ///< was told to stop
    int failed_stops = 0;     ///< it crashed instead of stopping
    bool finding = false;     ///< effect Find is out
    bool adopted = false;     ///< it was running before the supervisor, and is still that one
    bool ran_before = false;
    bool ever_ready = false;  ///< or was running before the supervisor
    std::optional<Milliseconds> answered;
  };

  void on(const event::Started& event);
  void on(const event::Found& event);
  void on(const event::NotFound& event);
  void on(const event::Spawned& event);
  void on(const event::SpawnFailed& event);
  void on(const event::Ended& event);
  void on(const event::Answered& event);
  void on(const event::Silent& event);
  void on(const event::TimerFired& event);
  void on(const event::Pinged& event);
  void on(const event::SbdLeft& event);
  void on(const event::StopRequested& event);
  void on(const event::ClusterLost& event);

  State& of(Child child) { return states_[static_cast<std::size_t>(child)]; }
  static bool alive(const State& state) {
    return state.life == Life::kStarting || state.life == Life::kReady;
  }
  void find_all();
  void begin(Child child, pid_t pid);
  void start(Child child);
  void start_again(Child child);
  void check(Child child);
  void became_ready(Child child);
  void begin_stop(int exit_code);
  void stop_next();
  void tell_to_stop(Child child);
  bool stop_waits_for(Child child);
  void ended_during_stop(Child child, const ExitStatus& status);
  void answer_pings();
  void announce(Phase phase);
  void report(base::LogLevel level, std::string text);
  template <typename T>
  void emit(T effect) {
    effects_.emplace_back(std::in_place_type<T>, std::move(effect));
  }

  Settings settings_;
  Phase phase_ = Phase::kInit;
  std::array<State, kChildren.size()> states_;
  std::vector<PingToken> pings_;
  bool sbd_watches_ = false;
  bool stopping_ = false;
  int exit_code_ = 0;
  Milliseconds now_{};
  Effects effects_;
};

/// "exited with status 1", "was ended by signal 9".
std::string describe(const ExitStatus& status);

}  // namespace systole::supervisor
