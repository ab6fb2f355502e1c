#pragma once

#include <functional>
#include <memory>

#include "crmd/shell/controller_protocol.h"
#include "crmd/shell/endpoint_context.h"
#include "crmd/shell/planner.h"
#include "lib/base/result.h"
#include "lib/ipc/server.h"

namespace systole::crmd {

/// Serves plans for CIBs that clients bring along (pengine). The controller itself does not use it.
class SchedulerEndpoint {
 public:
  static base::Result<std::unique_ptr<SchedulerEndpoint>> start(
      EndpointContext& context, Planner& planner, std::function<std::int64_t()> wall_seconds);

 private:
  SchedulerEndpoint(Planner& planner, std::function<std::int64_t()> wall_seconds)
      : planner_(planner), wall_seconds_(std::move(wall_seconds)) {}

  void on_request(const ipc::Peer& peer, const ipc::Message& message);
  void calculate(const ipc::Peer& peer, ControllerCall call);

  Planner& planner_;
  std::function<std::int64_t()> wall_seconds_;
  std::shared_ptr<ipc::Server> server_;
};

}  // namespace systole::crmd
