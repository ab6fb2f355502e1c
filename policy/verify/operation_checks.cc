#include <array>

#include "lib/base/iso8601.h"
#include "lib/model/scalars.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

constexpr std::array<std::string_view, 7> kNeverRecurring = {
    "start", "stop", "promote", "demote", "reload-agent", "migrate_to", "migrate_from"};

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
  for (const xml::Element operation : operations.children("op")) {
    if (!operation.attribute("name")) {
      subject.problems.error("Ignoring ", operation.id(), " because it has no name");
      continue;
    }
    if (operation.id().empty()) {
      subject.problems.error("Ignoring resource history entry without ID");
      continue;
    }
    const std::string_view interval = operation.attribute_or("interval", "0");
    check_interval(subject, interval);
    const std::int64_t interval_ms = model::read_interval_ms(interval).value_or(0);
    if (interval_ms > 0) check_recurrence(subject, operation);
    check_origin(subject, operation);
  }
}

}  // namespace systole::policy::verify
