#include "policy/ordering/propagation.h"

#include <array>
#include <limits>

#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

using namespace effect;

namespace {

/// A bound above all relations.
constexpr std::uint32_t kAll = std::numeric_limits<std::uint32_t>::max();

/// Each effect applies to all that it concerns before the next: which of several causes becomes the
/// reason depends on it.
constexpr std::array<Bits, 10> kSequence = {kFirstImpliesThen | kFirstImpliesSameNode,
                                            kRestart,
                                            kThenImpliesFirst,
                                            kPromotedThenImpliesFirst,
                                            kMinimum,
                                            kUnrunnableBlocks,
                                            kUnmigratableBlocks,
                                            kElse,
                                            kOrder,
                                            kAsymmetric};

}  // namespace

Propagation::Propagation(ActionPlan& plan) : plan_(plan), status_(plan.status()), pending_(plan) {}

void Propagation::settle() {
  const auto update_all = [&](bool gates) {
    for (std::size_t i = plan_.size(); i-- > 0;) {
      const ActionId id(static_cast<std::uint32_t>(i));
      const Action& action = plan_.action(id);
      // What waits for nothing, as most probes do, learns nothing.
      if (action.before.empty() && action.required_inputs == 0) continue;
      const bool gate = action.task == Task::kOneOrMore || action.task == Task::kLoadStopped;
      if (gate == gates) run(Update{.then = id});
    }
  };
  update_all(false);
  update_all(true);
  // What became of parts after their collective was looked at last still counts for it.
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    collect_flags(ActionId(static_cast<std::uint32_t>(i)), std::nullopt);
  }
}

void Propagation::run(Frame frame) {
  push(std::move(frame));
  while (!frames_.empty()) {
    std::visit([this](auto& at) { resume(at); }, frames_.back());
  }
}

/// Nothing but a return may follow in the frame that waits for the new one.
void Propagation::push(Frame frame) {
  frames_.push_back(std::move(frame));
  result_ = kNothing;
}

void Propagation::pop(unsigned changed) {
  frames_.pop_back();
  result_ = changed;
}

void Propagation::resume(Update& at) {
  if (!at.begun) begin(at);
  if (at.first) {
    const ActionId first = *at.first;
    at.first.reset();
    at.changed = at.changed || (result_ & kThenChanged) != 0;
    if ((result_ & kFirstChanged) != 0) {
      push(Update{.then = first});
      push(Succession{.first = first});
      return;
    }
  }
  while (const auto place = pending_.newest(plan_.action(at.then), at.bound)) {
    at.bound = *place;
    if (look_at(at, *place)) return;
  }
  finish(at);
}

void Propagation::begin(Update& at) {
  Action& then = plan_.action(at.then);
  at.begun = true;
  at.bound = static_cast<std::uint32_t>(plan_.relations.size());
  at.was_runnable = then.runnable;
  // What waits for a number of inputs is counted anew each time.
  if (then.required_inputs > 0) {
    then.runnable_inputs = 0;
    make_unrunnable(then);
  }
}

/// Begins to apply an input's effects; false if it has none.
bool Propagation::look_at(Update& at, std::uint32_t place) {
  const Action& then = plan_.action(at.then);
  PendingInputs::Seen seen = pending_.begin(place);
  if (plan_.relations[place].effects == kNone) return false;
  const std::uint32_t asked = place;
  place = replace_by_completion(place);
  if (place != asked) seen = pending_.begin(place);
  Relation& relation = plan_.relations[place];
  if (relation.effects == kNone) return false;
  Action& first = plan_.action(relation.first);
  const std::optional<NodeId> first_node = place_of(first);
  const std::optional<NodeId> then_node = place_of(then);
  if ((relation.effects & kSameNode) != 0 && first_node && then_node && *first_node != *then_node) {
    relation.effects = kNone;
    return false;
  }
  Evaluation next{.relation = place,
                  .first = relation.first,
                  .then = at.then,
                  .effects = relation.effects,
                  .seen = seen};
  // A collective that is looked at takes over what its parts came to in the meantime; that alone
  // is no news to what waits for it.
  collect_flags(at.then, first_node);
  if ((relation.effects & kCancelsFirst) != 0 && !then.optional && !first.optional) {
    first.optional = true;
    pending_.touch(first);
    if (first.task == Task::kReload && first.resource) {
      plan_.reload[first.resource->value()] = false;
    }
    next.changed |= kFirstChanged;
  }
  next.scope = {flags_of(relation.first, then_node), then.node};
  if ((relation.effects & kNested) != 0 && !next.scope.first.runnable) {
    next.stays = !first.resource || status_.resource(*first.resource).active_on.empty();
    next.effects = next.stays ? relation.effects | kUnrunnableBlocks : kNone;
  }
  at.first = relation.first;
  push(next);
  return true;
}

