#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "lib/base/result.h"

namespace systole::client {

/// What the process that supervises a node's daemons says.
struct SupervisorHealth {
  std::string sender;             ///< "pacemakerd"
  std::string state;              ///< "running", "starting_daemons", "shutting_down" ...
  std::int64_t last_updated = 0;  ///< when it last found all daemons well; seconds since 1970
  std::string result;             ///< "ok"
};

/// Asks this node's supervisor. `client_name` is what it sees as the sender.
base::Result<SupervisorHealth> ping_supervisor(std::string_view client_name,
                                               std::chrono::milliseconds timeout);

/// Asks it to stop all daemons; returns when it has accepted. kPermission when it refuses.
base::Result<void> shut_down_node(std::string_view client_name, std::chrono::milliseconds timeout);

/// Tells it that a node has left the cluster for good. No answer.
base::Result<void> supervisor_forget_node(std::string_view client_name, const std::string& id,
                                          const std::string& name);

}  // namespace systole::client
