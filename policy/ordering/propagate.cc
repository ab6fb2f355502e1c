// What relations do to the flags of actions, until nothing changes any more.

#include <algorithm>

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
  for (std::size_t i = plan_.size(); i-- > 0;) update(ActionId(static_cast<std::uint32_t>(i)));
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
  std::optional<ActionId> completion = plan_.find_key(*first.resource, key, std::nullopt);
  if (!completion && key.phase != NotifyPhase::kNone && clone != first.resource) {
    completion = plan_.find_key(*clone, key, std::nullopt);
  }
  if (!completion || *completion == relation.first) return std::nullopt;
  plan_.relations[place].effects = kNone;
  plan_.order(*completion, relation.then, relation.effects);
  return plan_.action(relation.then).before.back();
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
    std::optional<NodeId> node = then.node;
    std::optional<NodeId> first_node = first.node;
    if (first.resource && status_.resource(*first.resource).is_group() &&
        first.key.task == Task::kStart) {
      first_node = plan_.resource(*first.resource).node;
    }
    if ((effects & kSameNode) != 0 && first_node && node && *first_node != *node) {
      plan_.relations[place].effects = kNone;
      continue;
    }
    unsigned changed = kNothing;
    if ((effects & kCancelsFirst) != 0 && !then.optional && !first.optional) {
      first.optional = true;
      if (first.task == Task::kReload && first.resource) {
        plan_.reload[first.resource->value()] = false;
      }
      changed |= kFirstChanged;
    }
    changed |= apply(first_id, id, effects, node);
    plan_.relations[place].effects = effects;
    if ((changed & kFirstChanged) != 0) {
      const std::vector<std::uint32_t> after(first.after.rbegin(), first.after.rend());
      for (const std::uint32_t later : after) {
        if (plan_.relations[later].effects != kNone) update(plan_.relations[later].then);
      }
      update(first_id);
    }
    then_changed = then_changed || (changed & kThenChanged) != 0;
  }
  // What waits for a number of inputs is counted anew each time.
  if (then.required_inputs > 0) then_changed = then.runnable != was_runnable;
  if (!then_changed) return;
  if (then.required_inputs == 0) update(id);
  const std::vector<std::uint32_t> after(then.after.rbegin(), then.after.rend());
  for (const std::uint32_t later : after) {
    if (plan_.relations[later].effects != kNone) update(plan_.relations[later].then);
  }
}

/// Applies a relation to an action and, where it stands for a collective, to its parts.
unsigned Orderer::apply(ActionId first, ActionId then, Bits& effects, std::optional<NodeId> node) {
  const Action& later = plan_.action(then);
  if (!later.resource || status_.resource(*later.resource).is_primitive()) {
    return apply_pair(first, then, effects, node);
  }
  const Resource& rsc = status_.resource(*later.resource);
  if (rsc.is_group()) {
    unsigned changed = apply_pair(first, then, effects, node);
    for (const RscId member : rsc.children) {
      const auto part = plan_.find_key(member, later.key, node);
      if (part && *part != first) changed |= apply(first, *part, effects, node);
    }
    return changed;
  }
  if (is_interleaved(plan_.action(first), later)) return apply_interleaved(first, then, effects);
  unsigned changed = apply_pair(first, then, effects, node);
  for (const RscId instance : instances_of(*later.resource)) {
    const auto part = plan_.find_key(instance, later.key, node);
    if (!part || *part == first) continue;
    if (!flags_of(*part, node).runnable) continue;
    changed |= apply(first, *part, effects, node);
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
void Orderer::apply_blocked_stop(const Action& first, Action& then, Bits effects) {
  if ((effects & (kFirstImpliesThen | kThenImpliesFirst | kRestart)) == 0) return;
  if (first.key.task != Task::kStop || first.runnable || !first.resource) return;
  const PlacedResource& rsc = plan_.resource(*first.resource);
  if (rsc.managed || !rsc.blocked) return;
  block(then, first);
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

/// Applies the effects of one relation to two actions, in the order that decides which of several
/// causes becomes the reason.
unsigned Orderer::apply_pair(ActionId first_id, ActionId then_id, Bits& effects,
                             std::optional<NodeId> node) {
  Action& first = plan_.action(first_id);
  Action& then = plan_.action(then_id);
  const auto state = [](const Action& a) {
    return (a.optional ? 1U : 0U) | (a.runnable ? 2U : 0U) | (a.pseudo ? 4U : 0U) |
           (a.migratable ? 8U : 0U) | (a.forced ? 16U : 0U);
  };
  const Flags flags = flags_of(first_id, node);
  const unsigned first_before = state(first);
  const unsigned then_before = state(then);

  const bool same_node = first.node && then.node && *first.node == *then.node;
  const bool implies =
      (effects & kFirstImpliesThen) != 0 || ((effects & kFirstImpliesSameNode) != 0 && same_node);
  if (implies && !flags.optional && !flags.migratable) require(then, first);
  if ((effects & kRestart) != 0) apply_restart(first, then);
  const bool promoted = then.resource && plan_.resource(*then.resource).role == Role::kPromoted;
  const bool demotes = (effects & kPromotedThenImpliesFirst) != 0 && promoted;
  if (((effects & kThenImpliesFirst) != 0 || demotes) && !then.optional) {
    if (demotes || !flags.optional) require(first, then);
    // Whether a clone lets others migrate is decided for the clone as a whole.
    const bool instance = then.resource && status_.resource(*then.resource).instance >= 0;
    if (!then.migratable && !instance) unmigrate(first, then);
  }
  if ((effects & kMinimum) != 0) apply_minimum(then, flags);
  if ((effects & kNested) != 0 && !flags.runnable) {
    if (first.resource && !status_.resource(*first.resource).active_on.empty()) {
      effects = kNone;
    } else {
      block(then, first);
    }
  }
  if ((effects & kUnrunnableBlocks) != 0 && !flags.runnable) {
    const bool was_runnable = then.runnable;
    block(then, first);
    unmigrate(then, first);
    if (was_runnable) block_colocated(then_id);
  }
  apply_migration_effects(first, then, flags, effects);
  if ((effects & kAsymmetric) != 0) apply_asymmetric(first, then, flags);
  if ((effects & kFirstShows) != 0 && !flags.optional && flags.runnable) then.forced = true;
  if ((effects & kThenShows) != 0 && !then.optional) first.forced = true;
  apply_blocked_stop(first, then, effects);

  unsigned changed = kNothing;
  if (state(first) != first_before) changed |= kFirstChanged;
  if (state(then) != then_before) changed |= kThenChanged;
  return changed;
}

Orderer::Flags Orderer::flags_of(ActionId id, std::optional<NodeId> node) {
  const Action& action = plan_.action(id);
  if (!action.resource || status_.resource(*action.resource).is_primitive() ||
      action.key.phase != NotifyPhase::kNone) {
    return {action.optional, action.runnable, action.migratable};
  }
  if (status_.resource(*action.resource).is_group()) return group_flags(id, std::nullopt);
  return instance_flags(id, node);
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
  for (const RscId instance : instances_of(*action.resource)) {
    // A group has run when its last member does; a primitive when it was started.
    const bool primitive = status_.resource(instance).is_primitive();
    const Task task = primitive ? base_of(action.key.task) : action.key.task;
    const auto part = plan_.find_key(instance, OpKey{.task = task}, std::nullopt);
    if (part && flags_of(*part, std::nullopt).runnable) any_runnable = true;
    const auto here = node ? plan_.find_key(instance, OpKey{.task = task}, node) : part;
    if (!here) continue;
    if (!flags_of(*here, node).optional) any_required = true;
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
