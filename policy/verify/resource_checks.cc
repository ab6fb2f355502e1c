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

/// What runs in a container is reached by its address or by a port of the host.
bool check_bundle(const Subject& subject, xml::Element bundle) {
  const xml::Element network = bundle.first_child("network");
  const auto has = [network](std::string_view name) {
    return network && !network.attribute_or(name, {}).empty();
  };
  for (const std::string_view kind : kContainers) {
    const xml::Element container = bundle.first_child(kind);
    if (!container) continue;
    const std::string_view per_host = container.attribute_or("replicas-per-host", "1");
    check_count(subject, container.attribute_or("promoted-max", "0"), 0);
    check_count(subject, container.attribute_or("replicas", "1"), 1);
    check_count(subject, per_host, 1);
    if (model::leading_integer(per_host).value_or(1) > 1 && has("control-port")) {
      subject.problems.error("Specifying the 'control-port' for ", bundle.id(),
                             " requires 'replicas-per-host=1'");
    }
  }
  if (const xml::Element storage = bundle.first_child("storage")) {
    for (const xml::Element mount : storage.children("storage-mapping")) {
      const bool has_source = mount.attribute("source-dir") || mount.attribute("source-dir-root");
      if (has_source && mount.attribute("target-dir")) continue;
      subject.problems.error("Invalid mount directive ", mount.id());
    }
  }
  const xml::Element inside = bundle.first_child("primitive");
  if (!inside || has("ip-range-start") || has("control-port")) return true;
  subject.problems.error("Cannot control ", bundle.id(), " inside ", inside.id(),
                         " without either ip-range-start or control-port");
  return false;
}

/// Whether what a clone is made of can be promoted, where it is asked to be.
bool check_promotability(const Subject& subject, xml::Element clone) {
  const auto known = find_resource(subject.status, clone.id());
  if (known && !subject.status.resource(*known).removed) return true;
  const xml::Element group = clone.first_child("group");
  for (const xml::Element primitive : (group ? group : clone).children("primitive")) {
    const std::string_view standard = primitive.attribute_or("class", {});
    if (standard == "ocf") continue;
    subject.problems.error("Resource ", primitive.id(), ":0 is of type ", standard,
                           " and therefore cannot be used as a promotable clone resource");
    return false;
  }
  return true;
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
    if (*name == resource.id()) {
      subject.problems.error("The resource object '", *name, "' should not reference itself");
      return false;
    }
    const xml::Element resources = subject.configuration.first_child("resources");
    if (resources.first_child("template", *name)) return true;
    subject.problems.error("No template named '", *name, "'");
    return false;
  }
  if (resource.is("clone") || resource.is("master")) {
    if (has(std::array<std::string_view, 2>{"primitive", "group"})) {
      return check_promotability(subject, resource);
    }
    subject.problems.error(resource.id(), " has nothing to clone");
    return false;
  }
  return !resource.is("bundle") || (has(kContainers) && check_bundle(subject, resource));
}

void check_resource(const Subject& subject, xml::Element resource) {
  if (resource.is("template")) return;
  if (resource.id().empty()) {
    subject.problems.error("Ignoring <", resource.name(), "> resource without ID");
    return;
  }
  if (!is_one_of(kResources, resource.name())) {
    subject.problems.error("Ignoring resource '", resource.id(), "' of unknown type '",
                           resource.name(), "'");
  }
  if (!is_one_of(kResources, resource.name()) || !check_content(subject, resource)) {
    subject.problems.error("Ignoring <", resource.name(), "> resource '", resource.id(),
                           "' because configuration is invalid");
    return;
  }
  if (resource.is("group") && !resource.first_child("primitive")) {
    subject.problems.warning("Group ", resource.id(),
                             " will be ignored because it does not have any members");
  }
  for (const xml::Element child : resource.children()) {
    for (const xml::Element rule : child.children("rule")) check_rule(subject, rule, false);
  }
  check_operations(subject, resource);
  for (const xml::Element child : resource.children()) {
    if (is_one_of(kResources, child.name())) check_resource(subject, child);
  }
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
      check_resource(subject, resource);
    }
  }
  check_meta_attributes(subject);
  check_counts(subject);
  check_fencing_devices(subject);
}

}  // namespace systole::policy::verify
