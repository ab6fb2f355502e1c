// What relations do to the flags of actions, until nothing changes any more.

#include <algorithm>
#include <array>

#include "lib/base/strings.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

using namespace effect;

namespace {

bool is_collective(const Resource& rsc) {
  return !rsc.is_primitive();
}

}  // namespace

void Orderer::propagate() {
  // The newest first, here and among inputs: which cause an action names as its reason depends on
  // it.
  const auto settle = [&](bool gates) {
    for (std::size_t i = plan_.size(); i-- > 0;) {
      const ActionId id(static_cast<std::uint32_t>(i));
      const Task task = plan_.action(id).task;
      const bool gate = task == Task::kOneOrMore || task == Task::kLoadStopped;
      if (gate == gates) update(id);
    }
  };
  settle(false);
  settle(true);
  // What became of parts after their collective was looked at last still counts for it.
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    flags_of(ActionId(static_cast<std::uint32_t>(i)), std::nullopt);
  }
}

/// A collective stands for its completion where something outside of it waits for it.
std::optional<std::uint32_t> Orderer::replace_by_completion(std::uint32_t place) {
  const Relation relation = plan_.relations[place];
  const Action& first = plan_.action(relation.first);
  const Action& then = plan_.action(relation.then);
  if (!first.resource || !then.resource || *first.resource == *then.resource) return std::nullopt;
  const Resource& rsc = status_.resource(*first.resource);
  if (!is_collective(rsc) || is_ancestor(status_, *first.resource, *then.resource))
    return std::nullopt;
  if (first.key.phase != NotifyPhase::kNone || first.key.interval_ms > 0) return std::nullopt;
  const Task done = completion_of(first.key.task);
  OpKey key{.task = done};
  const auto clone = rsc.is_bundle() ? rsc.bundle.inner : std::optional(*first.resource);
  if (clone && status_.resource(*clone).is_clone() && status_.resource(*clone).clone.notify) {
    key.phase = NotifyPhase::kConfirmedPost;
  }
  // A bundle has no notifications of its own: what waits for one that notifies inside waits for the
  // action itself.
  const std::optional<ActionId> completion = plan_.find_key(*first.resource, key, std::nullopt);
  if (!completion || *completion == relation.first) return std::nullopt;
  plan_.relations[place].effects = kNone;
  plan_.order(*completion, relation.then, relation.effects);
  return plan_.action(relation.then).before.back();
}

/// Where an action takes place; the start of a group does where the group runs.
std::optional<NodeId> Orderer::place_of(const Action& action) const {
  const bool group_start = action.resource && status_.resource(*action.resource).is_group() &&
                           action.key.task == Task::kStart;
  return group_start ? plan_.resource(*action.resource).node : action.node;
}

void Orderer::update(ActionId id) {
  Action& then = plan_.action(id);
  bool then_changed = false;
  const bool was_runnable = then.runnable;
  if (then.required_inputs > 0) {
    then.runnable_inputs = 0;
    then.runnable = false;
  }
  const std::vector<std::uint32_t> before(then.before.rbegin(), then.before.rend());
  for (std::uint32_t place : before) {
    if (plan_.relations[place].effects == kNone) continue;
    if (const auto replaced = replace_by_completion(place)) place = *replaced;
    if (plan_.relations[place].effects == kNone) continue;
    const ActionId first_id = plan_.relations[place].first;
    Action& first = plan_.action(first_id);
    Bits effects = plan_.relations[place].effects;
    const std::optional<NodeId> first_node = place_of(first);
    const std::optional<NodeId> then_node = place_of(then);
    if ((effects & kSameNode) != 0 && first_node && then_node && *first_node != *then_node) {
      plan_.relations[place].effects = kNone;
      continue;
    }
    // A collective that is looked at takes over what its parts came to in the meantime; that alone
    // is no news to what waits for it.
    flags_of(id, first_node);
    unsigned changed = kNothing;
    if ((effects & kCancelsFirst) != 0 && !then.optional && !first.optional) {
      first.optional = true;
      if (first.task == Task::kReload && first.resource) {
        plan_.reload[first.resource->value()] = false;
      }
      changed |= kFirstChanged;
    }
    changed |= apply_relation(first_id, id, effects, then_node);
    plan_.relations[place].effects = effects;
    if ((changed & kFirstChanged) != 0) {
      update_after(first_id);
      update(first_id);
    }
    then_changed = then_changed || (changed & kThenChanged) != 0;
  }
  // What waits for a number of inputs is counted anew each time.
  if (then.required_inputs > 0) then_changed = then.runnable != was_runnable;
  if (!then_changed) return;
  if (then.required_inputs == 0) update(id);
  if (was_runnable && !then.runnable) block_colocated(id);
  update_after(id);
}

void Orderer::update_after(ActionId id) {
  const Action& action = plan_.action(id);
  const std::vector<std::uint32_t> after(action.after.rbegin(), action.after.rend());
  for (const std::uint32_t later : after) update(plan_.relations[later].then);
}

