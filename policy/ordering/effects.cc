// What the effects of a relation do to two actions.

#include "lib/base/strings.h"
#include "policy/ordering/propagation.h"

namespace systole::policy {

using namespace effect;

namespace {

unsigned flag_bits(const Action& action) {
  return (action.optional ? 1U : 0U) | (action.runnable ? 2U : 0U) | (action.pseudo ? 4U : 0U) |
         (action.migratable ? 8U : 0U);
}

}  // namespace

unsigned Propagation::apply_pair(Action& first, Action& then, Bits effect, const Flags& flags) {
  const unsigned first_before = flag_bits(first);
  const unsigned then_before = flag_bits(then);
  const bool same_node = first.node && then.node && *first.node == *then.node;
  const bool implies =
      (effect & kFirstImpliesThen) != 0 || ((effect & kFirstImpliesSameNode) != 0 && same_node);
  if (implies && !flags.optional && !first.migratable) require(then, first);
  if ((effect & kRestart) != 0) apply_restart(first, then);
  if (!then.optional) apply_then_implies_first(first, then, effect, flags);
  if ((effect & kMinimum) != 0) apply_minimum(then, flags);
  if ((effect & kUnrunnableBlocks) != 0 && !flags.runnable) {
    block(then, first);
    unmigrate(then, first);
  }
  apply_migration_effects(first, then, flags, effect);
  if ((effect & kAsymmetric) != 0) apply_asymmetric(first, then, flags);

  unsigned changed = kNothing;
  if (flag_bits(first) != first_before) {
    pending_.touch(first);
    changed |= kFirstChanged;
  }
  if (flag_bits(then) != then_before) {
    pending_.touch(then);
    changed |= kThenChanged;
  }
  return changed;
}

void Propagation::give_reason(Action& action, std::string_view word, const Action& cause) {
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

void Propagation::require(Action& action, const Action& cause) {
  if (!action.optional) return;
  action.optional = false;
  give_reason(action, "required", cause);
}

void Propagation::block(Action& action, const Action& cause) {
  if (!action.runnable) return;
  action.runnable = false;
  give_reason(action, "unrunnable", cause);
}

void Propagation::unmigrate(Action& action, const Action& cause) {
  if (!action.migratable) return;
  action.migratable = false;
  give_reason(action, "unmigrateable", cause);
}

void Propagation::apply_restart(Action& first, Action& then) {
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

void Propagation::apply_then_implies_first(Action& first, Action& then, Bits effect,
                                           const Flags& flags) {
  const bool promoted = then.resource && plan_.resource(*then.resource).role == Role::kPromoted;
  const bool demotes = (effect & kPromotedThenImpliesFirst) != 0 && promoted;
  if ((effect & kThenImpliesFirst) == 0 && !demotes) return;
  if (demotes || !flags.optional) require(first, then);
  // Whether a clone lets others migrate is decided for the clone as a whole.
  const bool instance = then.resource && status_.resource(*then.resource).instance >= 0;
  if (!then.migratable && !instance) unmigrate(first, then);
}

void Propagation::apply_asymmetric(const Action& first, Action& then, const Flags& flags) {
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

void Propagation::apply_minimum(Action& then, const Flags& flags) {
  if (!flags.runnable) return;
  ++then.runnable_inputs;
  if (then.runnable_inputs >= then.required_inputs) then.runnable = true;
}

void Propagation::apply_migration_effects(Action& first, Action& then, const Flags& flags,
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

/// A stop that nobody may do keeps what needs it from happening.
bool Propagation::is_held_by_blocked_stop(const Action& first, const Action& then,
                                          Bits effects) const {
  if ((effects & (kFirstImpliesThen | kThenImpliesFirst | kRestart)) == 0) return false;
  if (first.key.task != Task::kStop || first.runnable || !first.resource) return false;
  const PlacedResource& rsc = plan_.resource(*first.resource);
  return !rsc.managed && rsc.blocked && then.runnable;
}

}  // namespace systole::policy
