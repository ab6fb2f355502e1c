#pragma once

#include <array>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "crmd/core/effect.h"
#include "crmd/shell/cib_protocol.h"
#include "crmd/shell/cib_transport.h"
#include "crmd/shell/endpoint_context.h"
#include "crmd/shell/remote_server.h"
#include "lib/base/result.h"
#include "lib/ipc/server.h"

namespace systole::crmd {

/// Serves the CIB to clients under its three names, which differ in one thing: cib_ro takes no
/// changes; and to clients on other machines, when the CIB names ports for them.
class CibEndpoint {
 public:
  static base::Result<std::unique_ptr<CibEndpoint>> start(EndpointContext& context);

  void reply(const effect::ReplyCib& reply);
  void notify(const effect::NotifyCib& change);

  /// Listens for clients on other machines where the CIB says so by now.
  void follow_ports();

 private:
  struct Client {
    std::string name;
    std::string user;
    bool wants_diffs = false;
    bool wants_refreshes = false;
  };
  struct Service {
    bool read_only = false;
    std::unique_ptr<CibTransport> server;
    std::map<ipc::ConnectionId, Client> clients;
  };
  /// Where an answer goes.
  struct Return {
    Service* service = nullptr;
    ipc::ConnectionId connection;
    std::int32_t request = 0;
    bool as_response = false;
    bool discarded = false;
    CibCallHead head;
  };

  explicit CibEndpoint(EndpointContext& context);

  base::Result<void> open(Service& service, const std::string& name);
  void on_request(Service& service, const ipc::Peer& peer, const ipc::Message& message);
  void on_disconnect(Service& service, const ipc::Peer& peer);
  void on_subscription(Service& service, const ipc::Peer& peer, const ipc::Message& message,
                       const CibSubscription& subscription);
  void on_operation(Service& service, const ipc::Peer& peer, const ipc::Message& message,
                    CibOperation operation);
  /// Answers what concerns the daemon and not the document; nothing for any other operation.
  std::optional<CibAnswer> answer_here(const Service& service, const CibOperation& operation) const;
  /// Whether the node `host` has the replica.
  bool can_answer(const std::string& host) const;
  void send(const Return& to, const CibAnswer& answer);
  static void send_text(const Return& to, const std::string& text);

  EndpointContext& context_;
  /// The three names, and the clients on other machines.
  std::array<Service, 4> services_;
  RemoteServer* remote_ = nullptr;  ///< of the last of them
  std::map<CallToken, Return> calls_;
};

}  // namespace systole::crmd
