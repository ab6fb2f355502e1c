#include <algorithm>
#include <array>
#include <optional>

#include "lib/base/pattern.h"
#include "lib/model/scalars.h"
#include "policy/status/queries.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

/// Whether a tag's resources exist, where `id` is one.
void check_tag(const Subject& subject, std::string_view id) {
  const xml::Element tags = subject.configuration.first_child("tags");
  const xml::Element tag = tags ? tags.first_child("tag", id) : xml::Element();
  if (!tag) return;
  for (const xml::Element reference : tag.children("obj_ref")) {
    if (subject.knows(reference.id())) continue;
    subject.problems.error(id, ": No resource found for ", reference.id());
  }
}

/// An instance that is asked for by its number, which only clones have.
bool check_instance(const Subject& subject, xml::Element constraint, std::string_view id,
                    std::optional<std::string_view> instance) {
  const auto rsc = find_resource(subject.status, id);
  if (!instance || !rsc || subject.status.resource(*rsc).is_clone()) return true;
  subject.problems.error("Ignoring constraint '", constraint.id(), "' because resource '", id,
                         "' is not a clone but instance '", *instance, "' was requested");
  return false;
}

/// Whether the resource, template or tag that an attribute names exists.
bool check_reference(const Subject& subject, xml::Element constraint, std::string_view id) {
  if (subject.knows(id)) {
    check_tag(subject, id);
    return true;
  }
  subject.problems.remark(Problem::Severity::kWarning, "No template or tag named '", id, "'");
  subject.problems.error("Ignoring constraint '", constraint.id(), "' because '", id,
                         "' is not a valid resource or tag");
  return false;
}

bool check_sets(const Subject& subject, xml::Element constraint) {
  bool any = false;
  for (const xml::Element set : constraint.children("resource_set")) {
    any = true;
    if (const auto score = set.attribute("score")) check_score(subject, *score);
    if (const auto role = set.attribute("role")) check_role(subject, *role);
    for (const xml::Element reference : set.children("resource_ref")) {
      const std::string_view id = reference.id();
      if (subject.knows(id)) continue;
      subject.problems.remark(Problem::Severity::kWarning, "No template or tag named '", id, "'");
      subject.problems.error("Ignoring resource sets for constraint '", constraint.id(),
                             "' because '", id, "' is not a valid resource or tag");
      subject.problems.error(set.id(), ": No resource found for ", id);
    }
  }
  return any;
}

void check_location(const Subject& subject, xml::Element location) {
  const std::string_view id = location.id();
  if (const auto rsc = location.attribute("rsc");
      rsc && !check_reference(subject, location, *rsc)) {
    return;
  }
  if (const auto pattern = location.attribute("rsc-pattern"); pattern) {
    const std::string_view text = pattern->starts_with('!') ? pattern->substr(1) : *pattern;
    if (!base::Pattern::compile(text)) {
      subject.problems.error("Ignoring constraint '", id,
                             "' because rsc-pattern has invalid value '", *pattern, "'");
      return;
    }
  }
  const bool has_sets = check_sets(subject, location);
  for (const xml::Element set : location.children("resource_set")) {
    const auto role = set.attribute("role");
    if (!role || parse_role(*role) != Role::kUnknown) continue;
    subject.problems.error("Invalid constraint ", id, ": Bad role ", *role);
  }
  const auto score = location.attribute("score");
  const auto node = location.attribute("node");
  if (score) check_score(subject, *score);
  if (const auto role = location.attribute("role"); role && !check_role(subject, *role)) {
    subject.problems.error("Invalid constraint ", id, ": Bad role ", *role);
  }
  constexpr std::array<std::string_view, 3> kDiscovery = {"always", "never", "exclusive"};
  if (const auto discovery = location.attribute("resource-discovery");
      discovery && !is_one_of(kDiscovery, *discovery)) {
    subject.problems.error("Invalid resource-discovery value ", *discovery,
                           " in location constraint");
  }
  if (!has_sets && !(score && node) && !location.first_child("rule") &&
      !location.first_child("lifetime")) {
    subject.problems.error("Ignoring constraint '", id, "' because it contains no rules");
  }
  for (const xml::Element rule : location.children("rule")) check_rule(subject, rule, true);
  if (const xml::Element lifetime = location.first_child("lifetime")) {
    for (const xml::Element rule : lifetime.children("rule")) check_rule(subject, rule, false);
  }
  if (node && !subject.status.node_by_name.contains(*node)) {
    subject.problems.remark(Problem::Severity::kNotice, "Constraint '", id, "' names no node '",
                            *node, "'");
  }
}

