#include "lib/ipc/server.h"

#include <qb/qbipcs.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <limits>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "lib/base/check.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/daemon/event_loop.h"
#include "lib/ipc/credentials.h"
#include "lib/ipc/qb_poll_handlers.h"
#include "lib/ipc/send_queue.h"

namespace systole::ipc {

using base::cat;
using base::log;
using base::LogLevel;

namespace {

// A full ring gives no sign when it has room again, so that it is tried again: soon, since a live
// client reads at once, then ever more rarely, so that a stopped one costs next to nothing.
constexpr std::chrono::milliseconds kRetryFirst{2};
constexpr std::chrono::milliseconds kRetryMax{500};

std::string random_uuid() {
  std::array<unsigned char, 16> bytes{};
  CHECK(getrandom(bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3f) | 0x80);
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(kDigits[bytes[i] >> 4]);
    text.push_back(kDigits[bytes[i] & 0xf]);
  }
  return text;
}

enum class Channel { kResponse, kEvent };

struct Connection {
  qb_ipcs_connection_t* qb = nullptr;
  Peer peer;
  bool ending = false;
  std::unordered_set<std::int32_t> unanswered;
  SendQueue responses;
  SendQueue events;
  daemon::Timer retry;
  std::chrono::milliseconds retry_delay = kRetryFirst;

  explicit Connection(std::size_t backlog_bytes_max)
      : responses(backlog_bytes_max), events(backlog_bytes_max) {}
};

std::string describe(const Peer& peer) {
  return cat("process ", peer.pid, " of user ", peer.user);
}

}  // namespace

class Server::Impl {
 public:
  Impl(daemon::EventLoop& loop, std::string_view name, Handlers handlers, Limits limits)
      : loop_(loop), name_(name), handlers_(std::move(handlers)), limits_(limits) {}
  ~Impl();

  Result<void> start();
  Result<void> respond(ConnectionId id, std::int32_t request_id, std::string_view text);
  Result<void> send_event(ConnectionId id, const Payload& payload, std::string_view replace_key);
  void disconnect(ConnectionId id, std::string_view reason);
  Connection* find(ConnectionId id) const;
  std::vector<ConnectionId> connections() const;
  const std::string& name() const { return name_; }

 private:
  static Impl& of(qb_ipcs_connection_t* qb) {
    return *static_cast<Impl*>(qb_ipcs_connection_service_context_get(qb));
  }
  static std::int32_t accepted(qb_ipcs_connection_t* qb, uid_t uid, gid_t gid);
  static void created(qb_ipcs_connection_t* qb);
  static std::int32_t received(qb_ipcs_connection_t* qb, void* data, std::size_t size);
  static std::int32_t closed(qb_ipcs_connection_t* qb);
  static void destroyed(qb_ipcs_connection_t* qb);

  Result<void> admit(uid_t uid, gid_t gid) const;
  void receive(Connection& connection, const void* data, std::size_t size);
  void reject(Connection& connection, const Error& error);
  Result<void> send(Connection& connection, Channel channel, SendQueue::Item item);
  Result<bool> try_send(Connection& connection, Channel channel, const SendQueue::Item& item);
  void retry_later(Connection& connection);
  void flush(ConnectionId id);

