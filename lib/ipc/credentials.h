#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace systole::ipc {

/// Whom a process acts for, as the kernel tells it.
struct Credentials {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;  ///< supplementary
};

/// Of the process that connected the other end of the Unix socket `fd`, at that time (SO_PEERCRED,
/// SO_PEERGROUPS). Nothing where the kernel does not tell.
std::optional<Credentials> peer_credentials(int fd);

/// The user and the group under which the cluster's unprivileged daemons run and whose members may
/// use the daemons.
inline constexpr const char* kDaemonUser = "hacluster";
inline constexpr const char* kDaemonGroup = "haclient";

/// Their numbers; nothing where they do not exist. Looked up once in a process.
std::optional<uid_t> daemon_uid();
std::optional<gid_t> daemon_gid();

/// The name of user `uid`, or its number as text when it has none.
std::string user_name(uid_t uid);

/// The groups that list user `name` as a member. Its primary group counts only when it lists the
/// user too. May ask name services, and so take a while.
std::vector<std::string> groups_listing(const std::string& name);

/// Whether a daemon that runs as `uid`:`gid` can be trusted to be the cluster's: root, hacluster,
/// of group haclient, or our own user.
bool is_daemon(uid_t uid, gid_t gid);

/// Whether such a client may connect to a daemon at all: whom is_daemon() trusts, and members of
/// group haclient by a supplementary group too.
bool may_connect(const Credentials& client);

/// Whether clients with `uid` may do what is reserved to root and the cluster's own daemons.
bool is_privileged(uid_t uid);

}  // namespace systole::ipc
