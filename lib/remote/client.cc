#include "lib/remote/client.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "lib/base/strings.h"
#include "lib/remote/tls.h"

namespace systole::remote {
namespace {

using Clock = std::chrono::steady_clock;

/// Waits for `events` on `fd`. False when `end` comes first.
bool wait_for(int fd, short events, Clock::time_point end) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() < 0) return false;
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    const int ready =
        ::poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 60000)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

short poll_events(daemon::Readiness interest) {
  return static_cast<short>((interest.readable ? POLLIN : 0) | (interest.writable ? POLLOUT : 0));
}

/// The socket, connected and non-blocking; an errno otherwise.
std::pair<process::UniqueFd, int> connect_to(const addrinfo& address, Clock::time_point end) {
  process::UniqueFd socket(
      ::socket(address.ai_family, address.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return {process::UniqueFd(), errno};
  if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) != 0) {
    if (errno != EINPROGRESS) return {process::UniqueFd(), errno};
    if (!wait_for(socket.get(), POLLOUT, end)) return {process::UniqueFd(), ETIMEDOUT};
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return {process::UniqueFd(), error};
  }
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return {std::move(socket), 0};
}

Result<process::UniqueFd> connect_to_any(const Address& address, const std::string& name,
                                         Clock::time_point end) {
  const auto port = base::parse_integer<std::uint16_t>(address.port);
  if (!port || *port == 0) {
    return {Errc::kNotConnected, base::cat("'", address.port, "' is no TCP port")};
  }
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int unknown = ::getaddrinfo(address.host.c_str(), address.port.c_str(), &wanted, &found);
  if (unknown != 0) {
    return {Errc::kNotConnected, base::cat("'", address.host, "': ", ::gai_strerror(unknown))};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, ::freeaddrinfo);
  int error = 0;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    auto [socket, failed] = connect_to(*each, end);
    if (socket) return std::move(socket);
    error = failed;
  }
  const Errc code =
      error == ETIMEDOUT && Clock::now() >= end ? Errc::kTimeout : Errc::kNotConnected;
  return {code, base::cat(name, ": ", std::strerror(error))};
}

}  // namespace

Result<std::unique_ptr<Client>> Client::connect(const Address& address, Duration timeout) {
  const Clock::time_point end = Clock::now() + timeout;
  const std::string name = base::cat(address.host, ":", address.port);
  Result<process::UniqueFd> socket = connect_to_any(address, name, end);
  if (!socket) return socket.error();
  std::unique_ptr<Stream> stream;
  if (address.encrypted) {
    const Result<std::shared_ptr<const Tls>> tls = Tls::create(Side::kClient);
    if (!tls) return tls.error();
    Result<std::unique_ptr<Stream>> made = (*tls)->make_stream(socket->get());
    if (!made) return made.error();
    stream = std::move(*made);
  } else {
    stream = make_plain_stream(socket->get());
  }
  auto connection =
      std::make_unique<Connection>(std::move(*socket), std::move(stream), Connection::Limits{});
  std::unique_ptr<Client> client(new Client(name, std::move(connection)));
  Result<void> agreed = client->connection_->advance();
  while (agreed && !client->connection_->established()) agreed = client->advance_until(end);
  if (!agreed) {
    const Errc code = agreed.error().code == Errc::kTimeout ? Errc::kTimeout : Errc::kPermission;
    return {code, base::cat(name, ": no TLS connection: ", agreed.error().message)};
  }
  return client;
}

Result<void> Client::advance_until(Clock::time_point end) {
  if (!wait_for(connection_->fd(), poll_events(connection_->interest()), end)) {
    return {Errc::kTimeout, base::cat("no answer from ", name_, " in time")};
  }
  return connection_->advance();
}

Result<void> Client::send(std::string_view text, Duration timeout) {
  const Clock::time_point end = Clock::now() + timeout;
  Result<void> sent = connection_->send(text);
  while (sent && !connection_->flushed()) sent = advance_until(end);
  return sent;
}

Result<std::string> Client::receive(Duration timeout) {
  const Clock::time_point end = Clock::now() + timeout;
  for (;;) {
    if (std::optional<std::string> message = connection_->next()) return std::move(*message);
    const Result<void> advanced = advance_until(end);
    if (advanced) continue;
    if (std::optional<std::string> message = connection_->next()) return std::move(*message);
    return advanced.error();
  }
}

Result<void> Client::attach(daemon::EventLoop& loop,
                            std::function<void(const std::string& text)> on_message,
                            std::function<void()> on_end) {
  on_message_ = std::move(on_message);
  on_end_ = std::move(on_end);
  Result<daemon::Watch> watch = loop.watch(connection_->fd(), connection_->interest(),
                                           [this](daemon::Readiness) { on_ready(); });
  if (!watch) return watch.error();
  watch_ = std::move(*watch);
  return {};
}

void Client::on_ready() {
  const Result<void> advanced = connection_->advance();
  const std::weak_ptr<bool> alive = alive_;
  while (const std::optional<std::string> message = connection_->next()) {
    // The handler may destroy this object, and with it the function that is being called.
    const auto handler = on_message_;
    handler(*message);
    if (alive.expired()) return;
  }
  if (advanced) {
    watch_.set_interest(connection_->interest());
    return;
  }
  watch_.cancel();
  const auto handler = on_end_;
  handler();
}

}  // namespace systole::remote