  daemon::EventLoop& loop_;
  std::string name_;
  Handlers handlers_;
  Limits limits_;
  qb_ipcs_service_t* service_ = nullptr;
  bool stopping_ = false;
  bool told_of_refusal_ = false;
  std::uint64_t next_connection_ = 1;
  std::int32_t next_event_ = 1;
  std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
  // Posted work must find out that the server is gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

Server::Impl::~Impl() {
  *alive_ = false;
  stopping_ = true;
  if (service_ == nullptr) return;
  end_handshakes(service_);
  qb_ipcs_destroy(service_);
}

Result<void> Server::Impl::start() {
  qb_ipcs_service_handlers handlers = {.connection_accept = accepted,
                                       .connection_created = created,
                                       .msg_process = received,
                                       .connection_closed = closed,
                                       .connection_destroyed = destroyed};
  qb_ipcs_service_t* service = qb_ipcs_create(name_.c_str(), 0, QB_IPC_SHM, &handlers);
  if (service == nullptr) return Error{Errc::kIo, cat("cannot create IPC service ", name_)};
  qb_ipcs_service_context_set(service, this);
  use_event_loop(service, loop_, limits_.handshake);
  qb_ipcs_enforce_buffer_size(service, static_cast<std::uint32_t>(default_buffer_size()));
  const int rc = qb_ipcs_run(service);
  if (rc == -EADDRINUSE) {
    return Error{Errc::kExists, cat("IPC service ", name_, " is served already")};
  }
  if (rc < 0) {
    return Error{Errc::kIo, cat("cannot serve IPC ", name_, ": ", std::strerror(-rc))};
  }
  // One request at each call of libqb; how many calls there are is up to our poll handlers.
  qb_ipcs_request_rate_limit(service, QB_IPCS_RATE_SLOW);
  service_ = service;
  return {};
}

Result<void> Server::Impl::admit(uid_t uid, gid_t gid) const {
  // Either are allowed: what libqb tells are the real ids, what the socket tells the effective
  // ones, and it is with these that the client opens its rings.
  const std::optional<Credentials>& client = handshake_client();
  if (!is_daemon(uid, gid) && !(client && may_connect(*client))) {
    return Error{Errc::kPermission, cat("neither privileged nor of group ", kDaemonGroup)};
  }
  const std::size_t most = is_privileged(uid) || uid == geteuid()
                               ? limits_.connections_per_privileged_user_max
                               : limits_.connections_per_user_max;
  const auto held = static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(),
                    [uid](const auto& entry) { return entry.second->peer.uid == uid; }));
  if (held >= most) return Error{Errc::kBusy, cat("has ", held, " connections already")};
  return {};
}

std::int32_t Server::Impl::accepted(qb_ipcs_connection_t* qb, uid_t uid, gid_t gid) {
  Impl& self = of(qb);
  if (self.stopping_) return -EPERM;
  // The mode of the rings would keep strangers out as well, but only once they have been made, and
  // a client that goes on asking had all descriptors of a daemon that others depend on.
  if (auto admitted = self.admit(uid, gid); !admitted) {
    // Once: who is refused could go on and fill the log.
    log(std::exchange(self.told_of_refusal_, true) ? LogLevel::kDebug : LogLevel::kWarning, "IPC ",
        self.name_, ": refused a client of user ", uid, ": ", admitted.error().message);
    return admitted.error().code == Errc::kPermission ? -EACCES : -EAGAIN;
  }
  // libqb gives every client the rings it asks for, out of memory that all share.
  const auto wanted = static_cast<std::uint32_t>(qb_ipcs_connection_get_buffer_size(qb));
  if (wanted > kBufferSizeMax) {
    log(LogLevel::kWarning, "IPC ", self.name_, ": refused a client of user ", uid,
        " that asks for buffers of ", wanted, " bytes");
    return -EMSGSIZE;
  }
  // The rings' owner and mode are the authorisation: members of the daemons' group can open them,
  // root can open anything.
  if (uid != 0 && daemon_gid().has_value()) {
    qb_ipcs_connection_auth_set(qb, static_cast<uid_t>(-1), *daemon_gid(),
                                S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP);
  }
  auto connection = std::make_unique<Connection>(self.limits_.backlog_bytes_max);
  connection->qb = qb;
  const ConnectionId id(self.next_connection_++);
  connection->peer = Peer{.connection = id,
                          .uuid = random_uuid(),
                          .pid = 0,
                          .uid = uid,
                          .gid = gid,
                          .user = user_name(uid),
                          .privileged = is_privileged(uid)};
  qb_ipcs_context_set(qb, connection.get());
  self.connections_.emplace(id, std::move(connection));
  return 0;
}

void Server::Impl::created(qb_ipcs_connection_t* qb) {
  Impl& self = of(qb);
  auto* connection = static_cast<Connection*>(qb_ipcs_context_get(qb));
  if (connection == nullptr || self.stopping_) return;
  qb_ipcs_connection_stats stats = {};
  if (qb_ipcs_connection_stats_get(qb, &stats, 0) == 0) connection->peer.pid = stats.client_pid;
  if (self.handlers_.on_connect) self.handlers_.on_connect(connection->peer);
}

std::int32_t Server::Impl::received(qb_ipcs_connection_t* qb, void* data, std::size_t size) {
  Impl& self = of(qb);
  auto* connection = static_cast<Connection*>(qb_ipcs_context_get(qb));
  if (connection == nullptr || connection->ending || self.stopping_) return 0;
  self.receive(*connection, data, size);
  return 0;
}

