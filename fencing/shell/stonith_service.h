#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "fencing/core/state.h"
#include "fencing/shell/replies.h"
#include "lib/ipc/server.h"
#include "lib/xml/element.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::fencing {

/// The IPC endpoint `stonith-ng`: turns clients' requests into events of the core and the core's
/// effects into replies and notifications.
class StonithService {
 public:
  using Feed = std::function<void(Event)>;
  /// Whether a user may have a node fenced; see may_fence().
  using Permit = std::function<bool(const std::string& user, std::string_view target)>;

  /// `state` and what `feed` and `permit` reach outlive this.
  StonithService(const State& state, Feed feed, Permit permit)
      : state_(state), feed_(std::move(feed)), permit_(std::move(permit)) {}

  /// Begins to serve. kExists when another fencer of this node does.
  base::Result<void> start(daemon::EventLoop& loop);

  // The core's effects that are for clients.
  void apply(const FenceReply& effect);
  void apply(const FenceTimeout& effect);
  void apply(const ExecReply& effect);
  void apply(const QueryReply& effect);
  void apply(const CleanupReply& effect);
  void apply(const FenceNotice& effect);
  void apply(const HistoryNotice& effect);
  void apply(const DeviceNotice& effect);
  void apply(const LevelNotice& effect);

 private:
  struct Client {
    std::string name;
    std::set<std::string> subscriptions;
  };
  /// A request that waits for its reply.
  struct Pending {
    ipc::ConnectionId connection;
    std::int32_t request_id = 0;
    bool expects_response = false;
    RequestFrame frame;
    std::string user;  ///< who asks; empty for one who may do all
    std::string target;
    Action action = Action::kOff;
  };
  using Handler = void (StonithService::*)(Pending&&, xml::Element);
  struct Operation {
    std::string_view name;
    bool privileged;
    Handler handler;
  };
  static const std::vector<Operation>& operations();

  void on_request(const ipc::Peer& peer, const ipc::Message& message);
  void on_command(const ipc::Peer& peer, const ipc::Message& message, xml::Element request);
  void on_register(const ipc::Peer& peer, const ipc::Message& message, xml::Element request);
  void on_subscribe(const ipc::Peer& peer, const ipc::Message& message, xml::Element request);

  void register_device(Pending&& pending, xml::Element request);
  void remove_device(Pending&& pending, xml::Element request);
  void add_level(Pending&& pending, xml::Element request);
  void remove_level(Pending&& pending, xml::Element request);
  void query(Pending&& pending, xml::Element request);
  void execute(Pending&& pending, xml::Element request);
  void fence(Pending&& pending, xml::Element request);
  void history(Pending&& pending, xml::Element request);

  Token keep(Pending pending);
  /// Whether who asks may do this to `target`; if not, it has been answered.
  bool permitted(const Pending& pending, std::string_view target);
  std::string resolve_target(xml::Element request, std::string target) const;
  void refuse(const Pending& pending, std::string reason, int code);
  void reply(const Pending& pending, const ActionResult& result);
  void send(const Pending& pending, const xml::Document& reply);
  void notify(const std::string& kind, const xml::Document& notification);

  const State& state_;
  Feed feed_;
  Permit permit_;
  std::unique_ptr<ipc::Server> server_;
  std::map<ipc::ConnectionId, Client> clients_;
  std::map<Token, Pending> pending_;
  std::uint64_t last_token_ = 0;
  ActionResult last_notice_;  ///< of the device or level that is just being changed
};

/// A new name for an operation, unique over the cluster and all time.
std::string make_unique_id();

}  // namespace systole::fencing