/// Applies the effects of one relation, each to all that it concerns before the next: which of
/// several causes becomes the reason depends on it.
unsigned Orderer::apply_relation(ActionId first_id, ActionId then_id, Bits& effects,
                                 std::optional<NodeId> place) {
  static constexpr std::array<Bits, 10> kSequence = {kFirstImpliesThen | kFirstImpliesSameNode,
                                                     kRestart,
                                                     kThenImpliesFirst,
                                                     kPromotedThenImpliesFirst,
                                                     kMinimum,
                                                     kUnrunnableBlocks,
                                                     kUnmigratableBlocks,
                                                     kElse,
                                                     kOrder,
                                                     kAsymmetric};
  Action& first = plan_.action(first_id);
  Action& then = plan_.action(then_id);
  const Flags flags = flags_of(first_id, place);
  Bits wanted = effects;
  if ((wanted & kNested) != 0 && !flags.runnable) {
    if (first.resource && !status_.resource(*first.resource).active_on.empty()) {
      effects = kNone;
      return kNothing;
    }
    wanted |= kUnrunnableBlocks;
  }
  unsigned changed = kNothing;
  for (const Bits step : kSequence) {
    if ((wanted & step) != 0)
      changed |= apply(first_id, then_id, wanted & step, {flags, then.node});
  }
  if ((wanted & kFirstShows) != 0 && !flags.optional && flags.runnable) then.forced = true;
  if ((wanted & kThenShows) != 0 && !then.optional) first.forced = true;
  if (is_held_by_blocked_stop(first, then, wanted)) {
    then.runnable = false;
    changed |= kThenChanged;
  }
  return changed;
}

/// Applies an effect to an action and, where it stands for a collective, to its parts.
unsigned Orderer::apply(ActionId first, ActionId then, Bits effect, const Scope& scope) {
  const Action& later = plan_.action(then);
  if (!later.resource || status_.resource(*later.resource).is_primitive()) {
    return apply_pair(first, then, effect, scope);
  }
  const Resource& rsc = status_.resource(*later.resource);
  if (!rsc.is_group() && is_interleaved(plan_.action(first), later)) {
    return apply_interleaved(first, then, effect);
  }
  unsigned changed = apply_pair(first, then, effect, scope);
  for (const RscId instance : instances_of(*later.resource)) {
    const auto part = plan_.find_key(instance, later.key, scope.node);
    if (!part || *part == first) continue;
    if (!rsc.is_group() && !flags_of(*part, scope.node).runnable) continue;
    const unsigned changed_part = apply(first, *part, effect, scope);
    if (!rsc.is_group() && (changed_part & kThenChanged) != 0) update_after(*part);
    changed |= changed_part;
  }
  return changed;
}

void Orderer::give_reason(Action& action, std::string_view word, const Action& cause) {
  if (!action.reason.empty()) return;
  if (cause.resource && cause.resource == action.resource) return;
  const std::string_view task = cause.task == Task::kOther ? cause.key.name : to_string(cause.task);
  std::string_view name = task;
  if (cause.task == Task::kOneOrMore || cause.task == Task::kLoadStopped) name = cause.plain_key;
  if (cause.resource) {
    action.reason = base::cat(word, " ", status_.resource(*cause.resource).id, " ", name);
  } else {
    action.reason = base::cat(word, " ", name);
  }
}

void Orderer::require(Action& action, const Action& cause) {
  if (!action.optional) return;
  action.optional = false;
  give_reason(action, "required", cause);
}

void Orderer::block(Action& action, const Action& cause) {
  if (!action.runnable) return;
  action.runnable = false;
  give_reason(action, "unrunnable", cause);
}

void Orderer::unmigrate(Action& action, const Action& cause) {
  if (!action.migratable) return;
  action.migratable = false;
  give_reason(action, "unmigrateable", cause);
}

void Orderer::apply_restart(Action& first, Action& then) {
  const bool same = first.resource && first.resource == then.resource;
  const bool managed = then.resource && plan_.resource(*then.resource).managed;
  const bool restarts = !then.optional;
  const bool stops = !then.runnable && managed && same;
  if (!restarts && !stops) return;
  if (first.runnable) require(first, then);
  if (!then.optional) require(first, then);
  if (!then.migratable) unmigrate(first, then);
  if (!first.optional && !first.runnable) block(then, first);
}

void Orderer::apply_asymmetric(const Action& first, Action& then, const Flags& flags) {
  if (flags.runnable) return;
  if (then.resource) {
    const Resource& rsc = status_.resource(*then.resource);
    if (then.key.task == Task::kStop && then.optional &&
        plan_.resource(*then.resource).role == Role::kStopped) {
      return;
    }
    const bool only_here =
        then.node && rsc.active_on.size() == 1 && rsc.active_on.front() == *then.node;
    if (then.key.task == Task::kStart && then.optional && only_here) return;
  }
  require(then, first);
  block(then, first);
}

void Orderer::apply_minimum(Action& then, const Flags& flags) {
  if (!flags.runnable) return;
  ++then.runnable_inputs;
  if (then.runnable_inputs >= then.required_inputs) then.runnable = true;
}