void Server::Impl::receive(Connection& connection, const void* data, std::size_t size) {
  // libqb takes the size from the client's header, and the client can still write the memory. So
  // the size is bounded by the ring, which is mapped twice in a row, and the frame is copied before
  // any of it is believed.
  const auto ring = qb_ipcs_connection_get_buffer_size(connection.qb);
  if (size < kFrameHeaderSize || ring <= 0 || size > static_cast<std::size_t>(ring)) {
    reject(connection, Error{Errc::kProtocol,
                             cat("malformed message: size ", static_cast<std::int32_t>(size))});
    return;
  }
  const std::string frame(static_cast<const char*>(data), size);
  auto message = parse_frame(frame);
  if (!message) {
    reject(connection, message.error());
    return;
  }
  if (message->expects_response()) connection.unanswered.insert(message->id);
  if (handlers_.on_request) handlers_.on_request(connection.peer, std::move(*message));
}

void Server::Impl::reject(Connection& connection, const Error& error) {
  const std::string client = describe(connection.peer);
  if (error.code == Errc::kVersion) {
    // A newer client finds out by itself that it is not understood.
    log(LogLevel::kWarning, "IPC ", name_, ": ", error.message, " from ", client, ", ignoring");
    return;
  }
  disconnect(connection.peer.connection, error.message);
}

std::int32_t Server::Impl::closed(qb_ipcs_connection_t* qb) {
  Impl& self = of(qb);
  auto* connection = static_cast<Connection*>(qb_ipcs_context_get(qb));
  if (connection == nullptr) return 0;
  qb_ipcs_context_set(qb, nullptr);
  const auto node = self.connections_.extract(connection->peer.connection);
  if (!self.stopping_ && self.handlers_.on_disconnect) {
    self.handlers_.on_disconnect(connection->peer);
  }
  return 0;
}

void Server::Impl::destroyed(qb_ipcs_connection_t* qb) {
  // A connection that was accepted but never completed is only destroyed, not closed.
  auto* connection = static_cast<Connection*>(qb_ipcs_context_get(qb));
  if (connection == nullptr) return;
  qb_ipcs_context_set(qb, nullptr);
  of(qb).connections_.erase(connection->peer.connection);
}

Connection* Server::Impl::find(ConnectionId id) const {
  const auto found = connections_.find(id);
  if (found == connections_.end() || found->second->ending) return nullptr;
  return found->second.get();
}

