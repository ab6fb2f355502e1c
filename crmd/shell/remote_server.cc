#include "crmd/shell/remote_server.h"

#include <algorithm>
#include <utility>

#include "crmd/shell/identity.h"
#include "lib/base/log.h"
#include "lib/base/strings.h"
#include "lib/cib/access.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::log;
using base::LogLevel;
using base::Result;

constexpr std::chrono::seconds kDoorRetry{10};
constexpr std::size_t kClientBacklogMax = std::size_t{32} << 20;

}  // namespace

RemoteServer::RemoteServer(daemon::EventLoop& loop, std::string login_program, Handlers handlers,
                           Limits limits)
    : loop_(loop),
      handlers_(std::move(handlers)),
      limits_(limits),
      login_(loop, std::move(login_program)) {}

RemoteServer::~RemoteServer() = default;

void RemoteServer::listen_on(std::string_view tls_port, std::string_view clear_port) {
  if (tls_port == wanted_tls_ && clear_port == wanted_clear_) return;
  // One port may be to become the other: both are closed before any is opened.
  if (tls_port != wanted_tls_) close_door(tls_door_, true);
  if (clear_port != wanted_clear_) close_door(clear_door_, false);
  wanted_tls_ = tls_port;
  wanted_clear_ = clear_port;
  failure_logged_ = false;
  open_doors();
}

void RemoteServer::close_door(std::unique_ptr<RemoteDoor>& door, bool encrypted) {
  door.reset();
  for (auto& [id, client] : clients_) {
    if (client.encrypted != encrypted) continue;
    // Soon: it may be this client's own request that closes the door, and that is still being
    // worked on.
    client.ending = loop_.call_after(std::chrono::milliseconds(0), [this, id = id] {
      drop(id, LogLevel::kNotice, "its port is not to be used any more");
    });
  }
}

void RemoteServer::open_doors() {
  if (!tls_door_) tls_door_ = open_door(wanted_tls_, true);
  if (!clear_door_) clear_door_ = open_door(wanted_clear_, false);
  const bool missing =
      (!tls_door_ && !wanted_tls_.empty()) || (!clear_door_ && !wanted_clear_.empty());
  failure_logged_ = missing;
  retry_.cancel();
  if (missing) retry_ = loop_.call_after(kDoorRetry, [this] { open_doors(); });
}

std::unique_ptr<RemoteDoor> RemoteServer::open_door(const std::string& wanted, bool encrypted) {
  if (wanted.empty()) return nullptr;
  const std::string_view what = encrypted ? "remote-tls-port" : "remote-clear-port";
  const LogLevel level = failure_logged_ ? LogLevel::kDebug : LogLevel::kError;
  const auto port = base::parse_integer<std::uint16_t>(wanted);
  if (!port) {
    log(level, what, " '", wanted, "' is no port");
    return nullptr;
  }
  if (encrypted && !tls_) {
    auto tls = remote::Tls::create(remote::Side::kServer);
    if (!tls) {
      log(level, what, ": ", tls.error().message);
      return nullptr;
    }
    tls_ = std::move(*tls);
  }
  auto door = RemoteDoor::open(loop_, *port,
                               [this, encrypted](process::UniqueFd socket, std::string address) {
                                 on_accept(std::move(socket), std::move(address), encrypted);
                               });
  if (!door) {
    log(level, what, ": ", door.error().message);
    return nullptr;
  }
  if (encrypted) {
    log(LogLevel::kNotice, "The CIB can be administered over TLS on port ", (*door)->port());
  } else {
    log(LogLevel::kWarning, "The CIB can be administered on port ", (*door)->port(),
        ", where passwords cross the network unencrypted");
  }
  return std::move(*door);
}

bool RemoteServer::make_room() {
  if (clients_.size() >= limits_.clients_max) return false;
  std::size_t strangers = 0;
  ipc::ConnectionId oldest;
  for (const auto& [id, client] : clients_) {
    if (client.stage == Stage::kClient) continue;
    ++strangers;
    // The map is in the order in which they came.
    if (client.stage == Stage::kStranger && oldest == ipc::ConnectionId()) oldest = id;
  }
  if (strangers < limits_.strangers_max) return true;
  if (oldest == ipc::ConnectionId()) return false;
  drop(oldest, LogLevel::kInfo, "others want to log in");
  return true;
}

void RemoteServer::on_accept(process::UniqueFd socket, std::string address, bool encrypted) {
  if (!make_room()) {
    log(LogLevel::kInfo, "Turned ", address, " away: too many remote clients");
    return;
  }
  std::unique_ptr<remote::Stream> stream;
  if (encrypted) {
    auto made = tls_->make_stream(socket.get());
    if (!made) {
      log(LogLevel::kError, address, ": ", made.error().message);
      return;
    }
    stream = std::move(*made);
  } else {
    stream = remote::make_plain_stream(socket.get());
  }
  Client client;
  client.address = std::move(address);
  client.encrypted = encrypted;
  client.connection = std::make_unique<remote::Connection>(
      std::move(socket), std::move(stream),
      remote::Connection::Limits{.text_max = limits_.login_bytes_max,
                                 .backlog_max = kClientBacklogMax});
  add(ipc::ConnectionId(++last_connection_), std::move(client));
}