void check_colocation(const Subject& subject, xml::Element colocation) {
  if (const auto score = colocation.attribute("score")) check_score(subject, *score);
  const auto influence = colocation.attribute("influence");
  if (influence && !base::parse_bool(*influence)) {
    subject.problems.error("Constraint '", colocation.id(),
                           "' has invalid value for influence (using default)");
  }
  if (check_sets(subject, colocation)) return;
  for (const std::string_view end : {"rsc", "with-rsc"}) {
    const auto rsc = colocation.attribute(end);
    if (!rsc) {
      subject.problems.error("Ignoring constraint '", colocation.id(), "' without ", end);
      return;
    }
    if (!check_reference(subject, colocation, *rsc)) return;
    const std::string instance = base::cat(end, "-instance");
    if (!colocation.attribute(instance)) continue;
    subject.problems.warning("Support for ", instance,
                             " is deprecated and will be removed in a future release.");
    if (!check_instance(subject, colocation, *rsc, colocation.attribute(instance))) return;
  }
  for (const std::string_view end : {"rsc-role", "with-rsc-role"}) {
    if (const auto role = colocation.attribute(end)) check_role(subject, *role);
  }
}

constexpr std::array<std::string_view, 3> kKinds = {"Optional", "Mandatory", "Serialize"};

/// How strict an order is, and the words for it that make no sense together.
void check_kind(const Subject& subject, xml::Element order) {
  const auto kind = order.attribute("kind");
  if (kind && !is_one_of(kKinds, *kind)) {
    subject.problems.error("Resetting 'kind' for constraint ", order.id(),
                           " to 'Mandatory' because '", *kind, "' is not valid");
  }
  const auto score = order.attribute("score");
  if (!kind && score) {
    check_score(subject, *score);
    subject.problems.warning(
        "Support for 'score' in rsc_order is deprecated and will be removed in a future release "
        "(use 'kind' instead)");
  }
  if (kind && base::equal_ignoring_case(*kind, "Serialize") &&
      model::is_true(order.attribute_or("symmetrical", {}))) {
    subject.problems.warning("Ignoring symmetrical for '", order.id(),
                             "' because not valid with kind of 'Serialize'");
  }
}

void check_actions(const Subject& subject, xml::Element order) {
  constexpr std::array<std::string_view, 8> kActions = {
      "start", "stop", "promote", "demote", "started", "stopped", "promoted", "demoted"};
  bool invertible = true;
  for (const std::string_view end : {"first-action", "then-action"}) {
    const auto action = order.attribute(end);
    if (!action || is_one_of(kActions, *action)) continue;
    subject.problems.remark(Problem::Severity::kWarning, "Unknown action '", *action,
                            "' specified in order constraint");
    invertible = false;
  }
  const auto symmetrical = base::parse_bool(order.attribute_or("symmetrical", "true"));
  if (!invertible && symmetrical.value_or(true)) {
    subject.problems.warning("Cannot invert constraint '", order.id(),
                             "' (please specify inverse manually)");
  }
}

/// A set has a kind of its own, and is as strict as its order where it has none.
void check_kind_of_set(const Subject& subject, xml::Element set) {
  const xml::Element order = set.parent();
  const auto kind = set.attribute("kind");
  if (kind && !is_one_of(kKinds, *kind)) {
    subject.problems.error("Resetting 'kind' for constraint ", set.id(),
                           " to 'Mandatory' because '", *kind, "' is not valid");
  }
  const std::string_view in_force = kind.value_or(order.attribute_or("kind", {}));
  if (base::equal_ignoring_case(in_force, "Serialize") &&
      model::is_true(order.attribute_or("symmetrical", {}))) {
    subject.problems.warning("Ignoring symmetrical for '", set.id(),
                             "' because not valid with kind of 'Serialize'");
  }
}

