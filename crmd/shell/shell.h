#pragma once

#include <deque>
#include <memory>
#include <string>

#include "crmd/core/controller.h"
#include "crmd/shell/attribute_endpoint.h"
#include "crmd/shell/cib_endpoint.h"
#include "crmd/shell/cluster_adapter.h"
#include "crmd/shell/controller_endpoint.h"
#include "crmd/shell/endpoint_context.h"
#include "crmd/shell/executor_adapter.h"
#include "crmd/shell/fencer_adapter.h"
#include "crmd/shell/persistence.h"
#include "crmd/shell/planner.h"
#include "crmd/shell/scheduler_endpoint.h"
#include "crmd/shell/timers.h"
#include "lib/base/end_code.h"
#include "lib/base/result.h"
#include "lib/cib/schemas.h"
#include "lib/daemon/event_loop.h"

namespace systole::crmd {

/// Where the controller keeps things, and how it begins.
struct Settings {
  std::string cib = "/var/lib/pacemaker/cib";
  std::string plan_inputs = "/var/lib/pacemaker/pengine";
  std::string run = "/run/crm";
  std::string start_state{};  ///< standby or online: what the node becomes at its start
  std::string remote_login = "/usr/lib/pacemaker/systole-remote-login";
};

/// The controller in its process: the state machine between the event loop's adapters. One event is
/// handled at a time, and its effects are carried out before the next one.
class Shell {
 public:
  /// `cluster` is connected and not started; `loop` outlives the shell.
  Shell(daemon::EventLoop& loop, std::unique_ptr<cluster::Cluster> cluster, Settings settings,
        Planner::Calculate calculate);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  /// Loads the CIB, serves the endpoints and joins the group. Errors say what this node lacks.
  base::Result<void> start();

  /// Begins the node's orderly leave; a second request ends the process at once.
  void request_stop();

  /// How the process is to end, once the loop has stopped.
  base::EndCode end_code() const { return end_code_; }

 private:
  void deliver(Event event);
  Now now() const;
  void stop(base::EndCode code);
  void open_when_ready();
  void take_start_state();
  base::Result<event::Started> make_started();

  void carry_out(effect::Multicast effect);
  void carry_out(const effect::ReplyCib& effect);
  void carry_out(const effect::ReplyAttributes& effect);
  void carry_out(const effect::ReplyResource& effect);
  void carry_out(const effect::ReplyPing& effect);
  void carry_out(const effect::NotifyCib& effect);
  void carry_out(const effect::ArmTimer& effect);
  void carry_out(const effect::CancelTimer& effect);
  void carry_out(const effect::Execute& effect);
  void carry_out(const effect::CancelOperation& effect);
  void carry_out(const effect::ForgetResource& effect);
  void carry_out(const effect::ReleaseResult& effect);
  void carry_out(const effect::Fence& effect);
  void carry_out(effect::Persist effect);
  void carry_out(effect::KeepConflict effect);
  void carry_out(const effect::Plan& effect);
  void carry_out(const effect::Alert& effect);
  void carry_out(const effect::Exit& effect);
  void carry_out(const effect::Log& effect);

  daemon::EventLoop& loop_;
  Settings settings_;
  cib::Schemas schemas_;
  Controller controller_;
  std::deque<Event> events_;
  bool stepping_ = false;
  bool stopping_ = false;
  std::uint64_t last_token_ = 0;
  base::EndCode end_code_ = base::EndCode::kOk;

  ClusterAdapter cluster_;
  EndpointContext context_;
  Timers timers_;
  Persistence persistence_;
  Planner planner_;
  ExecutorAdapter executor_;
  FencerAdapter fencer_;
  std::unique_ptr<CibEndpoint> cib_endpoint_;
  std::unique_ptr<AttributeEndpoint> attribute_endpoint_;
  std::unique_ptr<SchedulerEndpoint> scheduler_endpoint_;
  std::unique_ptr<ControllerEndpoint> controller_endpoint_;
};

}  // namespace systole::crmd