void RemoteServer::add(ipc::ConnectionId id, Client client) {
  auto uuid = random_uuid();
  auto watch = loop_.watch(client.connection->fd(), client.connection->interest(),
                           [this, id](daemon::Readiness) { on_ready(id); });
  if (!uuid || !watch) {
    log(LogLevel::kError, client.address, ": ", (uuid ? watch.error() : uuid.error()).message);
    return;
  }
  client.watch = std::move(*watch);
  client.deadline = loop_.call_after(limits_.login_time,
                                     [this, id] { drop(id, LogLevel::kInfo, "no login in time"); });
  client.peer.connection = id;
  client.peer.uuid = std::move(*uuid);
  client.peer.uid = static_cast<uid_t>(-1);
  client.peer.gid = static_cast<gid_t>(-1);
  clients_.emplace(id, std::move(client));
}

RemoteServer::Client* RemoteServer::find(ipc::ConnectionId id) {
  const auto found = clients_.find(id);
  return found == clients_.end() ? nullptr : &found->second;
}

void RemoteServer::on_ready(ipc::ConnectionId id) {
  Client* client = find(id);
  if (client == nullptr) return;
  const Result<void> advanced = client->connection->advance();
  // Each message may end the connection.
  while (client != nullptr && client->stage != Stage::kChecked) {
    std::optional<std::string> message = client->connection->next();
    if (!message) break;
    on_message(id, *client, std::move(*message));
    client = find(id);
  }
  if (client == nullptr) return;
  if (!advanced) {
    const bool left = advanced.error().code == Errc::kNotConnected;
    drop(id, left ? LogLevel::kDebug : LogLevel::kInfo, advanced.error().message);
    return;
  }
  // What a peer sends while its login is looked at can wait.
  const bool wait = client->stage == Stage::kChecked;
  client->watch.set_interest(wait ? daemon::Readiness() : client->connection->interest());
}

void RemoteServer::on_message(ipc::ConnectionId id, Client& client, std::string text) {
  if (client.stage == Stage::kClient) {
    handlers_.on_request(client.peer, ipc::Message{.text = std::move(text)});
  } else {
    on_login(id, client, text);
  }
}

void RemoteServer::on_login(ipc::ConnectionId id, Client& client, const std::string& text) {
  const Result<Login> login = read_login(text);
  if (!login) {
    drop(id, LogLevel::kInfo, login.error().message);
    return;
  }
  const Result<void> begun =
      login_.check(*login, [this, id, user = login->user](const Result<void>& verdict) {
        on_checked(id, user, verdict);
      });
  if (!begun) {
    drop(id, LogLevel::kWarning, begun.error().message);
    return;
  }
  client.stage = Stage::kChecked;
  client.deadline.cancel();
}

void RemoteServer::on_checked(ipc::ConnectionId id, const std::string& user,
                              const Result<void>& verdict) {
  Client* client = find(id);
  if (client == nullptr) return;
  if (!verdict) {
    drop(id, LogLevel::kWarning,
         base::cat("user '", user, "' is not let in: ", verdict.error().message));
    return;
  }
  log(LogLevel::kNotice, "User '", user, "' administers the CIB from ", client->address);
  client->stage = Stage::kClient;
  client->peer.user = user;
  client->peer.privileged = cib::is_exempt(user);
  client->connection->set_text_max(ipc::kTextSizeMax);
  const std::string welcome =
      base::cat("<cib_result cib_op=\"register\" cib_clientid=\"", client->peer.uuid, "\"/>");
  if (send_event(id, welcome)) on_ready(id);
}

void RemoteServer::drop(ipc::ConnectionId id, LogLevel level, std::string_view why) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  log(level, "The connection from ", found->second.address, " has ended: ", why);
  // Taken out first: the handler may look.
  const Client ended = std::move(found->second);
  clients_.erase(found);
  if (ended.stage == Stage::kClient) handlers_.on_disconnect(ended.peer);
}

Result<void> RemoteServer::respond(ipc::ConnectionId /*connection*/, std::int32_t request,
                                   std::string_view /*text*/) {
  return {Errc::kInvalidArgument, base::cat("request ", request, " waits for no response")};
}

Result<void> RemoteServer::send_event(ipc::ConnectionId id, std::string_view text) {
  return send_to(id, text, {});
}

Result<void> RemoteServer::send_to(ipc::ConnectionId id, std::string_view text,
                                   std::string_view replace_key) {
  Client* client = find(id);
  if (client == nullptr || client->stage != Stage::kClient) {
    return {Errc::kNotConnected, "the remote client has gone"};
  }
  const Result<void> sent = client->connection->send(text, replace_key);
  if (sent) {
    client->watch.set_interest(client->connection->interest());
    return {};
  }
  drop(id, LogLevel::kInfo, sent.error().message);
  return {Errc::kNotConnected, sent.error().message};
}

void RemoteServer::broadcast(const std::vector<ipc::ConnectionId>& connections,
                             std::string_view text, std::string_view replace_key) {
  for (const ipc::ConnectionId id : connections) (void)send_to(id, text, replace_key).ok();
}

}  // namespace systole::crmd
