// Unfencing: devices that cut nodes off from shared storage must let them in before anything that
// needs the storage runs there.

#include "lib/base/strings.h"
#include "policy/actions/planner.h"
#include "policy/digest/digest.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

bool was_unfenced(const Node& node) {
  const auto since = node.attributes.find("#node-unfenced");
  return since && *since != "0";
}

/// Whether a node is let in by the device.
bool unfences(const Resource& rsc) {
  return rsc.is_primitive() && rsc.is_fence_device() && !rsc.removed &&
         (rsc.meta.value_or("provides", "") == "unfencing" ||
          rsc.meta.value_or("requires", "") == "unfencing");
}

}  // namespace

/// Notes on a fencing what the devices that let nodes in are like. A node that was let in by one
/// that is defined otherwise now is let in again.
void Planner::describe_devices(ActionId id) {
  if (!status_.unfencing_in_use) return;
  const NodeId node = *plan_.action(id).node;
  const auto known_all = status_.node(node).attributes.find("#digests-all");
  const auto known_open = status_.node(node).attributes.find("#digests-secure");
  std::string all;
  std::string open;
  bool changed = false;
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const Resource& device = status_.resources[i];
    if (!unfences(device)) continue;
    const DeviceDigests digests =
        device_digests(status_, RscId(static_cast<std::uint32_t>(i)), node);
    const auto entry = [&](const std::string& digest) {
      return base::cat(device.id, ":", device.agent.type, ":", digest, ",");
    };
    const auto names = [&](const auto& list, const std::string& digest) {
      return list && list->find(entry(digest)) != model::Text::npos;
    };
    all += entry(digests.all);
    open += entry(digests.open);
    changed = changed ||
              (known_all && !names(known_all, digests.all) && !names(known_open, digests.open));
  }
  Action& action = plan_.action(id);
  action.meta.emplace_back("digests-all", std::move(all));
  action.meta.emplace_back("digests-secure", std::move(open));
  const PlacedNode& at = plan_.node(node);
  const bool fit = at.online && !at.unclean && !at.shutdown && can_fence(status_, node);
  if (changed && fit && action.fence_operation == "on") action.optional = false;
}

/// Nodes are held against the devices that let them in, whoever needs it.
void Planner::check_devices() {
  if (!status_.unfencing_in_use) return;
  for (const NodeId node : status_.node_order) {
    if (is_online(node) && status_.node(node).attributes.find("#digests-all")) unfence(node);
  }
}

/// Whether `rsc` waits for the unfencing of its node. Devices do, too: some cannot even be asked
/// about before.
bool Planner::needs_unfencing(RscId id) const {
  if (!status_.unfencing_in_use) return false;
  return rsc(id).is_fence_device() || rsc(id).need == Requires::kUnfencing;
}

ActionId Planner::unfence(NodeId node) {
  return fence(node, true, "on");
}

/// Has a node unfenced that is fit for it.
void Planner::require_unfencing(NodeId node, std::string_view reason) {
  if (!status_.unfencing_in_use) return;
  const PlacedNode& at = plan_.node(node);
  if (!at.online || at.unclean || at.shutdown) return;
  Action& action = plan_.action(unfence(node));
  if (can_fence(status_, node)) action.optional = false;
  if (action.reason.empty()) action.reason = reason;
}

/// A change of a device's configuration has the node unfenced with what is configured now.
void Planner::unfence_after_change(RscId id, NodeId node, std::string_view reason) {
  if (rsc(id).is_fence_device()) require_unfencing(node, reason);
}

/// Puts the unfencing of its node before an action. Unfencing a node stops what runs there, so it
/// is done for the sake of a resource only where it never was.
void Planner::unfence_before(ActionId id, effect::Bits effects) {
  const Action& action = plan_.action(id);
  if (!action.resource || !action.node || !needs_unfencing(*action.resource)) return;
  const NodeId node = *action.node;
  plan_.order(unfence(node), id, effects);
  if (was_unfenced(status_.node(node))) return;
  require_unfencing(
      node, base::cat("required by ", rsc(*action.resource).id, " ", to_string(action.task)));
}

/// What needs unfencing leaves a node before the node is unfenced, and returns after.
void Planner::imply_unfencing() {
  if (!status_.unfencing_in_use) return;
  for (std::size_t i = 0; i < status_.resources.size(); ++i) {
    const RscId id(static_cast<std::uint32_t>(i));
    const Resource& resource = status_.resources[i];
    const bool waits = resource.is_primitive() && !resource.is_fence_device() &&
                       resource.need == Requires::kUnfencing && placed(id).managed;
    if (!waits) continue;
    for (const NodeId node : status_.node_order) {
      if (!placement_.tables.at(id, node).present) continue;
      const ActionId gate = unfence(node);
      plan_.store({ResourceTask{id, Task::kStop}, gate, effect::kOrder | effect::kSameNode});
      plan_.store({gate, ResourceTask{id, Task::kStart},
                   effect::kFirstImpliesSameNode | effect::kSameNode});
    }
  }
}

}  // namespace systole::policy
