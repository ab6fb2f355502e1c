#include "policy/actions/action_plan.h"

namespace systole::policy {

ActionPlan::ActionPlan(const Status& status, const Placement& placement)
    : remarks(status.remarks.asked()),
      resources(placement.resources),
      nodes(placement.nodes),
      reload(status.resources.size()),
      fencing(status.nodes.size()),
      status_(&status),
      placement_(&placement),
      by_resource_(status.resources.size()) {}

std::optional<ActionId> ActionPlan::find(RscId rsc, const ActionQuery& query) const {
  const auto& actions = actions_of(rsc);
  for (auto id = actions.rbegin(); id != actions.rend(); ++id) {
    const Action& at = action(*id);
    if (query.task && at.task != *query.task) continue;
    if (query.interval_ms && at.key.interval_ms != *query.interval_ms) continue;
    if (query.node && at.node != *query.node) continue;
    return *id;
  }
  return std::nullopt;
}

std::optional<ActionId> ActionPlan::find_key(RscId rsc, const OpKey& key,
                                             std::optional<NodeId> node) const {
  if (!has_task(rsc, key.task)) return std::nullopt;
  const auto& actions = actions_of(rsc);
  for (auto id = actions.rbegin(); id != actions.rend(); ++id) {
    if (has_key(*id, key) && (!node || action(*id).node == *node)) return *id;
  }
  return std::nullopt;
}

std::optional<ActionId> ActionPlan::find_requested(RscId rsc, const OpKey& key,
                                                   std::optional<NodeId> node) const {
  if (!has_task(rsc, key.task)) return std::nullopt;
  for (const ActionId id : actions_of(rsc)) {
    if (!has_key(id, key)) continue;
    const Action& at = action(id);
    if (!node || !at.node || *at.node == *node) return id;
  }
  return std::nullopt;
}

void ActionPlan::find_all(RscId rsc, const OpKey& key, std::vector<ActionId>& out) const {
  if (!has_task(rsc, key.task)) return;
  for (const ActionId id : actions_of(rsc)) {
    if (has_key(id, key)) out.push_back(id);
  }
}

ActionId ActionPlan::add(Action&& action) {
  const ActionId id(static_cast<std::uint32_t>(actions_.size()));
  action.id = id;
  if (action.resource) {
    ActionsOfResource& known = by_resource_[action.resource->value()];
    known.actions.push_back(id);
    known.tasks |= bit_of(action.key.task);
  } else {
    plain.emplace(action.plain_key, id);
  }
  key_tasks_.push_back(action.key.task);
  actions_.push_back(std::move(action));
  return id;
}

void ActionPlan::order(ActionId first, ActionId then, effect::Bits effects) {
  if (first == then || effects == effect::kNone) return;
  if ((asked_between(first, then) & effects) != 0) return;
  const auto place = static_cast<std::uint32_t>(relations.size());
  relations.push_back({first, then, effects, effects});
  action(first).after.push_back(place);
  action(then).before.push_back(place);
  const auto crowded = asked_after_.find(first.value());
  if (crowded != asked_after_.end()) crowded->second[then.value()] |= effects;
}

effect::Bits ActionPlan::asked_between(ActionId first, ActionId then) {
  constexpr std::size_t kCrowd = 32;
  const auto& after = action(first).after;
  const auto& before = action(then).before;
  effect::Bits asked = effect::kNone;
  if (after.size() < kCrowd || before.size() < kCrowd) {
    for (const std::uint32_t place : after.size() < before.size() ? after : before) {
      const Relation& known = relations[place];
      if (known.first == first && known.then == then) asked |= known.asked_for;
    }
    return asked;
  }
  const auto [crowded, is_new] = asked_after_.try_emplace(first.value());
  if (is_new) {
    for (const std::uint32_t place : after) {
      crowded->second[relations[place].then.value()] |= relations[place].asked_for;
    }
  }
  const auto found = crowded->second.find(then.value());
  return found == crowded->second.end() ? asked : found->second;
}

}  // namespace systole::policy
