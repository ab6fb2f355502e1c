#pragma once

#include <functional>
#include <map>

#include "crmd/core/timers.h"
#include "crmd/core/types.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd {

/// The controller's timers on the event loop.
class Timers {
 public:
  using Fired = std::function<void(TimerId)>;

  /// `loop` outlives this.
  Timers(daemon::EventLoop& loop, Fired fired) : loop_(loop), fired_(std::move(fired)) {}

  /// Arming one that is armed moves it.
  void arm(TimerId timer, Milliseconds delay);
  void cancel(TimerId timer) { timers_.erase(timer); }

 private:
  daemon::EventLoop& loop_;
  Fired fired_;
  std::map<TimerId, daemon::Timer> timers_;
};

}  // namespace systole::crmd
