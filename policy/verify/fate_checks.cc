#include <array>

#include "policy/status/operation_meta.h"
#include "policy/status/queries.h"
#include "policy/verify/checks.h"
#include "policy/verify/plan_checks.h"

namespace systole::policy::verify {
namespace {

constexpr std::array<std::string_view, 10> kFates = {
    "ignore", "block",  "stop",    "restart", "standby",
    "fence",  "demote", "migrate", "nothing", "restart-container"};

constexpr std::array<std::string_view, 3> kNoFatesOfStops = {"demote", "stop", "standby"};
constexpr std::array<std::string_view, 3> kNeverDemoting = {"start", "demote", "monitor"};

bool has_fate(const Action& action) {
  switch (action.key.task) {
    case Task::kStart:
    case Task::kStop:
    case Task::kPromote:
    case Task::kDemote:
    case Task::kMonitor:
    case Task::kMigrateTo:
    case Task::kMigrateFrom:
      return action.key.phase == NotifyPhase::kNone;
    default:
      return false;
  }
}

bool watches_promoted(const model::OperationConfig* config) {
  if (config == nullptr || config->name != "monitor" || config->interval_ms <= 0) return false;
  const model::Text* role = model::find_value(config->attributes, "role");
  return role != nullptr && parse_role(*role) == Role::kPromoted;
}

/// A failed stop leaves nothing to stop or demote, and only what is promoted can be demoted for a
/// failure: by its promote action and its recurring monitor. Returns for whom the fate is none.
std::string_view excluded_from(std::string_view name, std::string_view fate,
                               const model::OperationConfig* config) {
  if (name == "stop" && is_one_of(kNoFatesOfStops, fate)) return "stop";
  const bool demotes = base::equal_ignoring_case(fate, "demote");
  return demotes && is_one_of(kNeverDemoting, name) && !watches_promoted(config) ? "it" : "";
}

void check_fate(const Status& status, const Action& action, Problems& problems) {
  const Resource& rsc = status.resource(*action.resource);
  const std::string_view name = to_string(action.key.task);
  const auto* config = find_operation(rsc, name, action.key.interval_ms);
  const AttributeTable meta =
      operation_meta_of(status, *action.resource, name, action.key.interval_ms, config);
  const std::string_view fate = meta.value_or("on-fail", {});
  if (fate.empty()) return;
  if (!is_one_of(kFates, fate)) {
    problems.error("Resource ", rsc.id, ": Unknown failure type (", fate, ")");
  } else if (base::equal_ignoring_case(fate, "fence") && !status.options.fencing_enabled) {
    problems.error("Resetting 'on-fail' for operation '", key_text(rsc.id, action.key),
                   "' to 'stop' because 'fence' is not valid when fencing is disabled");
  } else if (const auto whom = excluded_from(name, fate, config); !whom.empty()) {
    problems.error("Resetting 'on-fail' for ", rsc.id, " ", name,
                   " action to default value because '", fate, "' is not allowed for ", whom);
  }
}

}  // namespace

void check_fates(const ActionPlan& plan, Problems& problems) {
  for (std::size_t i = 0; i < plan.size(); ++i) {
    const Action& action = plan.action(ActionId(static_cast<std::uint32_t>(i)));
    if (!action.resource || !has_fate(action)) continue;
    if (!plan.status().resource(*action.resource).is_primitive()) continue;
    check_fate(plan.status(), action, problems);
  }
}

}  // namespace systole::policy::verify
