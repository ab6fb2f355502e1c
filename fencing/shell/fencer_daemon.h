#pragma once

#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "fencing/core/step.h"
#include "fencing/shell/agent_runner.h"
#include "fencing/shell/stonith_service.h"
#include "lib/client/cib_watcher.h"
#include "lib/cluster/cluster.h"
#include "lib/daemon/event_loop.h"

namespace systole::fencing {

/// The fencer: the core between Corosync, the CIB, agents and clients.
class FencerDaemon {
 public:
  struct Options {
    std::string agents_folder = "/usr/sbin";
    bool watch_cib = true;
  };

  /// `loop` and `cluster`, which must be started already, outlive this. `failed` is called, once,
  /// when the daemon cannot go on.
  FencerDaemon(daemon::EventLoop& loop, cluster::Cluster& cluster, Options options,
               std::function<void(const base::Error&)> failed);
  ~FencerDaemon();
  FencerDaemon(const FencerDaemon&) = delete;
  FencerDaemon& operator=(const FencerDaemon&) = delete;

  /// Joins the fencers' group. Clients are served once this fencer agrees with the others.
  base::Result<void> start();

  /// Corosync's nodelist has changed.
  void nodes_changed();

  bool serving() const { return serving_; }
  const State& state() const { return state_; }

 private:
  void feed(Event event);
  void apply(Effect& effect);
  void on_view(const cluster::View& view);
  void on_message(const cluster::Member& sender, const std::string& bytes);
  void on_cib(const xml::Document& cib, xml::Element patch);
  void configure(Configuration configuration);
  void describe_agents();
  void serve_when_ready();

  void act(const Multicast& effect);
  void act(const RunAgent& effect) { runner_.run(effect); }
  void act(const KillAgent& effect) { runner_.kill(effect.run); }
  void act(const ArmTimer& effect);
  void act(const CancelTimer& effect) { timers_.erase(effect.timer); }
  void act(const LogLine& effect);
  template <typename ForClients>
  void act(const ForClients& effect) {
    service_.apply(effect);
  }

  daemon::EventLoop& loop_;
  cluster::Cluster& cluster_;
  Options options_;
  std::function<void(const base::Error&)> failed_;
  State state_;
  Configuration from_cib_;
  std::mt19937_64 random_{std::random_device{}()};
  std::map<TimerKey, daemon::Timer> timers_;
  AgentRunner runner_;
  StonithService service_;
  std::unique_ptr<client::CibWatcher> watcher_;
  std::unique_ptr<cluster::Group> group_;
  bool serving_ = false;
};

}  // namespace systole::fencing
