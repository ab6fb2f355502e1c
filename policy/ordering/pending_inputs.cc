#include "policy/ordering/pending_inputs.h"

#include <algorithm>

#include "policy/ordering/orderer.h"

namespace systole::policy {

namespace {

/// Tasks that make one another up in collectives: a start and its completion are one family.
constexpr std::size_t kFamilies = 5;

std::size_t family_of(Task task) {
  switch (base_of(task)) {
    case Task::kStart:
      return 0;
    case Task::kStop:
      return 1;
    case Task::kPromote:
      return 2;
    case Task::kDemote:
      return 3;
    default:
      return 4;
  }
}

}  // namespace

PendingInputs::PendingInputs(const ActionPlan& plan)
    : plan_(plan),
      inputs_(plan.size()),
      seen_(plan.relations.size()),
      by_resource_(plan.status().resources.size() * kFamilies),
      plain_(plan.size()) {}

std::size_t PendingInputs::family_place(RscId rsc, Task task) {
  return rsc.value() * kFamilies + family_of(task);
}

bool PendingInputs::is_collective(const Action& action) const {
  return action.resource && !plan_.status().resource(*action.resource).is_primitive();
}

PendingInputs::Seen PendingInputs::seen_now(std::uint32_t relation) const {
  const Relation& at = plan_.relations[relation];
  return {changes_of(plan_.action(at.first)), changes_of(plan_.action(at.then))};
}

bool PendingInputs::is_settled(std::uint32_t relation) const {
  if (plan_.relations[relation].effects == effect::kNone) return true;
  return relation < seen_.size() && seen_[relation] == seen_now(relation);
}

/// Whether a relation does nothing: it says who comes first and no more, as those of most probes
/// do. Where a collective is at an end, looking at it does something, too.
bool PendingInputs::is_idle(std::uint32_t relation) const {
  const Relation& at = plan_.relations[relation];
  return at.effects == effect::kOrder && !is_collective(plan_.action(at.first)) &&
         !is_collective(plan_.action(at.then));
}

/// The inputs of an action; those that it got since are new, and pending.
PendingInputs::Inputs& PendingInputs::inputs_of(const Action& then) {
  Inputs& inputs = inputs_[then.id.value()];
  for (; inputs.sorted_in < then.before.size(); ++inputs.sorted_in) {
    const std::uint32_t relation = then.before[inputs.sorted_in];
    if (is_idle(relation)) continue;
    const bool collective = is_collective(plan_.action(plan_.relations[relation].first));
    (collective ? inputs.collectives : inputs.pending).push_back(relation);
  }
  return inputs;
}

std::optional<std::uint32_t> PendingInputs::newest_of(const std::vector<std::uint32_t>& places,
                                                      std::uint32_t bound) const {
  auto at = std::lower_bound(places.begin(), places.end(), bound);
  while (at != places.begin()) {
    --at;
    if (!is_settled(*at)) return *at;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> PendingInputs::newest(const Action& then, std::uint32_t bound) {
  // Where inputs are counted, all of them are.
  if (then.required_inputs > 0) {
    const auto at = std::lower_bound(then.before.begin(), then.before.end(), bound);
    if (at == then.before.begin()) return std::nullopt;
    return *std::prev(at);
  }
  if (is_collective(then)) return newest_of(then.before, bound);
  const Inputs& inputs = inputs_of(then);
  std::optional<std::uint32_t> out = newest_of(inputs.collectives, bound);
  const auto at = std::lower_bound(inputs.pending.begin(), inputs.pending.end(), bound);
  if (at != inputs.pending.begin() && (!out || *std::prev(at) > *out)) out = *std::prev(at);
  return out;
}

PendingInputs::Seen PendingInputs::begin(std::uint32_t relation) {
  std::vector<std::uint32_t>& pending = inputs_[plan_.relations[relation].then.value()].pending;
  const auto at = std::lower_bound(pending.begin(), pending.end(), relation);
  if (at != pending.end() && *at == relation) pending.erase(at);
  return seen_now(relation);
}

void PendingInputs::finish(std::uint32_t relation, const Seen& begun, bool changed) {
  if (changed) return add(plan_.action(plan_.relations[relation].then), relation);
  if (seen_.size() < plan_.relations.size()) seen_.resize(plan_.relations.size());
  if (begun == seen_now(relation)) seen_[relation] = begun;
}

/// Notes that a relation from an action that stands for itself is pending.
void PendingInputs::add(const Action& then, std::uint32_t relation) {
  if (is_idle(relation) || is_collective(plan_.action(plan_.relations[relation].first))) return;
  std::vector<std::uint32_t>& pending = inputs_of(then).pending;
  const auto at = std::lower_bound(pending.begin(), pending.end(), relation);
  if (at == pending.end() || *at != relation) pending.insert(at, relation);
}

void PendingInputs::touch(const Action& action) {
  if (!action.resource) {
    ++plain_[action.id.value()];
  } else {
    for (auto at = action.resource; at; at = plan_.status().resource(*at).parent) {
      ++by_resource_[family_place(*at, action.key.task)];
    }
  }
  if (is_collective(action)) return;
  for (const std::uint32_t relation : action.after) {
    add(plan_.action(plan_.relations[relation].then), relation);
  }
  Inputs& inputs = inputs_[action.id.value()];
  inputs = {};
}

void PendingInputs::touch_all() {
  ++all_;
  std::fill(inputs_.begin(), inputs_.end(), Inputs{});
}

}  // namespace systole::policy
