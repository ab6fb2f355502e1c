#include "policy/placement/clone_presence.h"

#include "policy/status/queries.h"

namespace systole::policy {

ClonePresence::ClonePresence(const Status& status) {
  for (std::size_t i = 0; i < status.resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    const Resource& rsc = status.resource(id);
    if (rsc.is_clone() && rsc.clone.promotable && !rsc.unique) add(status, id);
  }
}

void ClonePresence::add(const Status& status, RscId clone) {
  for (const RscId instance : status.resource(clone).children) {
    for_each_primitive(status, instance, [&](RscId member) {
      const Resource& rsc = status.resource(member);
      if (rsc.active_on.empty() && rsc.known_on.empty()) return;
      std::vector<Cell>& cells = cells_[{clone.value(), rsc.base_id}];
      cells.resize(status.nodes.size());
      for (const NodeId node : rsc.active_on) cells[node.value()].active = true;
      for (const NodeId node : rsc.known_on) cells[node.value()].known = true;
    });
  }
}

bool ClonePresence::is_inactive_on(RscId clone, model::Text base_id, NodeId node) const {
  const auto found = cells_.find({clone.value(), base_id});
  if (found == cells_.end()) return false;
  const Cell& cell = found->second[node.value()];
  return cell.known && !cell.active;
}

}  // namespace systole::policy
