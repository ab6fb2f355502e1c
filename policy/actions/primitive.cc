#include <algorithm>

#include "policy/actions/course.h"
#include "policy/actions/planner.h"
#include "policy/status/queries.h"

namespace systole::policy {

namespace {

/// The next step on the way from one role to another.
Role next_step(Role from, Role to) {
  static constexpr Role kSteps[5][5] = {
      {Role::kUnknown, Role::kUnknown, Role::kUnknown, Role::kUnknown, Role::kUnknown},
      {Role::kStopped, Role::kStopped, Role::kStarted, Role::kUnpromoted, Role::kUnpromoted},
      {Role::kStopped, Role::kStopped, Role::kStarted, Role::kUnpromoted, Role::kPromoted},
      {Role::kStopped, Role::kStopped, Role::kStopped, Role::kUnpromoted, Role::kPromoted},
      {Role::kStopped, Role::kUnpromoted, Role::kUnpromoted, Role::kUnpromoted, Role::kPromoted},
  };
  return kSteps[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)];
}

}  // namespace

void Planner::plan_multiple_active(RscId id, Course& course) {
  const Resource& resource = rsc(id);
  // A lost ticket may have made a node unclean since.
  const CurrentNode current = current_node(
      status_, id, [&](NodeId node) { return is_online(node) && !plan_.node(node).unclean; });
  course.current = current.node;
  if (course.partial_source) {
    const bool goes_on = resource.allow_migrate && current.active == 2 &&
                         course.current == course.partial_source &&
                         course.target == course.partial_target;
    if (goes_on) return;
    course.need_stop = true;
    course.partial_source.reset();
    course.partial_target.reset();
    course.may_migrate = false;
    return;
  }
  const std::size_t counted = resource.needs_fencing() ? current.active : current.clean;
  if (counted <= 1) return;
  plan_.remarks.add(remark::MultiplyActive{id, counted});
  switch (resource.multiple_active) {
    case MultipleActive::kStopStart:
      course.need_stop = true;
      break;
    case MultipleActive::kStopUnexpected:
      course.need_stop = true;
      course.expected = course.target;
      break;
    case MultipleActive::kStopOnly:
    case MultipleActive::kBlock:
      break;
  }
}

void Planner::create_primitive(RscId id) {
  const Resource& resource = rsc(id);
  PlacedResource& at = placed(id);
  if (at.next_role == Role::kUnknown) at.next_role = at.node ? Role::kStarted : Role::kStopped;
  Course course;
  course.target = at.node;
  course.partial_source = resource.partial_source;
  course.partial_target = resource.partial_target;
  for (const NodeId source : resource.dangling_sources) {
    const ActionId action = request(id, Task::kStop, source, false);
    plan_.action(action).abort_migration = true;
  }
  plan_multiple_active(id, course);
  course.moving = course.current && course.target && *course.current != *course.target &&
                  at.next_role >= Role::kStarted;
  if (resource.start_pending && course.target) {
    const ActionId action = request(id, Task::kStart, course.target, true);
    plan_.action(action).forced = true;
  }
  plan_restart(id, course);
  plan_transition(id, course);
  create_recurring(id);
  if (may_migrate(id, course)) create_migration(id, course);
}

void Planner::plan_restart(RscId id, Course& course) {
  const Resource& resource = rsc(id);
  PlacedResource& at = placed(id);
  if (course.moving) {
    course.need_stop = true;
  } else if (resource.failed && resource.must_stop) {
    course.need_stop = true;
  } else if (resource.failed && at.next_role == Role::kPromoted) {
    course.need_promote = true;
  } else if (at.blocked) {
    course.need_stop = true;
  } else if (at.role > Role::kStarted && course.current && course.target) {
    const ActionId action = request(id, Task::kStart, course.target, true);
    if (!plan_.action(action).optional) course.need_stop = true;
  }
  course.restarting = true;
  for (Role role = at.role; role > Role::kStopped;) {
    const Role next = next_step(role, Role::kStopped);
    step(id, role, next, !course.need_stop, course);
    role = next;
  }
  // What shall do less than it did comes back up by what follows from its stop.
  const bool comes_back = at.role <= at.next_role && !at.blocked;
  for (Role role = Role::kStopped; comes_back && role != at.role;) {
    const Role next = next_step(role, at.role);
    if (next == role) break;
    const bool promotes = next == Role::kPromoted && course.need_promote;
    step(id, role, next, !course.need_stop && !promotes, course);
    role = next;
  }
  course.restarting = false;
}

void Planner::plan_transition(RscId id, const Course& course) {
  const PlacedResource& at = placed(id);
  const Role goal = at.next_role;
  for (Role role = at.role; role != goal;) {
    const Role next = next_step(role, goal);
    if (next == role) break;
    step(id, role, next, false, course);
    role = next;
  }
}

void Planner::step(RscId id, Role from, Role to, bool optional, const Course& course) {
  if (to == Role::kStopped) {
    stop(id, optional, course);
  } else if (to == Role::kPromoted) {
    promote(id, optional, course);
  } else if (from == Role::kPromoted) {
    demote(id, optional, course);
  } else if (from == Role::kStopped) {
    start(id, optional, course);
  }
}

void Planner::stop(RscId id, bool optional, const Course& course) {
  const Resource& resource = rsc(id);
  for (const NodeId node : resource.active_on) {
    const bool expected = course.restarting && course.expected &&
                          placed(id).next_role > Role::kStopped && *course.expected == node;
    if (expected) continue;
    bool needed = !optional;
    if (course.partial_target) {
      if (*course.partial_target == node && course.target == node) continue;
      needed = true;
    }
    const ActionId action = request(id, Task::kStop, node, !needed);
    if (course.expected && course.restarting) plan_.action(action).reason = "being multiply active";
    if (!placed(id).node) plan_.action(action).reason = "node availability";
    if (!placed(id).managed) plan_.action(action).runnable = false;
    if (resource.need == Requires::kUnfencing && status_.unfencing_in_use) {
      plan_.order(action, unfence(node), effect::kThenImpliesFirst);
    }
  }
}

void Planner::start(RscId id, bool optional, const Course& course) {
  if (!course.target) return;
  const ActionId action = request(id, Task::kStart, course.target, true);
  unfence_before(action, effect::kFirstImpliesThen);
  if (plan_.action(action).runnable && !optional && placed(id).managed) {
    plan_.action(action).optional = false;
  }
  if (course.expected && course.restarting) plan_.action(action).pseudo = true;
}

void Planner::promote(RscId id, bool optional, const Course& course) {
  if (!course.target) return;
  bool blocked = false;
  for (const ActionId other : plan_.actions_of(id)) {
    const Action& action = plan_.action(other);
    if (action.task == Task::kStart && action.node == course.target && !action.runnable) {
      blocked = true;
    }
  }
  if (!blocked) {
    const ActionId action = request(id, Task::kPromote, course.target, optional);
    if (course.expected && course.restarting) plan_.action(action).pseudo = true;
    return;
  }
  for (const ActionId other : plan_.actions_of(id)) {
    Action& action = plan_.action(other);
    if (action.task == Task::kPromote && action.node == course.target) action.runnable = false;
  }
}

void Planner::demote(RscId id, bool optional, const Course& course) {
  for (const NodeId node : rsc(id).active_on) {
    if (course.restarting && course.expected && *course.expected == node) continue;
    request(id, Task::kDemote, node, optional);
  }
}

}  // namespace systole::policy
