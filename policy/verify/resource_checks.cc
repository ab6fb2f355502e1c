#include <algorithm>
#include <array>

#include "lib/model/scalars.h"
#include "policy/status/queries.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

constexpr std::array<std::string_view, 6> kResources = {"primitive", "group",  "clone",
                                                        "master",    "bundle", "template"};
constexpr std::array<std::string_view, 3> kContainers = {"docker", "podman", "rkt"};

void check_target_role(const Subject& subject, xml::Element resource, std::string_view value,
                       bool promotable) {
  if (base::equal_ignoring_case(value, "#default")) return;
  if (!check_role(subject, value)) {
    subject.problems.error("Ignoring 'target-role' for ", resource.id(), " because '", value,
                           "' is not valid");
    return;
  }
  constexpr std::array<std::string_view, 4> kPromotionRoles = {"Promoted", "Master", "Unpromoted",
                                                               "Slave"};
  if (!promotable && is_one_of(kPromotionRoles, value)) {
    subject.problems.error("Ignoring 'target-role' for ", resource.id(), " because '", value,
                           "' only makes sense for promotable clones");
  }
}

void check_requires(const Subject& subject, xml::Element resource, std::string_view value) {
  constexpr std::array<std::string_view, 4> kRequirements = {"nothing", "quorum", "fencing",
                                                             "unfencing"};
  if (!is_one_of(kRequirements, value)) {
    subject.problems.error("Resetting 'requires' for ", resource.id(), " to 'quorum' because '",
                           value, "' is not valid");
    return;
  }
  const bool fences = value == "fencing" || value == "unfencing";
  if (fences && !subject.status.options.fencing_enabled) {
    subject.problems.warning(resource.id(), " requires fencing but fencing is disabled");
  }
}

void check_meta_attribute(const Subject& subject, xml::Element resource, xml::Element pair,
                          bool promotable) {
  const std::string_view name = pair.attribute_or("name", {});
  const std::string_view value = pair.attribute_or("value", {});
  constexpr std::array<std::string_view, 3> kScores = {"resource-stickiness", "migration-threshold",
                                                       "priority"};
  constexpr std::array<std::string_view, 4> kMultiple = {"stop_start", "stop_only", "block",
                                                         "stop_unexpected"};
  if (name == "target-role") {
    check_target_role(subject, resource, value, promotable);
  } else if (name == "requires") {
    check_requires(subject, resource, value);
  } else if (name == "failure-timeout") {
    check_interval(subject, value);
  } else if (is_one_of(kScores, name)) {
    check_score(subject, value);
  } else if (name == "multiple-active" && !is_one_of(kMultiple, value)) {
    subject.problems.warning(value,
                             " is not a valid value for multiple-active, using default of "
                             "\"stop_start\"");
  }
}

/// Whether a resource has what its kind cannot do without; says so where it has not.
bool check_content(const Subject& subject, xml::Element resource) {
  const auto has = [resource](const auto& kinds) {
    return std::any_of(kinds.begin(), kinds.end(),
                       [resource](std::string_view kind) { return !!resource.first_child(kind); });
  };
  if (resource.is("primitive")) {
    const auto name = resource.attribute("template");
    if (!name) return true;
    const xml::Element resources = subject.configuration.first_child("resources");
    if (resources.first_child("template", *name)) return true;
    subject.problems.error("No template named '", *name, "'");
    return false;
  }
  if (resource.is("clone") || resource.is("master")) {
    if (has(std::array<std::string_view, 2>{"primitive", "group"})) return true;
    subject.problems.error(resource.id(), " has nothing to clone");
    return false;
  }
  return !resource.is("bundle") || has(kContainers);
}

void check_resource(const Subject& subject, xml::Element resource, bool promotable) {
  if (resource.is("template") || !is_one_of(kResources, resource.name())) return;
  if (resource.id().empty()) {
    subject.problems.error("Ignoring <", resource.name(), "> resource without ID");
    return;
  }
  if (!check_content(subject, resource)) {
    subject.problems.error("Ignoring <", resource.name(), "> resource '", resource.id(),
                           "' because configuration is invalid");
    return;
  }
  if (resource.is("group") && !resource.first_child("primitive")) {
    subject.problems.warning("Group ", resource.id(),
                             " will be ignored because it does not have any members");
  }
  if (const auto known = find_resource(subject.status, resource.id())) {
    promotable |= in_promotable(subject.status, *known);
  }
  for (const xml::Element set : resource.children("meta_attributes")) {
    for (const xml::Element pair : set.children("nvpair")) {
      check_meta_attribute(subject, resource, pair, promotable);
    }
  }
  for (const xml::Element child : resource.children()) {
    for (const xml::Element rule : child.children("rule")) check_rule(subject, rule, false);
  }
  check_operations(subject, resource);
  for (const xml::Element child : resource.children()) check_resource(subject, child, promotable);
}

/// A cluster that must fence and cannot starts nothing.
void check_fencing_devices(const Subject& subject) {
  const auto& resources = subject.status.snapshot->resources;
  const bool has_device = std::any_of(resources.begin(), resources.end(), [](const auto& rsc) {
    return rsc.agent.standard == "stonith";
  });
  const ClusterOptions& options = subject.status.options;
  if (has_device || !options.fencing_enabled || options.have_watchdog) return;
  subject.problems.error("Resource start-up disabled since no STONITH resources have been defined");
  subject.problems.error(
      "Either configure some or disable STONITH with the stonith-enabled option");
  subject.problems.error("NOTE: Clusters with shared data need STONITH to ensure data integrity");
}

/// A count that was mistyped, more likely than not.
void check_counts(const Subject& subject) {
  for (const RscId id : subject.status.curtailed) {
    const Resource& rsc = subject.status.resource(id);
    subject.problems.warning(
        "Only ", rsc.is_bundle() ? rsc.bundle.replicas.size() : rsc.children.size(), " ",
        rsc.is_bundle() ? "replicas" : "instances", " of ", rsc.id,
        " are planned for, because more were asked for than a cluster can run");
  }
}

}  // namespace

void check_resources(const Subject& subject) {
  if (const xml::Element resources = subject.configuration.first_child("resources")) {
    for (const xml::Element resource : resources.children()) {
      check_resource(subject, resource, false);
    }
  }
  check_counts(subject);
  check_fencing_devices(subject);
}

}  // namespace systole::policy::verify
