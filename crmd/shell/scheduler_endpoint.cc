#include "crmd/shell/scheduler_endpoint.h"

#include <utility>

#include "crmd/shell/acknowledgement.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/ipc/endpoints.h"

namespace systole::crmd {

using base::log;
using base::LogLevel;
using base::Result;

Result<std::unique_ptr<SchedulerEndpoint>> SchedulerEndpoint::start(
    EndpointContext& context, Planner& planner, std::function<std::int64_t()> wall_seconds) {
  std::unique_ptr<SchedulerEndpoint> endpoint(
      new SchedulerEndpoint(planner, std::move(wall_seconds)));
  SchedulerEndpoint* self = endpoint.get();
  ipc::Server::Handlers handlers;
  handlers.on_request = [self](const ipc::Peer& peer, const ipc::Message& message) {
    self->on_request(peer, message);
  };
  auto server = ipc::Server::start(context.loop, context.prefix + ipc::endpoint::kScheduler,
                                   std::move(handlers));
  if (!server) return server.error();
  endpoint->server_ = std::move(*server);
  return endpoint;
}

void SchedulerEndpoint::on_request(const ipc::Peer& peer, const ipc::Message& message) {
  auto call = decode_controller_call(message.text);
  AckStatus status = AckStatus::kIndeterminate;
  if (!call) {
    log(LogLevel::kWarning, "Refused what ", describe(peer),
        " asked of the policy engine: ", call.error().message);
    status = AckStatus::kProtocol;
  } else if (call->task != ControllerTask::kCalculate && call->task != ControllerTask::kHello) {
    log(LogLevel::kWarning, "Refused task '", call->task_name, "' of ", describe(peer),
        ": the policy engine knows no such task");
    status = AckStatus::kInvalid;
  }
  if (message.expects_response()) {
    (void)server_->respond(peer.connection, message.id, acknowledgement(status)).ok();
  }
  if (status != AckStatus::kIndeterminate) return;
  if (call->task == ControllerTask::kHello && !call->hello_is_valid) {
    server_->disconnect(peer.connection, "its hello names no client or no version");
  }
  const bool for_us = call->system_to.empty() || call->system_to == ipc::endpoint::kScheduler;
  if (call->task == ControllerTask::kCalculate && for_us) calculate(peer, std::move(*call));
}

void SchedulerEndpoint::calculate(const ipc::Peer& peer, ControllerCall call) {
  std::string cib = std::exchange(call.input, {});
  planner_.calculate_for_client(
      std::move(cib), wall_seconds_(),
      [server = std::weak_ptr(server_), connection = peer.connection,
       call = std::move(call)](const Planner::Answer& answer) {
        const auto open = server.lock();
        if (!open) return;
        const auto sent = open->send_event(
            connection, encode_calculation(call, answer.saved_input, answer.graph));
        if (!sent && sent.error().code != base::Errc::kNotConnected) {
          log(LogLevel::kError, "A plan cannot be sent: ", sent.error().message);
        }
      });
}

}  // namespace systole::crmd
