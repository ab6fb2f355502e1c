// What a relation does to a collective, it does to its parts.

#include "policy/ordering/collectives.h"
#include "policy/ordering/orderer.h"
#include "policy/ordering/propagation.h"
#include "policy/status/queries.h"

namespace systole::policy {

/// Applies an effect and adds to `changed` what that changed; true if more is under way, which
/// leaves its part of it in result_.
bool Propagation::apply(ActionId first_id, ActionId then_id, Bits effect, const Scope& scope,
                        unsigned& changed) {
  Action& first = plan_.action(first_id);
  Action& then = plan_.action(then_id);
  if (then.resource && !status_.resource(*then.resource).is_primitive()) {
    const std::vector<RscId> parts = instances_of(status_, *then.resource);
    if (!status_.resource(*then.resource).is_group() && is_interleaved(status_, first, then)) {
      push(PairwiseApplication{
          .first = first_id, .then = then_id, .effects = effect, .parts = parts});
      return true;
    }
    if (effect == effect::kOrder) return false;
    push(Application{
        .first = first_id, .then = then_id, .effect = effect, .scope = scope, .parts = parts});
    return true;
  }
  const unsigned here = apply_pair(first, then, effect, scope.first);
  changed |= here;
  if ((here & kThenChanged) == 0 || !then.resource) return false;
  // Parts of collectives settle before their siblings are looked at.
  if (!status_.resource(*then.resource).parent) return false;
  push(Update{.then = then_id});
  return true;
}

void Propagation::resume(Application& at) {
  Action& then = plan_.action(at.then);
  const bool group = status_.resource(*then.resource).is_group();
  at.part_changed |= result_;
  if (!at.begun) {
    at.begun = true;
    at.changed = apply_pair(plan_.action(at.first), then, at.effect, at.scope.first);
    if ((at.changed & kThenChanged) != 0 && status_.resource(*then.resource).parent) {
      return push(Update{.then = at.then});
    }
  }
  while (true) {
    if (at.part) {
      const ActionId part = *at.part;
      at.part.reset();
      at.changed |= at.part_changed;
      if (!group && (at.part_changed & kThenChanged) != 0) return push(Succession{.first = part});
    }
    if (at.next == at.parts.size()) return pop(at.changed);
    const auto part = plan_.find_key(at.parts[at.next++], then.key, at.scope.node);
    if (!part || *part == at.first) continue;
    if (!group && !flags_of(*part, at.scope.node).runnable) continue;
    at.part = part;
    at.part_changed = kNothing;
    if (apply(at.first, *part, at.effect, at.scope, at.part_changed)) return;
  }
}

/// An instance that needs one of another clone beside it, where there is none, runs nowhere.
void Propagation::leave_without_place(RscId instance) {
  for_each_primitive(status_, instance, [&](RscId id) {
    PlacedResource& part = plan_.resource(id);
    part.node.reset();
    part.next_role = Role::kStopped;
    for (const ActionId action_id : plan_.actions_of(id)) {
      Action& action = plan_.action(action_id);
      if (action.task == Task::kStop) action.optional = false;
      if (action.task == Task::kStart) action.runnable = false;
    }
  });
  PlacedResource& placed = plan_.resource(instance);
  placed.node.reset();
  placed.next_role = Role::kStopped;
  pending_.touch_all();
}

void Propagation::resume(PairwiseApplication& at) {
  const Action& first = plan_.action(at.first);
  const Action& then = plan_.action(at.then);
  const Task first_task = base_of(first.key.task);
  const Task then_task = base_of(then.key.task);
  const bool current = first.key.task == Task::kStopped || first.key.task == Task::kDemoted;
  const bool needs = (at.effects & (effect::kUnrunnableBlocks | effect::kFirstImpliesThen)) != 0;
  // A container is stopped for what is inside, and started for it, too; only roles are its own.
  const bool first_inside = first_task != Task::kStop;
  const bool then_inside = then_task == Task::kPromote || then_task == Task::kDemote;
  at.changed |= result_;
  while (true) {
    if (at.part) {
      const ActionId part = *at.part;
      at.part.reset();
      if ((at.changed & kThenChanged) != 0) return push(Succession{.first = part});
    }
    if (at.next == at.parts.size()) return pop(at.changed);
    const RscId instance = at.parts[at.next++];
    const auto beside = instance_beside(plan_, instance, *first.resource, current);
    if (!beside) {
      if (current || !needs || !plan_.resource(instance).node) continue;
      leave_without_place(instance);
      at.changed |= kThenChanged;
      continue;
    }
    const auto a = plan_.find_key(actor_of(status_, *first.resource, *beside, first_inside),
                                  OpKey{.task = first_task}, std::nullopt);
    const auto b = plan_.find_key(actor_of(status_, *then.resource, instance, then_inside),
                                  OpKey{.task = then_task}, std::nullopt);
    if (!a || !b) continue;
    const std::size_t known = plan_.relations.size();
    plan_.order(*a, *b, at.effects);
    if (plan_.relations.size() > known) at.changed |= kFirstChanged | kThenChanged;
    const std::optional<NodeId> node = plan_.action(*b).node;
    at.part = b;
    if (apply(*a, *b, at.effects, {flags_of(*a, node), node}, at.changed)) return;
  }
}

}  // namespace systole::policy
