#pragma once

#include <map>
#include <memory>
#include <optional>

#include "crmd/core/effect.h"
#include "crmd/shell/acknowledgement.h"
#include "crmd/shell/attribute_protocol.h"
#include "crmd/shell/endpoint_context.h"
#include "lib/base/result.h"
#include "lib/ipc/server.h"

namespace systole::crmd {

/// Serves node attributes to clients (attrd).
class AttributeEndpoint {
 public:
  static base::Result<std::unique_ptr<AttributeEndpoint>> start(EndpointContext& context);

  void reply(const effect::ReplyAttributes& reply);

 private:
  struct Return {
    ipc::ConnectionId connection;
    std::int32_t request = 0;
    bool as_response = false;
  };

  explicit AttributeEndpoint(EndpointContext& context) : context_(context) {}

  void on_request(const ipc::Peer& peer, const ipc::Message& message);
  /// How the changes are refused, if they are.
  std::optional<AckStatus> refusal_of(const ipc::Message& message,
                                      const AttributeChanges& changes) const;
  void on_changes(const ipc::Peer& peer, AttributeChanges changes);
  void acknowledge(const ipc::Peer& peer, const ipc::Message& message, std::string_view text);

  EndpointContext& context_;
  std::unique_ptr<ipc::Server> server_;
  std::map<CallToken, Return> calls_;
};

}  // namespace systole::crmd
