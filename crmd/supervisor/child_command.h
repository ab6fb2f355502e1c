#pragma once

#include <string>

#include "crmd/supervisor/children.h"
#include "lib/base/result.h"
#include "lib/process/command.h"

namespace systole::supervisor {

/// What the supervisor itself was started with.
struct ChildOptions {
  std::string folder;     ///< where the daemons' programs are
  bool standby = false;   ///< the node is to start in standby
  bool watchdog = false;  ///< sbd guards this node
};

/// The daemons' folder: /usr/lib/pacemaker, or SYSTOLE_DAEMON_DIR where that is set.
std::string daemon_folder();

/// The full path of the child's program, which is its argv[0] too: clients look for it there.
std::string program_path(Child child, const std::string& folder);

/// The user that a child runs as.
uid_t child_user(Child child);

/// How to run `child`: its user, and our environment with what the daemons expect of their parent.
/// kNotFound when the unprivileged user does not exist.
base::Result<process::Command> child_command(Child child, const ChildOptions& options,
                                             bool ran_before);

/// Whether sbd runs, by its pid file.
bool sbd_is_active();

}  // namespace systole::supervisor
