// The flags of a collective's action follow from those of its parts.

#include <algorithm>

#include "policy/ordering/collectives.h"
#include "policy/ordering/orderer.h"
#include "policy/ordering/propagation.h"

namespace systole::policy {

void Propagation::make_required(Action& action) {
  if (!action.optional) return;
  action.optional = false;
  pending_.touch(action);
}

void Propagation::make_unrunnable(Action& action) {
  if (!action.runnable) return;
  action.runnable = false;
  pending_.touch(action);
}

/// The flags as something on `node` sees them: there, a clone is required if an instance there is.
Propagation::Flags Propagation::flags_of(ActionId id, std::optional<NodeId> node) {
  const Action& action = plan_.action(id);
  if (!action.resource || status_.resource(*action.resource).is_primitive()) {
    return {action.optional, action.runnable, action.migratable};
  }
  Flags flags = flags_anywhere(id);
  const bool group = status_.resource(*action.resource).is_group();
  if (node && !group) flags.optional = !is_required_on(id, *node);
  return flags;
}

/// The flags of a collective's action, which has them from now on as far as they are for good.
Propagation::Flags Propagation::flags_anywhere(ActionId id) {
  const Action& action = plan_.action(id);
  const auto [at, is_new] = known_.try_emplace(id);
  KnownFlags& known = at->second;
  if (!is_new && known.seen == pending_.changes_of(action)) return known.flags;
  const bool group = status_.resource(*action.resource).is_group();
  known.flags = group ? group_flags(id, std::nullopt) : instance_flags(id);
  known.seen = pending_.changes_of(action);
  return known.flags;
}

/// Lets a collective's action take over what its parts came to, as flags_of() does.
void Propagation::collect_flags(ActionId id, std::optional<NodeId> node) {
  const Action& action = plan_.action(id);
  if (!action.resource || status_.resource(*action.resource).is_primitive()) return;
  flags_anywhere(id);
  const Resource& rsc = status_.resource(*action.resource);
  const bool of_groups =
      !rsc.is_group() && !rsc.children.empty() && status_.resource(rsc.children.front()).is_group();
  if (node && of_groups) is_required_on(id, *node);
}

Propagation::Flags Propagation::group_flags(ActionId id, std::optional<NodeId> node) {
  Action& action = plan_.action(id);
  Flags out{action.optional, true, action.migratable};
  const Task task = base_of(action.key.task);
  const bool done = task != action.key.task;
  out.optional = true;
  for (const RscId member : status_.resource(*action.resource).children) {
    const auto part = plan_.find_key(member, OpKey{.task = task}, node);
    if (!part) {
      if (task != Task::kStop && task != Task::kDemote) out.runnable = false;
      continue;
    }
    const Flags flags = flags_of(*part, node);
    if (!flags.optional) {
      out.optional = false;
      make_required(action);
    }
    if (!flags.runnable && done) {
      out.runnable = false;
      make_unrunnable(action);
    }
  }
  return out;
}

/// The actions that make up the one of a clone or bundle.
const Propagation::Parts& Propagation::parts_of(ActionId id) {
  const auto [known, is_new] = parts_.try_emplace(id);
  Parts& out = known->second;
  if (!is_new) return out;
  const Action& action = plan_.action(id);
  for (const RscId instance : acting_parts(status_, *action.resource, action.key.task)) {
    // A group has run when its last member does; a primitive when it was started.
    const Resource& rsc = status_.resource(instance);
    const Task base = base_of(action.key.task);
    const OpKey key{.task = rsc.is_primitive() ? base : action.key.task};
    const auto newest = plan_.find_key(instance, key, std::nullopt);
    if (!newest) continue;
    out.anywhere.push_back(*newest);
    std::vector<NodeId> nodes;
    const auto add_nodes = [&](RscId part, Task task) {
      for (const ActionId other : plan_.actions_of(part)) {
        const Action& at = plan_.action(other);
        const bool seen =
            !at.node || std::find(nodes.begin(), nodes.end(), *at.node) != nodes.end();
        if (at.key == OpKey{.task = task} && !seen) nodes.push_back(*at.node);
      }
    };
    if (rsc.is_primitive()) add_nodes(instance, key.task);
    for (const RscId member : rsc.children) add_nodes(member, base);
    for (const NodeId node : nodes) {
      const auto here = rsc.is_primitive() ? plan_.find_key(instance, key, node) : newest;
      out.by_node.emplace_back(node, *here);
    }
  }
  std::stable_sort(out.by_node.begin(), out.by_node.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  return out;
}

/// Whether an instance's action on `node` is required.
bool Propagation::is_required_on(ActionId id, NodeId node) {
  const Parts& parts = parts_of(id);
  const auto before = [](const auto& entry, NodeId wanted) { return entry.first < wanted; };
  auto at = std::lower_bound(parts.by_node.begin(), parts.by_node.end(), node, before);
  bool required = false;
  for (; at != parts.by_node.end() && at->first == node; ++at) {
    const Action& part = plan_.action(at->second);
    const bool group = status_.resource(*part.resource).is_group();
    const Flags flags = group ? group_flags(part.id, node) : flags_of(part.id, node);
    required = required || !flags.optional;
  }
  return required;
}

Propagation::Flags Propagation::instance_flags(ActionId id) {
  Action& action = plan_.action(id);
  Flags out{true, false, action.migratable};
  for (const ActionId part : parts_of(id).anywhere) {
    const Flags flags = flags_of(part, std::nullopt);
    out.runnable = out.runnable || flags.runnable;
    out.optional = out.optional && flags.optional;
  }
  if (!out.optional) make_required(action);
  if (!out.runnable) make_unrunnable(action);
  return out;
}

}  // namespace systole::policy
