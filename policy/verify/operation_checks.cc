#include <array>
#include <map>
#include <utility>

#include "lib/base/iso8601.h"
#include "lib/model/scalars.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

constexpr std::array<std::string_view, 10> kFates = {
    "ignore", "block",  "stop",    "restart", "standby",
    "fence",  "demote", "migrate", "nothing", "restart-container"};

constexpr std::array<std::string_view, 4> kNeverRecurring = {"start", "stop", "promote", "demote"};

constexpr std::array<std::string_view, 3> kNoFatesOfStops = {"demote", "stop", "standby"};
constexpr std::array<std::string_view, 3> kNeverDemoting = {"start", "demote", "monitor"};
constexpr std::array<std::string_view, 2> kPromotedRoles = {"Promoted", "Master"};

/// A failed stop leaves nothing to stop or demote, and only what is promoted can be demoted for a
/// failure: by its promote action and its recurring monitor.
void check_allowed(const Subject& subject, xml::Element resource, xml::Element operation,
                   std::int64_t interval_ms) {
  const std::string_view name = operation.attribute_or("name", {});
  const std::string_view fate = operation.attribute_or("on-fail", {});
  const bool watches_promoted = name == "monitor" && interval_ms > 0 &&
                                is_one_of(kPromotedRoles, operation.attribute_or("role", {}));
  std::string_view whom;
  if (name == "stop" && is_one_of(kNoFatesOfStops, fate)) {
    whom = "stop";
  } else if (base::equal_ignoring_case(fate, "demote") && is_one_of(kNeverDemoting, name) &&
             !watches_promoted) {
    whom = "it";
  }
  if (whom.empty()) return;
  subject.problems.error("Resetting 'on-fail' for ", resource.id(), " ", name,
                         " action to default value because '", fate, "' is not allowed for ", whom);
}

void check_fate(const Subject& subject, xml::Element resource, xml::Element operation,
                std::int64_t interval_ms) {
  const auto fate = operation.attribute("on-fail");
  if (!fate) return;
  if (!is_one_of(kFates, *fate)) {
    subject.problems.error("Resource ", resource.id(), ": Unknown failure type (", *fate, ")");
  } else if (base::equal_ignoring_case(*fate, "fence") && !subject.status.options.fencing_enabled) {
    subject.problems.error("Resetting 'on-fail' for operation '", resource.id(), "_",
                           operation.attribute_or("name", {}), "_", interval_ms,
                           "' to 'stop' because 'fence' is not valid when fencing is disabled");
  } else {
    check_allowed(subject, resource, operation, interval_ms);
  }
}

void check_recurrence(const Subject& subject, xml::Element operation) {
  const std::string_view name = operation.attribute_or("name", {});
  if (is_one_of(kNeverRecurring, name)) {
    subject.problems.error("Ignoring ", operation.id(), " because ", name,
                           " action cannot be recurring");
    return;
  }
  const auto role = operation.attribute("role");
  if (role && !check_role(subject, *role)) {
    subject.problems.error("Ignoring ", operation.id(), " because ", *role, " is not a valid role");
  }
}

void check_origin(const Subject& subject, xml::Element operation) {
  const auto origin = operation.attribute("interval-origin");
  if (!origin) return;
  const auto time = base::parse_timestamp(*origin, {});
  if (time) return;
  subject.problems.remark(Problem::Severity::kError, time.error().message);
  subject.problems.error("Ignoring 'interval-origin' for operation '", operation.id(),
                         "' because '", *origin, "' is not valid");
}

}  // namespace

void check_operations(const Subject& subject, xml::Element resource) {
  const xml::Element operations = resource.first_child("operations");
  if (!operations) return;
  std::map<std::pair<std::string_view, std::int64_t>, std::string_view> seen;
  for (const xml::Element operation : operations.children("op")) {
    const std::string_view name = operation.attribute_or("name", {});
    if (name.empty()) {
      subject.problems.error("Ignoring ", operation.id(), " because it has no name");
      continue;
    }
    const std::string_view interval = operation.attribute_or("interval", "0");
    check_interval(subject, interval);
    const std::int64_t interval_ms = model::read_interval_ms(interval).value_or(0);
    const auto [first, is_new] = seen.emplace(std::pair(name, interval_ms), operation.id());
    if (!is_new && interval_ms > 0) {
      subject.problems.error("Operation ", operation.id(), " is duplicate of ", first->second,
                             " (do not use same name and interval combination more than once per "
                             "resource)");
    }
    if (interval_ms > 0) check_recurrence(subject, operation);
    check_fate(subject, resource, operation, interval_ms);
    check_origin(subject, operation);
  }
}

}  // namespace systole::policy::verify
