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
  add_stored({Side{{}, first, OpKey{.task = first_task}}, Side{{}, then, OpKey{.task = then_task}},
              effects});
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
  if (first.action || then.action || !first.resource || !then.resource) return;
  const RscId a = *first.resource;
  const RscId b = *then.resource;
  if (a == b || is_ancestor(status_, a, b) || is_ancestor(status_, b, a)) return;
  const bool a_moves = is_migratable(status_, a);
  const bool b_moves = is_migratable(status_, b);
  if (!a_moves && !b_moves) return;
  const auto add = [&](Task x, Task y, effect::Bits bits) {
    stored_.push_back({Side{{}, a, OpKey{.task = x}}, Side{{}, b, OpKey{.task = y}}, bits});
  };
  using namespace effect;
  const Bits unless = kOrder | (a_moves ? kUnlessMigratable : kNone);
  const bool partial = status_.resource(b).partial_target.has_value();
  if (first.key.task == Task::kStart && then.key.task == Task::kStart) {
    if (a_moves && b_moves) add(Task::kMigrateFrom, Task::kMigrateTo, kOrder);
    if (b_moves) add(Task::kStart, Task::kMigrateTo, unless);
  } else if (b_moves && first.key.task == Task::kStop && then.key.task == Task::kStop) {
    add(Task::kStop, Task::kMigrateTo, unless);
    if (partial) add(Task::kStop, Task::kMigrateFrom, kOrder);
  } else if (b_moves && first.key.task == Task::kPromote && then.key.task == Task::kStart) {
    add(Task::kPromote, Task::kMigrateTo, kOrder);
  } else if (b_moves && first.key.task == Task::kDemote && then.key.task == Task::kStop) {
    add(Task::kDemote, Task::kMigrateTo, kOrder);
    if (partial) add(Task::kDemote, Task::kMigrateFrom, kOrder);
  }
}

}  // namespace systole::policy