void Propagation::finish(Update& at) {
  const ActionId id = at.then;
  const bool was_runnable = at.was_runnable;
  const bool counted = plan_.action(id).required_inputs > 0;
  const bool changed = counted ? plan_.action(id).runnable != was_runnable : at.changed;
  pop();
  if (!changed) return;
  push(Succession{.first = id});
  if (was_runnable) push(Blockade{id});
  if (!counted) push(Update{.then = id});
}

/// A collective stands for its completion where something outside of it waits for it.
std::uint32_t Propagation::replace_by_completion(std::uint32_t place) {
  const Relation relation = plan_.relations[place];
  const Action& first = plan_.action(relation.first);
  const Action& then = plan_.action(relation.then);
  if (!first.resource || !then.resource || *first.resource == *then.resource) return place;
  const Resource& rsc = status_.resource(*first.resource);
  if (rsc.is_primitive() || is_ancestor(status_, *first.resource, *then.resource)) return place;
  if (first.key.phase != NotifyPhase::kNone || first.key.interval_ms > 0) return place;
  OpKey key{.task = completion_of(first.key.task)};
  const auto clone = rsc.is_bundle() ? rsc.bundle.inner : std::optional(*first.resource);
  if (clone && status_.resource(*clone).is_clone() && status_.resource(*clone).clone.notify) {
    key.phase = NotifyPhase::kConfirmedPost;
  }
  // A bundle has no notifications of its own: what waits for one that notifies inside waits for the
  // action itself.
  const std::optional<ActionId> completion = plan_.find_key(*first.resource, key, std::nullopt);
  if (!completion || *completion == relation.first) return place;
  plan_.relations[place].effects = kNone;
  plan_.order(*completion, relation.then, relation.effects);
  return plan_.action(relation.then).before.back();
}

/// Where an action takes place; the start of a group does where the group runs.
std::optional<NodeId> Propagation::place_of(const Action& action) const {
  const bool group_start = action.resource && status_.resource(*action.resource).is_group() &&
                           action.key.task == Task::kStart;
  return group_start ? plan_.resource(*action.resource).node : action.node;
}

void Propagation::resume(Succession& at) {
  const std::vector<std::uint32_t>& after = plan_.action(at.first).after;
  if (!at.begun) at.left = after.size();
  at.begun = true;
  while (at.left > 0) {
    const ActionId then = plan_.relations[after[--at.left]].then;
    if (!pending_.newest(plan_.action(then), kAll)) continue;
    push(Update{.then = then});
    return;
  }
  pop();
}

void Propagation::resume(Evaluation& at) {
  at.changed |= result_;
  while (at.step < kSequence.size()) {
    const Bits effect = at.effects & kSequence[at.step++];
    if (effect != kNone && apply(at.first, at.then, effect, at.scope, at.changed)) return;
  }
  finish(at);
}

void Propagation::finish(Evaluation& at) {
  Relation& relation = plan_.relations[at.relation];
  if (!at.stays) relation.effects = kNone;
  Action& first = plan_.action(at.first);
  Action& then = plan_.action(at.then);
  const Flags& flags = at.scope.first;
  if ((at.effects & kFirstShows) != 0 && !flags.optional && flags.runnable) then.forced = true;
  if ((at.effects & kThenShows) != 0 && !then.optional) first.forced = true;
  if (is_held_by_blocked_stop(first, then, at.effects)) {
    make_unrunnable(then);
    at.changed |= kThenChanged;
  }
  pending_.finish(at.relation, at.seen, at.changed != kNothing);
  pop(at.changed);
}

}  // namespace systole::policy
