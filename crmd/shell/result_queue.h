#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>

#include "crmd/core/event.h"
#include "crmd/shell/agent_catalogue.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd {

/// Results on their way from the executor to the controller. Each waits until the traits of its
/// agent are known, and none overtakes another: the controller takes a result with a smaller
/// receipt than the last one for a repetition.
class ResultQueue {
 public:
  using Out = std::function<void(event::OperationFinished)>;
  /// AgentCatalogue::when_known().
  using WhenKnown = std::function<void(const ocf::AgentName&, AgentCatalogue::Known)>;

  /// An agent that does not tell its metadata for this long holds up nobody's results any more;
  /// they are recorded without.
  static constexpr std::chrono::seconds kPatience{3};

  /// `loop` outlives this.
  ResultQueue(daemon::EventLoop& loop, WhenKnown when_known, Out out)
      : loop_(loop), when_known_(std::move(when_known)), out_(std::move(out)) {}

  void push(event::OperationFinished finished);

  bool empty() const { return slots_.empty(); }

 private:
  struct Slot {
    event::OperationFinished finished;
    bool ready = false;
  };

  void flush();
  void give_up_first();

  daemon::EventLoop& loop_;
  WhenKnown when_known_;
  Out out_;
  std::deque<std::shared_ptr<Slot>> slots_;
  bool flushing_ = false;
  daemon::Timer patience_;
};

}  // namespace systole::crmd
