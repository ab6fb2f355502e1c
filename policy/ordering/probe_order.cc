// Nothing is stopped because of a resource whose probes are still out.

#include <algorithm>

#include "policy/ordering/collectives.h"
#include "policy/ordering/orderer.h"
#include "policy/status/queries.h"

namespace systole::policy {

using namespace effect;

namespace {

bool is_probe(const Action& action) {
  return action.resource && action.key == OpKey{.task = Task::kMonitor} &&
         action.task == Task::kMonitor;
}

bool is_stop(const ActionPlan& plan, const Side& side) {
  const auto* const action = std::get_if<ActionId>(&side);
  const Task task = action != nullptr ? plan.task_of(*action) : std::get<ResourceTask>(side).task;
  return task == Task::kStop;
}

}  // namespace

void Orderer::order_probes() {
  const std::size_t count = plan_.size();
  std::vector<ActionId> probes;
  for (std::size_t i = 0; i < count; ++i) {
    const ActionId id(static_cast<std::uint32_t>(i));
    if (is_probe(plan_.action(id)) && !plan_.action(id).optional) probes.push_back(id);
  }
  if (probes.empty()) return;
  seen_.assign(plan_.size(), 0);
  find_restarts();
  for (const ActionId probe : probes) {
    order_probe_before_instances(probe);
    // Those that come in meanwhile need not be followed.
    const std::vector<std::uint32_t>& after = plan_.action(probe).after;
    for (std::size_t i = 0, relations = after.size(); i < relations; ++i) {
      ++search_;
      follow_restarts(probe, plan_.relations[after[i]].then);
    }
  }
  // Last: a stop that comes before another resource's start restarts nothing.
  for (const StoredRelation& stored : stored_) order_probes_of_stored(stored);
  for (const StoredRelation& stored : plan_.stored) order_probes_of_stored(stored);
}

void Orderer::order_probe_before_instances(ActionId probe) {
  if (plan_.action(probe).runnable) return;
  const std::vector<std::uint32_t> after = plan_.action(probe).after;
  for (const std::uint32_t place : after) {
    const Relation relation = plan_.relations[place];
    const Action& then = plan_.action(relation.then);
    if ((relation.effects & kUnrunnableBlocks) != 0 || !then.resource) continue;
    const Resource& rsc = status_.resource(*then.resource);
    if (then.key.task != Task::kStart || (!rsc.is_clone() && !rsc.is_bundle())) continue;
    for_each_primitive(status_, *then.resource, [&](RscId id) {
      if (!status_.resource(id).active_on.empty()) return;
      const auto start = plan_.find(id, {.task = Task::kStart});
      if (start) plan_.order(probe, *start, kOrder | kUnrunnableBlocks);
    });
  }
}

/// The stops that go with a start, the demotions that go with a promotion: into `thens_`.
void Orderer::find_undone(const Action& action) {
  thens_.clear();
  if (!action.resource || !status_.resource(*action.resource).is_primitive()) return;
  if (action.key.task != Task::kStart && action.key.task != Task::kPromote) return;
  const Task undo = action.key.task == Task::kStart ? Task::kStop : Task::kDemote;
  find_all(ResourceTask{*action.resource, undo}, thens_);
  std::erase_if(thens_, [this](ActionId id) { return plan_.action(id).pseudo; });
}

/// Marks what comes before a restart on some way that follow_restarts() could take. Few actions do;
/// without the marks each probe of a large bundle would be followed through all of it.
void Orderer::find_restarts() {
  before_restart_.assign(plan_.size(), false);
  std::vector<ActionId> found;
  const auto mark = [&](ActionId id) {
    if (before_restart_[id.value()]) return;
    before_restart_[id.value()] = true;
    found.push_back(id);
  };
  for (std::size_t i = 0; i < plan_.size(); ++i) {
    const ActionId id(static_cast<std::uint32_t>(i));
    find_undone(plan_.action(id));
    if (!thens_.empty()) mark(id);
  }
  while (!found.empty()) {
    const Action& then = plan_.action(found.back());
    found.pop_back();
    for (const std::uint32_t place : then.before) {
      const Relation& relation = plan_.relations[place];
      const bool may_follow = (relation.effects & kFirstImpliesThen) != 0 ||
                              is_part(plan_.action(relation.first), then);
      if (may_follow) mark(relation.first);
    }
  }
}

/// Puts a probe before the stops that go with starts which depend on what it finds.
void Orderer::order_probe_before_restart(ActionId probe, const Action& after) {
  if (after.resource == plan_.action(probe).resource) return;
  find_undone(after);
  for (const ActionId other : thens_) plan_.order(probe, other, kOrder);
}

/// Whether `part` is of a member of the group or an instance of the clone that `collective` is of.
bool Orderer::is_part(const Action& collective, const Action& part) const {
  if (!collective.resource || !part.resource) return false;
  const Resource& inner = status_.resource(*part.resource);
  return !status_.resource(*collective.resource).is_primitive() && !inner.is_clone() &&
         !inner.is_bundle() && inner.parent == collective.resource;
}

/// Whether a relation from a collective leads to the part of it that a restart would reach: to a
/// member of a group or an instance of a clone, of an interleaved one to the instance beside.
bool Orderer::leads_to_part(const Action& probe, const Action& collective,
                            const Action& part) const {
  if (!is_part(collective, part)) return false;
  if (status_.resource(*probe.resource).parent == collective.resource) return false;
  const Resource& whole = status_.resource(*collective.resource);
  const bool interleaved =
      !whole.is_group() && model::is_true(whole.meta.value_or("interleave", "false"));
  return !interleaved ||
         instance_beside(plan_, *probe.resource, *collective.resource, false) == part.resource;
}

/// Follows what a probe can make restart, and orders the probe before the stops that this takes.
void Orderer::follow_restarts(ActionId probe, ActionId after) {
  std::vector<RestartStep>& path = restart_path_;
  const auto enter = [&](ActionId id) {
    if (!before_restart_[id.value()] || seen_[id.value()] == search_) return;
    seen_[id.value()] = search_;
    order_probe_before_restart(probe, plan_.action(id));
    path.push_back({id, plan_.action(id).after.size()});
  };
  enter(after);
  while (!path.empty()) {
    RestartStep& step = path.back();
    if (step.next == step.count) {
      path.pop_back();
      continue;
    }
    const Action& at = plan_.action(step.at);
    const Relation relation = plan_.relations[at.after[step.next++]];
    const bool follows = (relation.effects & kFirstImpliesThen) != 0 ||
                         leads_to_part(plan_.action(probe), at, plan_.action(relation.then));
    if (follows) enter(relation.then);
  }
}

void Orderer::order_probes_of_stored(const StoredRelation& stored) {
  if (!is_stop(plan_, stored.first)) return;
  const auto first = resource_of(stored.first);
  const auto then = resource_of(stored.then);
  if (!first || (then && *then == *first)) return;
  if (then && status_.resource(*first).launcher == then && is_stop(plan_, stored.then)) return;
  Bits effects = kOrder;
  if (stored.effects == kSameRequired || stored.effects == kSameOrTarget) {
    effects = stored.effects;
  } else {
    effects |= stored.effects & (kUnlessMigratable | kSameNode);
  }
  thens_.clear();
  find_all(stored.then, thens_);
  for (const ActionId probe : plan_.actions_of(*first)) {
    const Action& action = plan_.action(probe);
    if (!is_probe(action)) continue;
    for (const ActionId later : thens_) {
      const Action& at = plan_.action(later);
      if (at.task == Task::kFence && at.node == action.node) continue;
      if (at.task == Task::kShutdown && at.node != action.node) continue;
      plan_.order(probe, later, effects);
    }
  }
}

}  // namespace systole::policy