/// A stop that nobody may do keeps what needs it from happening.
bool Orderer::is_held_by_blocked_stop(const Action& first, const Action& then, Bits effects) const {
  if ((effects & (kFirstImpliesThen | kThenImpliesFirst | kRestart)) == 0) return false;
  if (first.key.task != Task::kStop || first.runnable || !first.resource) return false;
  const PlacedResource& rsc = plan_.resource(*first.resource);
  return !rsc.managed && rsc.blocked && then.runnable;
}

void Orderer::apply_migration_effects(Action& first, Action& then, const Flags& flags,
                                      Bits effects) {
  if ((effects & kUnmigratableBlocks) != 0) {
    if (!then.migratable || !then.runnable) block(first, then);
    if (!then.optional) require(first, then);
  }
  if ((effects & kElse) != 0 && !flags.runnable) {
    unmigrate(then, first);
    then.pseudo = false;
  }
}

/// Applies one effect to two actions.
unsigned Orderer::apply_pair(ActionId first_id, ActionId then_id, Bits effect, const Scope& scope) {
  Action& first = plan_.action(first_id);
  Action& then = plan_.action(then_id);
  const Flags& flags = scope.first;
  const auto state = [](const Action& a) {
    return (a.optional ? 1U : 0U) | (a.runnable ? 2U : 0U) | (a.pseudo ? 4U : 0U) |
           (a.migratable ? 8U : 0U);
  };
  const unsigned first_before = state(first);
  const unsigned then_before = state(then);

  const bool same_node = first.node && then.node && *first.node == *then.node;
  const bool implies =
      (effect & kFirstImpliesThen) != 0 || ((effect & kFirstImpliesSameNode) != 0 && same_node);
  if (implies && !flags.optional && !first.migratable) require(then, first);
  if ((effect & kRestart) != 0) apply_restart(first, then);
  const bool promoted = then.resource && plan_.resource(*then.resource).role == Role::kPromoted;
  const bool demotes = (effect & kPromotedThenImpliesFirst) != 0 && promoted;
  if (((effect & kThenImpliesFirst) != 0 || demotes) && !then.optional) {
    if (demotes || !flags.optional) require(first, then);
    // Whether a clone lets others migrate is decided for the clone as a whole.
    const bool instance = then.resource && status_.resource(*then.resource).instance >= 0;
    if (!then.migratable && !instance) unmigrate(first, then);
  }
  if ((effect & kMinimum) != 0) apply_minimum(then, flags);
  if ((effect & kUnrunnableBlocks) != 0 && !flags.runnable) {
    block(then, first);
    unmigrate(then, first);
  }
  apply_migration_effects(first, then, flags, effect);
  if ((effect & kAsymmetric) != 0) apply_asymmetric(first, then, flags);

  unsigned changed = kNothing;
  if (state(first) != first_before) changed |= kFirstChanged;
  if (state(then) != then_before) {
    changed |= kThenChanged;
    // Parts of collectives settle before their siblings are looked at.
    if (then.resource && status_.resource(*then.resource).parent) update(then_id);
  }
  return changed;
}

Orderer::Flags Orderer::flags_of(ActionId id, std::optional<NodeId> node) {
  const Action& action = plan_.action(id);
  if (!action.resource || status_.resource(*action.resource).is_primitive()) {
    return {action.optional, action.runnable, action.migratable};
  }
  if (status_.resource(*action.resource).is_group()) return group_flags(id, std::nullopt);
  Flags flags = instance_flags(id, std::nullopt);
  if (node) flags.optional = instance_flags(id, node).optional;
  return flags;
}

Orderer::Flags Orderer::group_flags(ActionId id, std::optional<NodeId> node) {
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
      action.optional = false;
    }
    if (!flags.runnable && done) {
      out.runnable = false;
      action.runnable = false;
    }
  }
  return out;
}

Orderer::Flags Orderer::instance_flags(ActionId id, std::optional<NodeId> node) {
  Action& action = plan_.action(id);
  Flags out{true, false, action.migratable};
  bool any_required = false;
  bool any_runnable = false;
  for (const RscId instance : acting_parts(*action.resource, action.key.task)) {
    // A group has run when its last member does; a primitive when it was started.
    const bool primitive = status_.resource(instance).is_primitive();
    const Task task = primitive ? base_of(action.key.task) : action.key.task;
    const auto part = plan_.find_key(instance, OpKey{.task = task}, std::nullopt);
    if (part && flags_of(*part, std::nullopt).runnable) any_runnable = true;
    const auto here =
        node && primitive ? plan_.find_key(instance, OpKey{.task = task}, node) : part;
    if (!here) continue;
    const bool group = status_.resource(instance).is_group();
    const Flags flags = group ? group_flags(*here, node) : flags_of(*here, node);
    if (!flags.optional) any_required = true;
  }
  out.optional = !any_required;
  out.runnable = any_runnable;
  if (!node) {
    if (any_required) action.optional = false;
    if (!any_runnable) action.runnable = false;
  }
  return out;
}

}  // namespace systole::policy
