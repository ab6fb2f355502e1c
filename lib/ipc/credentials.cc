#include "lib/ipc/credentials.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "lib/base/strings.h"

namespace systole::ipc {

namespace {
constexpr std::size_t kLargestLookupBuffer = std::size_t{1} << 24;
constexpr std::size_t kLookupBuffer = 16384;

// The name of a group; nothing when there is none, or when it has to list `member` and does not.
std::optional<std::string> group_listing(gid_t id, const std::string& member) {
  std::vector<char> buffer(kLookupBuffer);
  group entry = {};
  group* found = nullptr;
  while (getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == ERANGE) {
    if (buffer.size() > kLargestLookupBuffer) return std::nullopt;
    buffer.resize(2 * buffer.size());
  }
  if (found == nullptr) return std::nullopt;
  if (member.empty()) return found->gr_name;
  for (char** listed = found->gr_mem; *listed != nullptr; ++listed) {
    if (member == *listed) return found->gr_name;
  }
  return std::nullopt;
}
}  // namespace

std::optional<Credentials> peer_credentials(int fd) {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  Credentials client{.uid = peer.uid, .gid = peer.gid, .groups = {}};
  client.groups.resize(64);
  size = static_cast<socklen_t>(client.groups.size() * sizeof(gid_t));
  int rc = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, client.groups.data(), &size);
  if (rc != 0 && errno == ERANGE) {
    client.groups.resize(size / sizeof(gid_t));
    rc = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, client.groups.data(), &size);
  }
  client.groups.resize(rc == 0 ? size / sizeof(gid_t) : 0);
  return client;
}

std::optional<uid_t> daemon_uid() {
  static const std::optional<uid_t> uid = []() -> std::optional<uid_t> {
    std::vector<char> buffer(kLookupBuffer);
    passwd entry = {};
    passwd* found = nullptr;
    getpwnam_r(kDaemonUser, &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return std::nullopt;
    return found->pw_uid;
  }();
  return uid;
}

std::optional<gid_t> daemon_gid() {
  static const std::optional<gid_t> gid = []() -> std::optional<gid_t> {
    std::vector<char> buffer(kLookupBuffer);
    group entry = {};
    group* found = nullptr;
    getgrnam_r(kDaemonGroup, &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return std::nullopt;
    return found->gr_gid;
  }();
  return gid;
}

std::string user_name(uid_t uid) {
  std::vector<char> buffer(kLookupBuffer);
  passwd entry = {};
  passwd* found = nullptr;
  getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
  return found != nullptr ? found->pw_name : base::cat(uid);
}

std::vector<std::string> groups_listing(const std::string& name) {
  std::vector<char> buffer(kLookupBuffer);
  passwd entry = {};
  passwd* user = nullptr;
  getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &user);
  if (user == nullptr) return {};
  const gid_t primary = user->pw_gid;
  int count = 64;
  std::vector<gid_t> ids(static_cast<std::size_t>(count));
  if (getgrouplist(name.c_str(), primary, ids.data(), &count) < 0) {
    ids.resize(static_cast<std::size_t>(count));
    if (getgrouplist(name.c_str(), primary, ids.data(), &count) < 0) return {};
  }
  ids.resize(static_cast<std::size_t>(count));
  std::vector<std::string> names;
  for (const gid_t id : ids) {
    if (const auto listed = group_listing(id, id == primary ? name : std::string())) {
      names.push_back(*listed);
    }
  }
  return names;
}

bool is_daemon(uid_t uid, gid_t gid) {
  return uid == 0 || uid == daemon_uid() || gid == daemon_gid() || uid == geteuid();
}

bool may_connect(const Credentials& client) {
  const auto member = [&](gid_t gid) { return gid == daemon_gid(); };
  return is_daemon(client.uid, client.gid) ||
         std::any_of(client.groups.begin(), client.groups.end(), member);
}

bool is_privileged(uid_t uid) {
  return uid == 0 || uid == daemon_uid();
}

}  // namespace systole::ipc
