#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents/executor/core/effect.h"
#include "agents/executor/core/event.h"
#include "agents/executor/core/state.h"
#include "agents/executor/shell/agent_runner.h"
#include "agents/executor/shell/endpoint.h"
#include "agents/executor/shell/journal.h"
#include "lib/daemon/event_loop.h"
#include "lib/ocf/secrets.h"
#include "lib/process/runner.h"
#include "lib/process/unique_fd.h"

namespace systole::executor {

struct ExecutorOptions {
  /// Of root, on a file system in memory: what is in it survives the process and not the machine.
  std::string state_folder = "/run/systole-executor";
  std::string endpoint = "lrmd";
  std::string keeper_path{};
  std::vector<std::string> environment{};
  std::string working_directory = "/var/lib/pacemaker/cores";
  std::string secrets_folder{ocf::kSecretsFolder};
  ocf::AgentRoots roots{};
};

/// The executor's process: joins the core with the journal, the agents and the endpoint.
class Executor {
 public:
  /// Takes up what an earlier process left in the state folder, then serves the endpoint. Errors:
  /// kExists when another executor uses the folder or the endpoint, kIo, kNoSpace.
  static base::Result<std::unique_ptr<Executor>> start(daemon::EventLoop& loop,
                                                       ExecutorOptions options,
                                                       AgentRunner::Managers managers);
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  /// Calls `ended` when this process may end. Where nobody relies on it, as when the whole node
  /// leaves the cluster, the next one starts with nothing. While an agent runs or a client is
  /// connected, it is as if this process were killed, since a keeper outlives it as well: the next
  /// one takes up what is left here, or the same resource would be started twice at a time.
  void end(std::function<void()> ended);

  const State& state() const { return state_; }

 private:
  Executor(daemon::EventLoop& loop, ExecutorOptions options, AgentRunner::Managers managers);

  base::Result<void> prepare_folder();
  base::Result<void> open_journal();
  void take_up();
  base::Result<void> serve();
  CallId take_number();
  void feed(const Event& event);
  void carry_out(const Effects& effects);
  void record(const base::Result<void>& written);
  void run_alert(const Alert& alert);
  void arm_timer();
  bool relied_on() const { return !state_.runs.empty() || !state_.clients.empty(); }
  void forget_everything();

  void carry_out(const Reply& effect) { endpoint_.reply(effect); }
  void carry_out(const Announce& effect) { endpoint_.announce(effect); }
  void carry_out(const Deliver& effect) { endpoint_.deliver(effect); }
  void carry_out(const StartAgent& effect) { agents_.start(effect); }
  void carry_out(const StopAgent& effect) { agents_.stop(effect.run, effect.abandoned); }
  void carry_out(const Persist& effect) { record(journal_->persist(effect.record)); }
  void carry_out(const Forget& effect) { record(journal_->forget(effect.key)); }

  daemon::EventLoop& loop_;
  ExecutorOptions options_;
  State state_;
  process::UniqueFd lock_;
  std::unique_ptr<Journal> journal_;
  bool journal_fails_ = false;
  AgentRunner agents_;
  process::Runner alerts_;
  std::uint64_t alerts_so_far_ = 0;  ///< of this process
  daemon::Timer timer_;
  daemon::Timer end_;
  Endpoint endpoint_;
};

}  // namespace systole::executor