void check_order(const Subject& subject, xml::Element order) {
  check_kind(subject, order);
  if (check_sets(subject, order)) {
    for (const xml::Element set : order.children("resource_set")) check_kind_of_set(subject, set);
    return;
  }
  for (const std::string_view end : {"first", "then"}) {
    const auto rsc = order.attribute(end);
    if (!rsc) {
      subject.problems.error("Ignoring constraint '", order.id(), "' without ", end);
      return;
    }
    if (!check_reference(subject, order, *rsc)) return;
  }
  if (order.attribute("first-instance") || order.attribute("then-instance")) {
    subject.problems.warning(
        "Support for first-instance and then-instance is deprecated and will be removed in a "
        "future release.");
  }
  for (const std::string_view end : {"first", "then"}) {
    const auto instance = order.attribute(base::cat(end, "-instance"));
    if (!check_instance(subject, order, order.attribute_or(end, {}), instance)) return;
  }
  check_actions(subject, order);
}

void check_ticket(const Subject& subject, xml::Element ticket) {
  const auto name = ticket.attribute("ticket");
  if (!name) {
    subject.problems.error("Ignoring constraint '", ticket.id(), "' without ticket");
    return;
  }
  if (ticket.attribute_or("loss-policy", {}) == "fence" &&
      !subject.status.options.fencing_enabled) {
    subject.problems.error("Resetting 'loss-policy' for ticket '", *name,
                           "' to 'stop' because fencing is not configured");
  }
  if (check_sets(subject, ticket)) return;
  const auto rsc = ticket.attribute("rsc");
  if (!rsc) {
    subject.problems.error("Ignoring constraint '", ticket.id(), "' without resource");
    return;
  }
  if (!check_reference(subject, ticket, *rsc)) return;
  if (const auto instance = ticket.attribute("rsc-instance")) {
    subject.problems.warning(
        "Support for rsc-instance is deprecated and will be removed in a future release.");
    if (!check_instance(subject, ticket, *rsc, instance)) return;
  }
  if (const auto role = ticket.attribute("rsc-role")) check_role(subject, *role);
}

/// Whether orders say how many instances of their first clone are waited for; told once.
void check_required_instances(const Subject& subject, xml::Element constraints) {
  for (const xml::Element order : constraints.children("rsc_order")) {
    const auto first = find_resource(subject.status, order.attribute_or("first", {}));
    const bool is_clone = first && subject.status.resource(*first).is_clone();
    if (!is_clone || !order.attribute("require-all")) continue;
    subject.problems.warning(
        "Support for require-all in ordering constraints is deprecated and will be removed in a "
        "future release (use clone-min clone meta-attribute instead)");
    return;
  }
}

struct ConstraintKind {
  std::string_view tag;
  void (*check)(const Subject& subject, xml::Element constraint);
};

constexpr std::array kConstraints = {
    ConstraintKind{"rsc_location", check_location},
    ConstraintKind{"rsc_colocation", check_colocation},
    ConstraintKind{"rsc_order", check_order},
    ConstraintKind{"rsc_ticket", check_ticket},
};

}  // namespace

void check_constraints(const Subject& subject) {
  const xml::Element constraints = subject.configuration.first_child("constraints");
  if (!constraints) return;
  check_required_instances(subject, constraints);
  for (const xml::Element constraint : constraints.children()) {
    if (constraint.id().empty()) {
      subject.problems.error("Ignoring <", constraint.name(), "> constraint without id");
      continue;
    }
    if (constraint.first_child("lifetime")) {
      subject.problems.warning("Support for 'lifetime' attribute (in ", constraint.id(),
                               ") is deprecated (the rules it contains should instead be direct "
                               "descendents of the constraint object)");
    }
    const auto kind = std::find_if(kConstraints.begin(), kConstraints.end(),
                                   [&](const auto& one) { return constraint.is(one.tag); });
    if (kind == kConstraints.end()) {
      subject.problems.error("Unsupported constraint type: ", constraint.name());
    } else {
      kind->check(subject, constraint);
    }
  }
}

}  // namespace systole::policy::verify
