#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lib/base/ids.h"
#include "lib/base/result.h"
#include "lib/ipc/frame.h"
#include "lib/ipc/qb_poll_handlers.h"

namespace systole::daemon {
class EventLoop;
}

namespace systole::ipc {

/// One connection of one client to one server; never used again in a process.
using ConnectionId = base::Id<struct ConnectionTag, std::uint64_t>;

/// Who is at the other end, as the kernel tells it.
struct Peer {
  ConnectionId connection;
  std::string uuid;  ///< names this connection on the wire (cib_clientid and the like)
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
  std::string user;         ///< name of `uid`
  bool privileged = false;  ///< root or hacluster
};

/// A libqb IPC service of this process. Bad frames, clients that die in mid-request and clients
/// that do not read cost that client its connection and nobody else anything.
///
/// Everything here belongs to the loop's thread. Handlers may call any member, also disconnect()
/// of the connection they are called for. Handlers are not called any more once the server's
/// destruction has begun.
class Server {
 public:
  struct Handlers {
    /// A client has connected. A connection that closes without any message is a health check.
    std::function<void(const Peer&)> on_connect;
    /// A request has come. When it expects_response(), respond() must be called for its id exactly
    /// once, now or later; when not, nothing may go to the response channel.
    std::function<void(const Peer&, Message)> on_request;
    /// The connection is gone. Requests that the client had written before it left were delivered.
    std::function<void(const Peer&)> on_disconnect;
  };

  struct Limits {
    /// What a client that does not read may let wait before it is disconnected.
    std::size_t backlog_bytes_max = std::size_t{32} << 20;
    /// Connections of one user at a time: each costs descriptors and shared memory, which root's
    /// and the daemons' own connections need as well.
    std::size_t connections_per_user_max = 256;
    std::size_t connections_per_privileged_user_max = 4096;
    /// Of the whole thread, which serves several endpoints; of the server that was started last.
    HandshakeLimits handshake = {};
  };

  /// Serves `name` from now on, to those of whom may_connect() (lib/ipc/credentials.h) is true; the
  /// others get EACCES. kExists when another process (or server) serves it already.
  static Result<std::unique_ptr<Server>> start(daemon::EventLoop& loop, std::string_view name,
                                               Handlers handlers, Limits limits);
  static Result<std::unique_ptr<Server>> start(daemon::EventLoop& loop, std::string_view name,
                                               Handlers handlers);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Answers request `request_id` on the response channel. kNotConnected when the client has gone,
  /// kInvalidArgument when that request waits for no response, kTooLarge when the text does not fit
  /// the client's buffer even compressed (the request is then still unanswered).
  Result<void> respond(ConnectionId connection, std::int32_t request_id, std::string_view text);

  /// Sends an event; it waits when the client is behind. A waiting event with the same non-empty
  /// `replace_key` is replaced. Errors as of respond().
  Result<void> send_event(ConnectionId connection, std::string_view text,
                          std::string_view replace_key = {});

  /// The same event to several clients, prepared once. Those that are gone are skipped.
  void broadcast(const std::vector<ConnectionId>& connections, std::string_view text,
                 std::string_view replace_key = {});

  /// Ends a connection, after the handler that is running. Nothing more is delivered from it.
  void disconnect(ConnectionId connection, std::string_view reason);

  /// The peer of an open connection, or nullptr.
  const Peer* peer(ConnectionId connection) const;

  std::vector<ConnectionId> connections() const;
  const std::string& name() const;

  class Impl;

 private:
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace systole::ipc
