#include "crmd/shell/remote_door.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "lib/base/log.h"
#include "lib/base/strings.h"

namespace systole::crmd {
namespace {

using base::Errc;
using base::Result;

constexpr int kBacklog = 32;
/// A tool makes two connections.
constexpr int kAcceptedMax = 64;
constexpr std::chrono::seconds kPause{1};

base::Error door_error(std::uint16_t port) {
  const int number = errno;
  const Errc code = number == EADDRINUSE ? Errc::kExists
                    : number == EACCES   ? Errc::kPermission
                                         : Errc::kIo;
  return {code, base::cat("cannot listen on port ", port, ": ", std::strerror(number))};
}

std::string text_of(const sockaddr_in& address) {
  char text[INET_ADDRSTRLEN] = "?";
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  return base::cat(text, ":", ntohs(address.sin_port));
}

}  // namespace

Result<std::unique_ptr<RemoteDoor>> RemoteDoor::open(daemon::EventLoop& loop, std::uint16_t port,
                                                     OnAccept on_accept) {
  process::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return door_error(port);
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    return door_error(port);
  }
  std::unique_ptr<RemoteDoor> door(new RemoteDoor(loop, std::move(socket), std::move(on_accept)));
  if (Result<void> watched = door->watch(); !watched) return watched.error();
  return door;
}

std::uint16_t RemoteDoor::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

Result<void> RemoteDoor::watch() {
  auto watched =
      loop_.watch(socket_.get(), {.readable = true}, [this](daemon::Readiness) { accept(); });
  if (!watched) return watched.error();
  watch_ = std::move(*watched);
  return {};
}

void RemoteDoor::accept() {
  if (++accepted_ > kAcceptedMax) {
    // The others wait in the kernel's queue, and those that do not fit there are turned away by it.
    watch_.cancel();
    pause_ = loop_.call_after(kPause, [this] {
      accepted_ = 0;
      if (const auto watched = watch(); !watched) {
        base::log(base::LogLevel::kError,
                  "No more remote clients are let in: ", watched.error().message);
      }
    });
    return;
  }
  if (!pause_.pending()) {
    pause_ = loop_.call_after(kPause, [this] { accepted_ = 0; });
  }
  sockaddr_in address{};
  socklen_t size = sizeof address;
  process::UniqueFd socket(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size,
                                     SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return;
  const int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  // A machine that was switched off says no goodbye.
  ::setsockopt(socket.get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
  on_accept_(std::move(socket), text_of(address));
}

}  // namespace systole::crmd
