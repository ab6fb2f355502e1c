#include "lib/base/strings.h"
#include "policy/actions/course.h"
#include "policy/actions/planner.h"
#include "policy/status/queries.h"

namespace systole::policy {

bool Planner::may_migrate(RscId id, const Course& course) const {
  const Resource& resource = rsc(id);
  const PlacedResource& at = plan_.resource(id);
  if (!resource.allow_migrate || !at.managed || resource.failed || resource.start_pending) {
    return false;
  }
  const bool partial = course.partial_source && course.partial_target;
  if (!course.may_migrate || (!course.moving && !partial)) return false;
  if (!course.current || !course.target) return false;
  return !plan_.node(*course.current).unclean && !plan_.node(*course.target).unclean;
}

void Planner::create_migration(RscId id, const Course& course) {
  const std::string source(status_.node(*course.current).name);
  const std::string target(status_.node(*course.target).name);
  const bool going_on = course.partial_source && course.partial_target;
  const auto mark = [&](ActionId action) {
    plan_.action(action).migratable = true;
    plan_.action(action).meta.emplace_back("migrate_source", source);
    plan_.action(action).meta.emplace_back("migrate_target", target);
  };
  if (const auto start = plan_.find(id, {.task = Task::kStart, .node = course.target})) {
    plan_.action(*start).pseudo = true;
    plan_.action(*start).migratable = true;
  }
  if (const auto stop = plan_.find(id, {.task = Task::kStop, .node = course.current})) {
    plan_.action(*stop).migratable = true;
  }
  std::optional<ActionId> to;
  if (!going_on) {
    to = request(id, Task::kMigrateTo, course.current, true);
    mark(*to);
    if (!rsc(id).is_remote_connection) {
      plan_.action(*to).meta.emplace_back("record-pending", "true");
    }
  }
  mark(request(id, Task::kMigrateFrom, course.target, true));
  const auto relate = [&](Task first, Task then, effect::Bits effects) {
    store(id, first, id, then, effects);
  };
  using namespace effect;
  if (going_on) {
    relate(Task::kMonitor, Task::kMigrateFrom, kOrder);
  } else {
    relate(Task::kMonitor, Task::kMigrateTo, kOrder);
    relate(Task::kMigrateTo, Task::kMigrateFrom, kOrder | kUnmigratableBlocks);
  }
  relate(Task::kMigrateFrom, Task::kStop, kOrder | kUnmigratableBlocks);
  relate(Task::kMigrateFrom, Task::kStart, kOrder | kUnmigratableBlocks | kElse);
}

}  // namespace systole::policy
