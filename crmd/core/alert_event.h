#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "lib/base/duration.h"

/// What alert agents are told of, by kind.
namespace systole::crmd {

/// A node has become a member of Corosync, or is none any more.
struct NodeAlert {
  std::string node;
  std::string node_id;
  bool member = false;
};

/// A fencing has ended.
struct FencingAlert {
  std::string target;
  std::string description;  ///< who, whom, for whom and how it ended, for people
  int rc = 0;               ///< 0, or a negative error number
};

/// An operation of a resource has ended, or one turn of a recurring one that changed something.
struct ResourceAlert {
  std::string node;  ///< a remote node's own name
  std::string resource;
  std::string task;
  base::Milliseconds interval{};
  int target_rc = 0;
  int rc = 0;
  int status = 0;           ///< `op-status` of the history
  std::string description;  ///< of rc, or of a status other than done
  base::Milliseconds exec_time{};
};

/// A node attribute that lasts until its node leaves has a new value, empty when it has none now.
struct AttributeAlert {
  std::string node;
  std::string node_id;
  std::string name;
  std::string value;
};

using AlertEvent = std::variant<NodeAlert, FencingAlert, ResourceAlert, AttributeAlert>;

}  // namespace systole::crmd
