#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "crmd/supervisor/child_command.h"
#include "crmd/supervisor/core.h"
#include "crmd/supervisor/protocol.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/probe.h"
#include "lib/ipc/server.h"

namespace systole::supervisor {

/// Carries out what the core decides: processes, timers, the service `pacemakerd`. Corosync, the
/// signals and the loop's run are the main program's.
class Shell {
 public:
  Shell(daemon::EventLoop& loop, Settings settings, ChildOptions children);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  /// Opens the service; kExists when another supervisor runs on this node.
  base::Result<void> serve(std::string_view service_name);

  void handle(const Event& event);

  /// Set once the supervisor is to end; the loop has been stopped then.
  std::optional<int> exit_code() const { return exit_code_; }
  Phase phase() const { return core_.phase(); }

 private:
  using Clock = std::chrono::steady_clock;
  struct WaitingPing {
    ipc::ConnectionId connection;
    ClientRequest request;
  };

  void apply(const effect::Find& find);
  void apply(const effect::Spawn& spawn);
  void apply(const effect::Signal& signal);
  void apply(const effect::Check& check);
  void apply(const effect::ArmTimer& arm);
  void apply(const effect::CancelTimer& cancel);
  void apply(const effect::Announce& announce);
  void apply(const effect::AnswerPing& answer);
  void apply(const effect::Report& report);
  void apply(const effect::Panic& panic);
  void apply(const effect::Exit& exit);

  void find_by_name(Child child);
  void adopt(Child child, pid_t pid);
  void on_disconnect(const ipc::Peer& peer);
  void on_request(const ipc::Peer& peer, const ipc::Message& message);
  void answer(const ipc::Peer& peer, const ClientRequest& request);
  std::int64_t checked_at() const;

  daemon::EventLoop& loop_;
  ChildOptions children_;
  Core core_;
  std::unique_ptr<ipc::Server> server_;
  std::map<std::pair<TimerKind, Child>, daemon::Timer> timers_;
  std::map<Child, daemon::Watch> processes_;
  std::map<Child, std::unique_ptr<ipc::Probe>> probes_;
  std::map<std::uint64_t, WaitingPing> pings_;
  std::uint64_t next_ping_ = 1;
  std::optional<ipc::ConnectionId> sbd_;  ///< its newest connection
  std::optional<int> exit_code_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace systole::supervisor
