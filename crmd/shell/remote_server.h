#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "crmd/shell/cib_transport.h"
#include "crmd/shell/remote_door.h"
#include "crmd/shell/remote_login.h"
#include "lib/base/log.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/server.h"
#include "lib/remote/connection.h"
#include "lib/remote/tls.h"

namespace systole::crmd {

/// Clients of the CIB on other machines. Whoever connects may send one small message, a login, and
/// has some seconds to do so; only one who was let in is a client. A client that does not read what
/// it is sent is given up.
class RemoteServer final : public CibTransport {
 public:
  struct Handlers {
    /// The message never expects a response: what it is answered goes through send_event().
    std::function<void(const ipc::Peer&, ipc::Message)> on_request;
    std::function<void(const ipc::Peer&)> on_disconnect;
  };

  /// Bounds of what those can take who have not logged in.
  struct Limits {
    std::chrono::milliseconds login_time{10000};
    std::size_t strangers_max = 32;
    std::size_t clients_max = 256;
    std::size_t login_bytes_max = 8192;
  };

  RemoteServer(daemon::EventLoop& loop, std::string login_program, Handlers handlers,
               Limits limits);
  RemoteServer(daemon::EventLoop& loop, std::string login_program, Handlers handlers)
      : RemoteServer(loop, std::move(login_program), std::move(handlers), Limits()) {}
  ~RemoteServer() override;

  /// Listens on these ports, as the configuration names them, and on no others; empty ones are no
  /// wish to listen. Clients of a port that is given up are ended. What cannot be done is logged,
  /// and tried again as long as it is wanted.
  void listen_on(std::string_view tls_port, std::string_view clear_port);

  /// The ports that are listened on; 0 for none.
  std::uint16_t tls_port() const { return tls_door_ ? tls_door_->port() : 0; }
  std::uint16_t clear_port() const { return clear_door_ ? clear_door_->port() : 0; }

  const std::string& name() const override { return name_; }
  base::Result<void> respond(ipc::ConnectionId connection, std::int32_t request,
                             std::string_view text) override;
  base::Result<void> send_event(ipc::ConnectionId connection, std::string_view text) override;
  void broadcast(const std::vector<ipc::ConnectionId>& connections, std::string_view text,
                 std::string_view replace_key) override;

 private:
  enum class Stage { kStranger, kChecked, kClient };
  struct Client {
    std::unique_ptr<remote::Connection> connection;
    ipc::Peer peer;
    std::string address;
    bool encrypted = false;
    Stage stage = Stage::kStranger;
    daemon::Timer deadline;
    daemon::Timer ending;  ///< its door was closed
    daemon::Watch watch;   ///< last: it ends before the socket is closed
  };

  void open_doors();
  std::unique_ptr<RemoteDoor> open_door(const std::string& wanted, bool encrypted);
  /// Ends the clients that came in by it too: who closes it does so to keep them out.
  void close_door(std::unique_ptr<RemoteDoor>& door, bool encrypted);
  void on_accept(process::UniqueFd socket, std::string address, bool encrypted);
  /// Room for one more stranger: nobody else's login has been waited for as long as the one's that
  /// makes room.
  bool make_room();
  void add(ipc::ConnectionId id, Client client);
  void on_ready(ipc::ConnectionId id);
  void on_message(ipc::ConnectionId id, Client& client, std::string text);
  void on_login(ipc::ConnectionId id, Client& client, const std::string& text);
  void on_checked(ipc::ConnectionId id, const std::string& user, const base::Result<void>& verdict);
  void drop(ipc::ConnectionId id, base::LogLevel level, std::string_view why);
  base::Result<void> send_to(ipc::ConnectionId id, std::string_view text,
                             std::string_view replace_key);
  Client* find(ipc::ConnectionId id);

  daemon::EventLoop& loop_;
  std::string name_ = "remote CIB access";
  Handlers handlers_;
  Limits limits_;
  RemoteLogin login_;
  std::shared_ptr<const remote::Tls> tls_;
  std::string wanted_tls_;
  std::string wanted_clear_;
  bool failure_logged_ = false;
  std::map<ipc::ConnectionId, Client> clients_;
  std::uint64_t last_connection_ = 0;
  std::unique_ptr<RemoteDoor> tls_door_;
  std::unique_ptr<RemoteDoor> clear_door_;
  daemon::Timer retry_;
};

}  // namespace systole::crmd