std::vector<ConnectionId> Server::Impl::connections() const {
  std::vector<ConnectionId> ids;
  for (const auto& [id, connection] : connections_) {
    if (!connection->ending) ids.push_back(id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Result<void> Server::Impl::respond(ConnectionId id, std::int32_t request_id,
                                   std::string_view text) {
  Connection* connection = find(id);
  if (connection == nullptr) return Error{Errc::kNotConnected, "the client has disconnected"};
  if (!connection->unanswered.contains(request_id)) {
    return Error{Errc::kInvalidArgument, cat("request ", request_id, " of ",
                                             describe(connection->peer), " waits for no response")};
  }
  auto payload = make_payload(text, default_buffer_size());
  if (!payload) return payload.error();
  auto sent = send(*connection, Channel::kResponse,
                   {.header = make_header(request_id, kServerFree, *payload),
                    .payload = std::move(*payload),
                    .replace_key = {}});
  if (sent.ok()) connection->unanswered.erase(request_id);
  return sent;
}

Result<void> Server::Impl::send_event(ConnectionId id, const Payload& payload,
                                      std::string_view replace_key) {
  Connection* connection = find(id);
  if (connection == nullptr) return Error{Errc::kNotConnected, "the client has disconnected"};
  const std::int32_t event = next_event_;
  next_event_ = next_event_ == std::numeric_limits<std::int32_t>::max() ? 1 : next_event_ + 1;
  return send(*connection, Channel::kEvent,
              {.header = make_header(event, kEvent | kServerFree, payload),
               .payload = payload,
               .replace_key = std::string(replace_key)});
}

Result<void> Server::Impl::send(Connection& connection, Channel channel, SendQueue::Item item) {
  SendQueue& queue = channel == Channel::kEvent ? connection.events : connection.responses;
  if (queue.empty()) {
    const auto sent = try_send(connection, channel, item);
    if (!sent) return sent.error();
    if (*sent) return {};
  }
  if (!queue.push(std::move(item))) {
    const std::string reason = cat("the client does not read; ", queue.count(), " messages of ",
                                   queue.bytes(), " bytes were waiting");
    disconnect(connection.peer.connection, reason);
    return Error{Errc::kNotConnected, reason};
  }
  retry_later(connection);
  return {};
}

Result<bool> Server::Impl::try_send(Connection& connection, Channel channel,
                                    const SendQueue::Item& item) {
  const iovec pieces[] = {
      {const_cast<char*>(item.header.data()), item.header.size()},
      {const_cast<char*>(item.payload.bytes->data()), item.payload.bytes->size()}};
  const auto rc = channel == Channel::kEvent
                      ? qb_ipcs_event_sendv(connection.qb, pieces, std::size(pieces))
                      : qb_ipcs_response_sendv(connection.qb, pieces, std::size(pieces));
  if (rc >= 0) return true;
  if (rc == -EAGAIN || rc == -ENOBUFS) return false;
  if (rc == -EMSGSIZE) {
    return Error{Errc::kTooLarge,
                 cat("a message of ", item.payload.frame_size(),
                     " bytes does not fit the buffer of ", describe(connection.peer))};
  }
  return Error{Errc::kNotConnected, cat("cannot send to ", describe(connection.peer), ": ",
                                        std::strerror(static_cast<int>(-rc)))};
}

void Server::Impl::retry_later(Connection& connection) {
  if (connection.retry.pending()) return;
  const ConnectionId id = connection.peer.connection;
  connection.retry = loop_.call_after(connection.retry_delay, [this, alive = alive_, id] {
    if (*alive) flush(id);
  });
}

void Server::Impl::flush(ConnectionId id) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  const auto sender = [this, connection](Channel channel) {
    return [this, connection, channel](const SendQueue::Item& item) {
      auto sent = try_send(*connection, channel, item);
      if (!sent && sent.error().code == Errc::kTooLarge) {
        log(LogLevel::kError, "IPC ", name_, ": ", sent.error().message, ", dropping it");
      }
      return sent;
    };
  };
  const auto responses = connection->responses.flush(sender(Channel::kResponse));
  const auto events = connection->events.flush(sender(Channel::kEvent));
  if (connection->responses.empty() && connection->events.empty()) {
    connection->retry_delay = kRetryFirst;
    return;
  }
  connection->retry_delay =
      responses + events > 0 ? kRetryFirst : std::min(connection->retry_delay * 2, kRetryMax);
  retry_later(*connection);
}

void Server::Impl::disconnect(ConnectionId id, std::string_view reason) {
  Connection* connection = find(id);
  if (connection == nullptr) return;
  log(LogLevel::kWarning, "IPC ", name_, ": disconnecting ", describe(connection->peer), ": ",
      reason);
  connection->ending = true;
  // libqb may be working on this very connection further up the stack.
  loop_.post([this, alive = alive_, id] {
    if (!*alive) return;
    const auto found = connections_.find(id);
    if (found != connections_.end()) qb_ipcs_disconnect(found->second->qb);
  });
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(daemon::EventLoop& loop, std::string_view name,
                                              Handlers handlers) {
  return start(loop, name, std::move(handlers), Limits());
}

Result<std::unique_ptr<Server>> Server::start(daemon::EventLoop& loop, std::string_view name,
                                              Handlers handlers, Limits limits) {
  auto impl = std::make_unique<Impl>(loop, name, std::move(handlers), limits);
  auto started = impl->start();
  if (!started) return started.error();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Result<void> Server::respond(ConnectionId connection, std::int32_t request_id,
                             std::string_view text) {
  return impl_->respond(connection, request_id, text);
}

Result<void> Server::send_event(ConnectionId connection, std::string_view text,
                                std::string_view replace_key) {
  const auto payload = make_payload(text, default_buffer_size());
  if (!payload) return payload.error();
  return impl_->send_event(connection, *payload, replace_key);
}

void Server::broadcast(const std::vector<ConnectionId>& connections, std::string_view text,
                       std::string_view replace_key) {
  if (connections.empty()) return;
  const auto payload = make_payload(text, default_buffer_size());
  if (!payload) {
    log(LogLevel::kError, "IPC ", name(), ": cannot notify clients: ", payload.error().message);
    return;
  }
  for (const ConnectionId id : connections) {
    const auto sent = impl_->send_event(id, *payload, replace_key);
    if (!sent && sent.error().code != Errc::kNotConnected) {
      log(LogLevel::kError, "IPC ", name(), ": ", sent.error().message, ", dropping it");
    }
  }
}

void Server::disconnect(ConnectionId connection, std::string_view reason) {
  impl_->disconnect(connection, reason);
}

const Peer* Server::peer(ConnectionId connection) const {
  const Connection* found = impl_->find(connection);
  return found != nullptr ? &found->peer : nullptr;
}

std::vector<ConnectionId> Server::connections() const {
  return impl_->connections();
}

const std::string& Server::name() const {
  return impl_->name();
}

}  // namespace systole::ipc
