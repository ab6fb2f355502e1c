#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::daemon {

/// The account of the unprivileged daemons, hacluster:haclient.
struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
};

/// The account's numbers; nothing where user or group do not exist.
std::optional<Account> daemon_account();

/// What every daemon does first: takes the locale "C" and a umask that keeps others out, ignores
/// SIGPIPE, gives descriptors 0-2 something to point at, starts logging under `name` as the
/// environment says, and moves to the folder for core dumps if there is one.
void set_up_process(std::string_view name);

/// Makes `path` a folder of hacluster:haclient with `mode` if it does not exist. Needs root.
base::Result<void> make_daemon_folder(const std::string& path, mode_t mode);

/// Gives up root for hacluster:haclient, for good. Nothing happens when the process runs under that
/// account already; an error when it can neither be root nor it.
base::Result<void> become_daemon_user();

}  // namespace systole::daemon
