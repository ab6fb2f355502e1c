#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "agents/executor/core/effect.h"
#include "agents/executor/core/event.h"
#include "agents/executor/core/state.h"
#include "lib/base/result.h"
#include "lib/ipc/server.h"
#include "lib/xml/document.h"

namespace systole::executor {

/// An alert agent to be run, as clients ask for it. Nobody is told what comes of it.
struct Alert {
  std::string id{};
  std::string path{};
  Milliseconds timeout{0};
  std::vector<Parameter> environment{};
};

/// The endpoint `lrmd`: turns requests into events of the core, and effects into messages.
class Endpoint {
 public:
  /// What the endpoint needs of the executor.
  struct Executor {
    std::function<CallId()> take_call;
    std::function<void(const Event&)> feed;
    std::function<const State&()> state;
    std::function<void(const Alert&)> run_alert;
  };

  explicit Endpoint(Executor executor) : executor_(std::move(executor)) {}

  /// Serves from now on. kExists when another executor does.
  base::Result<void> start(daemon::EventLoop& loop, const std::string& name);

  void reply(const Reply& reply);
  void announce(const Announce& announce);
  void deliver(const Deliver& deliver);

 private:
  struct Client {
    std::string name{};
    bool registered = false;
    bool answers_as_events = false;  ///< and it confirms results
  };
  /// A request that is being worked on.
  struct Request {
    ClientId client{};
    std::int32_t id = 0;
    bool expects_response = false;
    std::string async_id{};
    CallId call{};
    std::string op{};
  };

  void on_connect(const ipc::Peer& peer);
  void on_request(const ipc::Peer& peer, const ipc::Message& message);
  void on_disconnect(const ipc::Peer& peer);

  void dispatch(const Request& request, xml::Element command, const ipc::Peer& peer);
  void register_client(const Request& request, xml::Element command, const ipc::Peer& peer);
  void register_resource(const Request& request, xml::Element resource, int options);
  void execute(const Request& request, xml::Element resource, int options);
  void cancel(const Request& request, xml::Element resource);
  void resource_info(const Request& request, xml::Element resource);
  void get_recurring(const Request& request, xml::Element resource);
  void alert(const Request& request, xml::Element call_data);
  void confirm(const Request& request, xml::Element call_data);

  xml::Document reply_document(const Request& request, int rc) const;
  void answer(const Request& request, int rc);
  void answer(const Request& request, const xml::Document& reply);
  std::vector<ipc::ConnectionId> registered(bool answers_as_events) const;
  void tell_all(const std::string& text);

  Executor executor_;
  std::map<ClientId, Client> clients_;
  std::map<CallId, Request> pending_;
  std::unique_ptr<ipc::Server> server_;  // Last: it must go before what its handlers use.
};

}  // namespace systole::executor
