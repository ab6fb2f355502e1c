#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "crmd/core/effect.h"
#include "crmd/shell/controller_protocol.h"
#include "crmd/shell/endpoint_context.h"
#include "lib/base/result.h"
#include "lib/ipc/server.h"

namespace systole::crmd {

/// Serves questions about nodes and requests about single resources to clients (crmd). Tools take
/// its presence for the sign that the node is ready.
class ControllerEndpoint {
 public:
  /// `wall_seconds` reads the clock for answers.
  static base::Result<std::unique_ptr<ControllerEndpoint>> start(
      EndpointContext& context, std::function<std::int64_t()> wall_seconds);

  void reply(const effect::ReplyResource& reply);
  void reply(const effect::ReplyPing& reply);

 private:
  struct Return {
    ipc::ConnectionId connection;
    std::string client_id;
    ControllerCall call;
  };

  ControllerEndpoint(EndpointContext& context, std::function<std::int64_t()> wall_seconds)
      : context_(context), wall_seconds_(std::move(wall_seconds)) {}

  void on_request(const ipc::Peer& peer, const ipc::Message& message);
  void on_call(const ipc::Peer& peer, ControllerCall call);
  void on_resource(const ipc::Peer& peer, ControllerCall call);
  std::string node_info(const ControllerCall& call) const;
  std::string node_list() const;
  void send(const ipc::Peer& peer, const ControllerCall& call, const std::string& data);
  void send_resource_answer(ipc::ConnectionId connection, const std::string& client_id,
                            const ResourceRequest& request, const ResourceAnswer& answer);
  /// Takes the call of `token` out of those that wait; false when its client has gone.
  bool take(CallToken token, Return& out);

  EndpointContext& context_;
  std::function<std::int64_t()> wall_seconds_;
  std::unique_ptr<ipc::Server> server_;
  std::map<CallToken, Return> calls_;
  std::uint64_t answers_ = 0;
};

}  // namespace systole::crmd
