#include "lib/daemon/service_notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace systole::daemon {
namespace {

/// The service manager's end. `name` is as in NOTIFY_SOCKET.
class Manager {
 public:
  explicit Manager(const std::string& name) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), length), 0);
  }
  ~Manager() { close(fd_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string received() const {
    std::array<char, 256> buffer;
    const ssize_t size = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size < 0 ? "nothing" : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  int fd_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

class ServiceNotify : public testing::Test {
 protected:
  ~ServiceNotify() override { unsetenv("NOTIFY_SOCKET"); }

  static void announce(const std::string& socket_name, const std::string& state) {
    setenv("NOTIFY_SOCKET", socket_name.c_str(), 1);
    notify_service_manager(state);
  }
};

TEST_F(ServiceNotify, SendsTheState_ManagerAtPath) {
  const std::string path = testing::TempDir() + "notify." + std::to_string(getpid());
  const Manager manager(path);
  announce(path, "READY=1\nSTATUS=running");
  unlink(path.c_str());
  EXPECT_EQ(manager.received(), "READY=1\nSTATUS=running");
  EXPECT_EQ(manager.received(), "nothing");
}

TEST_F(ServiceNotify, SendsTheState_AbstractSocket) {
  const std::string name = "@systole-notify-test-" + std::to_string(getpid());
  const Manager manager(name);
  announce(name, "STOPPING=1");
  EXPECT_EQ(manager.received(), "STOPPING=1");
}

TEST_F(ServiceNotify, DoesNothing_WithoutManager) {
  notify_service_manager("READY=1");
  announce("", "READY=1");
}

TEST_F(ServiceNotify, GoesOn_ManagerCannotBeReached) {
  announce("/nonexistent/notify", "READY=1");
  announce("vsock:2:1234", "READY=1");
  announce("/" + std::string(200, 'x'), "READY=1");
}

}  // namespace
}  // namespace systole::daemon
