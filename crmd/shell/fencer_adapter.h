#pragma once

#include <functional>
#include <map>

#include "crmd/core/effect.h"
#include "crmd/core/event.h"
#include "lib/client/fencer_client.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::crmd {

/// The fencer of this node: effects become its requests, what it tells becomes events. A request
/// that was under way when the fencer was lost is asked again; it is never taken for done.
class FencerAdapter {
 public:
  using Deliver = std::function<void(Event)>;

  /// `loop` outlives this.
  FencerAdapter(daemon::EventLoop& loop, Deliver deliver);

  void start() { client_.start(); }

  void fence(const effect::Fence& request);

 private:
  void ask(const effect::Fence& request);
  void on_connected();
  void on_fence(const client::FenceEvent& fencing);

  Deliver deliver_;
  std::map<FenceToken, effect::Fence> requests_;  ///< unanswered
  client::FencerClient client_;                   ///< last: its callbacks use the others
};

}  // namespace systole::crmd
