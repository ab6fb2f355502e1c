#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "crmd/core/event.h"
#include "lib/cluster/cluster.h"

namespace systole::crmd {

/// Turns views of processes into views of nodes: the controller of a node is the process of it that
/// joined last. Where a new process joins before Corosync has told the end of the old one, the old
/// one's end is told first. All members see the same views, so they turn them into the same ones.
class GroupViews {
 public:
  std::vector<event::ViewChanged> change(const cluster::View& view);

  /// Whether a message comes from its node's controller and not from a process that a newer one has
  /// replaced.
  bool is_current(const cluster::Member& sender) const;

 private:
  std::vector<NodeNumber> members() const;

  std::map<NodeNumber, std::uint32_t> pids_;
};

}  // namespace systole::crmd
