#include "lib/daemon/service_notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "lib/base/log.h"

namespace systole::daemon {

namespace {

using base::log;
using base::LogLevel;

// The address in NOTIFY_SOCKET: a path, or an abstract name, which is written with a leading '@'.
bool to_address(std::string_view name, sockaddr_un& address, socklen_t& length) {
  const bool valid = name.size() > 1 && (name.front() == '/' || name.front() == '@') &&
                     name.size() < sizeof(address.sun_path);
  if (!valid) return false;
  address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name.front() == '@') address.sun_path[0] = '\0';
  length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  return true;
}

}  // namespace

void notify_service_manager(const std::string& state) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr || *name == '\0') return;
  sockaddr_un address;
  socklen_t length = 0;
  if (!to_address(name, address, length)) {
    log(LogLevel::kWarning, "NOTIFY_SOCKET is '", name, "', which is no address, ignoring");
    return;
  }
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const bool sent = fd >= 0 && sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                                      reinterpret_cast<const sockaddr*>(&address), length) >= 0;
  if (!sent) {
    log(LogLevel::kWarning, "cannot tell the service manager at ", name, ": ", std::strerror(errno),
        ", ignoring");
  }
  if (fd >= 0) close(fd);
}

}  // namespace systole::daemon
