#include "policy/ordering/orderer.h"

#include "policy/ordering/loops.h"
#include "policy/ordering/propagation.h"
#include "policy/status/queries.h"

namespace systole::policy {

void order_actions(ActionPlan& plan) {
  Orderer(plan).run();
}

Task completion_of(Task task) {
  switch (task) {
    case Task::kStart:
      return Task::kRunning;
    case Task::kStop:
      return Task::kStopped;
    case Task::kPromote:
      return Task::kPromoted;
    case Task::kDemote:
      return Task::kDemoted;
    default:
      return task;
  }
}

Task base_of(Task task) {
  switch (task) {
    case Task::kRunning:
      return Task::kStart;
    case Task::kStopped:
      return Task::kStop;
    case Task::kPromoted:
      return Task::kPromote;
    case Task::kDemoted:
      return Task::kDemote;
    default:
      return task;
  }
}

void Orderer::run() {
  read_constraints();
  for (const RscId id : status_.top_level) imply_orders(id);
  for (const StoredRelation& stored : stored_) bind(stored);
  for (const StoredRelation& stored : plan_.stored) bind(stored);
  Propagation(plan_).block_colocated();
  order_probes();
  Propagation propagation(plan_);
  propagation.settle();
  propagation.block_followers();
  complete_demotions();
  void_invalid_guest_orders();
  void_capacity_loops();
  notify();
  resolve_loops(plan_);
}

void Orderer::store(RscId first, Task first_task, RscId then, Task then_task,
                    effect::Bits effects) {
  add_stored({ResourceTask{first, first_task}, ResourceTask{then, then_task}, effects});
}

namespace {

bool is_migratable(const Status& status, RscId id) {
  return status.resource(id).allow_migrate;
}

}  // namespace

/// Keeps a relation; one between resources that can migrate live also orders their migrations.
void Orderer::add_stored(StoredRelation relation) {
  stored_.push_back(relation);
  const auto& [first, then, effects] = relation;
  const auto* const earlier = std::get_if<ResourceTask>(&first);
  const auto* const later = std::get_if<ResourceTask>(&then);
  if (earlier == nullptr || later == nullptr) return;
  const auto [a, a_task] = *earlier;
  const auto [b, b_task] = *later;
  if (a == b || is_ancestor(status_, a, b) || is_ancestor(status_, b, a)) return;
  const bool a_moves = is_migratable(status_, a);
  const bool b_moves = is_migratable(status_, b);
  if (!a_moves && !b_moves) return;
  const auto add = [this, a = a, b = b](Task x, Task y, effect::Bits bits) {
    stored_.push_back({ResourceTask{a, x}, ResourceTask{b, y}, bits});
  };
  using namespace effect;
  const Bits unless = kOrder | (a_moves ? kUnlessMigratable : kNone);
  const bool partial = status_.resource(b).partial_target.has_value();
  if (a_task == Task::kStart && b_task == Task::kStart) {
    if (a_moves && b_moves) add(Task::kMigrateFrom, Task::kMigrateTo, kOrder);
    if (b_moves) add(Task::kStart, Task::kMigrateTo, unless);
  } else if (b_moves && a_task == Task::kStop && b_task == Task::kStop) {
    add(Task::kStop, Task::kMigrateTo, unless);
    if (partial) add(Task::kStop, Task::kMigrateFrom, kOrder);
  } else if (b_moves && a_task == Task::kPromote && b_task == Task::kStart) {
    add(Task::kPromote, Task::kMigrateTo, kOrder);
  } else if (b_moves && a_task == Task::kDemote && b_task == Task::kStop) {
    add(Task::kDemote, Task::kMigrateTo, kOrder);
    if (partial) add(Task::kDemote, Task::kMigrateFrom, kOrder);
  }
}

}  // namespace systole::policy
