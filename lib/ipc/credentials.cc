#include "lib/ipc/credentials.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <vector>

#include "lib/base/strings.h"

namespace systole::ipc {

namespace {
constexpr std::size_t kLookupBuffer = 16384;
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

bool is_daemon(uid_t uid, gid_t gid) {
  return uid == 0 || uid == daemon_uid() || gid == daemon_gid() || uid == geteuid();
}

bool is_privileged(uid_t uid) {
  return uid == 0 || uid == daemon_uid();
}

}  // namespace systole::ipc
