#include "crmd/shell/timers.h"

namespace systole::crmd {

void Timers::arm(TimerId timer, Milliseconds delay) {
  timers_[timer] = loop_.call_after(delay, [this, timer] {
    timers_.erase(timer);
    fired_(timer);
  });
}

}  // namespace systole::crmd
