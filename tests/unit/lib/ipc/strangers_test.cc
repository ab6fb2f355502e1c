#include <grp.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <memory>
#include <vector>

#include "lib/ipc/client.h"
#include "lib/ipc/credentials.h"
#include "lib/ipc/server.h"
#include "tests/unit/lib/ipc/echo.h"

namespace systole::ipc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Runs `body` in a process of another user, and says what it returned. Needs root.
int as_user(uid_t uid, gid_t gid, const std::vector<gid_t>& groups,
            const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    const bool changed = setgroups(groups.size(), groups.data()) == 0 &&
                         setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0;
    _exit(changed ? body() : 99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WEXITSTATUS(status);
}

constexpr uid_t kStranger = 54321;

int connect_result(const std::string& name) {
  const auto client = Client::connect(name);
  if (!client.ok()) return static_cast<int>(client.error().code);
  return (*client)->request("<a/>", seconds(5)).ok() ? 90 : 91;
}

// As a client that reaches the socket and then says nothing.
int connect_silently(const std::string& name) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? fd : -1;
}

bool ended(int fd) {
  pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&watched, 1, 500) == 1 && (watched.revents & (POLLHUP | POLLERR)) != 0;
}

TEST(Strangers, AreRefused_BeforeTheyCostAnything) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  Echo echo;
  EXPECT_EQ(as_user(kStranger, kStranger, {}, [&] { return connect_result(echo->name()); }),
            static_cast<int>(Errc::kPermission));
  EXPECT_TRUE(Client::connect(echo->name()).ok());
}

TEST(Strangers, MembersOfTheGroupAreNone_AlsoByASupplementaryGroup) {
  if (geteuid() != 0 || !daemon_gid()) GTEST_SKIP() << "needs root and the group haclient";
  Echo echo;
  const gid_t group = *daemon_gid();
  const auto connects = [&] { return connect_result(echo->name()); };
  EXPECT_EQ(as_user(kStranger, group, {}, connects), 90);
  EXPECT_EQ(as_user(kStranger, kStranger, {group}, connects), 90);
  std::vector<gid_t> many(300, kStranger);
  many.push_back(group);
  EXPECT_EQ(as_user(kStranger, kStranger, many, connects), 90);
}

TEST(Strangers, WhoSayNothing_HoldFewDescriptorsAndNotForLong) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root";
  Echo echo({.handshake = {.timeout = milliseconds(300), .strangers_max = 3, .per_user_max = 3}});
  const auto held = [&] {
    std::vector<int> open;
    for (int i = 0; i < 6; ++i) open.push_back(connect_silently(echo->name()));
    // The later ones at once, the others when their time is over.
    for (std::size_t i = open.size(); i-- > 0;) {
      if (open[i] < 0 || !ended(open[i])) return static_cast<int>(i);
    }
    return 90;
  };
  EXPECT_EQ(as_user(kStranger, kStranger, {}, held), 90);
  EXPECT_TRUE(Client::connect(echo->name()).ok());
}

TEST(Strangers, WhoSayNothing_AreLetGoWithTheServer) {
  int silent = -1;
  {
    Echo echo;
    silent = connect_silently(echo->name());
    ASSERT_GE(silent, 0);
    // Its handshake has begun when that of a later client has ended.
    ASSERT_TRUE(Client::connect(echo->name()).ok());
  }
  EXPECT_TRUE(ended(silent));
  close(silent);
}

TEST(Strangers, OneUserHasNotAllConnections) {
  if (geteuid() != 0 || !daemon_gid()) GTEST_SKIP() << "needs root and the group haclient";
  Echo echo({.connections_per_user_max = 5});
  const auto hoard = [&] {
    std::vector<std::unique_ptr<Client>> held;
    for (int i = 0; i < 8; ++i) {
      auto client = Client::connect(echo->name());
      if (client.ok()) held.push_back(std::move(*client));
    }
    return static_cast<int>(held.size());
  };
  EXPECT_EQ(as_user(kStranger, *daemon_gid(), {}, hoard), 5);
  EXPECT_EQ(as_user(kStranger, *daemon_gid(), {}, hoard), 5);
  EXPECT_EQ(as_user(0, 0, {}, hoard), 8);
}

}  // namespace
}  // namespace systole::ipc
