// Meta-attributes as resources have them in force: their own, what they inherit and the defaults.

#include <algorithm>
#include <array>

#include "lib/model/scalars.h"
#include "policy/status/queries.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

using Severity = Problem::Severity;

class MetaChecker {
 public:
  explicit MetaChecker(const Subject& subject) : subject_(subject), problems_(subject.problems) {}

  void check(RscId id) {
    const Resource& rsc = subject_.status.resource(id);
    if (const auto value = chosen(rsc, "priority")) check_score(subject_, *value);
    check_multiple_active(rsc);
    if (const auto value = chosen(rsc, "resource-stickiness")) check_score(subject_, *value);
    check_threshold(rsc);
    check_requires(rsc);
    check_container(rsc);
    if (const auto value = chosen(rsc, "failure-timeout")) check_interval(subject_, *value);
    check_target_role(rsc, in_promotable(subject_.status, id));
    if (rsc.is_group()) check_group(rsc);
    if (rsc.is_clone()) check_clone(id);
  }

 private:
  static std::optional<model::Text> chosen(const Resource& rsc, model::Text name) {
    const auto value = rsc.meta.find(name);
    if (value && base::equal_ignoring_case(*value, "default")) return std::nullopt;
    return value;
  }

  /// Says once what is the same for all who do it.
  template <typename... Pieces>
  void outdated(const Pieces&... pieces) {
    if (told_.insert(base::cat(pieces...)).second) problems_.warning(pieces...);
  }

  void check_multiple_active(const Resource& rsc) {
    constexpr std::array<std::string_view, 4> kChoices = {"stop_start", "stop_only", "block",
                                                          "stop_unexpected"};
    const auto value = rsc.meta.find("multiple-active");
    if (value && !is_one_of(kChoices, *value)) {
      problems_.warning(*value,
                        " is not a valid value for multiple-active, using default of "
                        "\"stop_start\"");
    }
    if (base::equal_ignoring_case(rsc.meta.value_or("restart-type", ""), "restart")) {
      outdated("Support for restart-type is deprecated and will be removed in a future release");
    }
  }

  void check_threshold(const Resource& rsc) {
    const auto value = chosen(rsc, "migration-threshold");
    if (!value) return;
    check_score(subject_, *value);
    const auto score = model::read_score(*value, {});
    if (score && score->value() < 0) {
      outdated("migration-threshold must be non-negative, using 1 instead");
    }
  }

  /// What is given, or what follows from devices that some resource must wait for.
  std::string_view requirement_of(const Resource& rsc) const {
    const bool waits =
        subject_.status.unfencing_in_use && !rsc.is_fence_device() && !rsc.is_remote_connection;
    return rsc.meta.value_or("requires", waits ? "unfencing" : "");
  }

  void check_requires(const Resource& rsc) {
    const std::string_view value = requirement_of(rsc);
    if (value.empty()) return;
    constexpr std::array<std::string_view, 4> kRequirements = {"nothing", "quorum", "fencing",
                                                               "unfencing"};
    const bool can_fence = subject_.status.options.fencing_enabled;
    const bool unfences = base::equal_ignoring_case(value, "unfencing");
    if (!is_one_of(kRequirements, value)) {
      problems_.error("Resetting 'requires' for ", rsc.id, " to 'quorum' because '", value,
                      "' is not valid");
    } else if (unfences && (rsc.is_fence_device() || !can_fence)) {
      problems_.warning("Resetting \"requires\" for ", rsc.id, " to \"quorum\" because fencing ",
                        rsc.is_fence_device() ? "devices cannot require unfencing" : "is disabled");
    } else if (base::equal_ignoring_case(value, "fencing") && !can_fence) {
      problems_.warning(rsc.id, " requires fencing but fencing is disabled");
    }
  }

  void check_container(const Resource& rsc) {
    const auto container = rsc.meta.find("container");
    if (!rsc.is_primitive() || !container || find_resource(subject_.status, *container)) return;
    problems_.error("Resource ", rsc.id, ": Unknown resource container (", *container, ")");
  }

  void check_target_role(const Resource& rsc, bool promotable) {
    const auto value = rsc.meta.find("target-role");
    if (!value || base::equal_ignoring_case(*value, "#default")) return;
    constexpr std::array<std::string_view, 4> kPromotionRoles = {"Promoted", "Master", "Unpromoted",
                                                                 "Slave"};
    if (!check_role(subject_, *value)) {
      problems_.error("Ignoring 'target-role' for ", rsc.id, " because '", *value,
                      "' is not valid");
    } else if (!promotable && is_one_of(kPromotionRoles, *value)) {
      problems_.error("Ignoring 'target-role' for ", rsc.id, " because '", *value,
                      "' only makes sense for promotable clones");
    }
  }

  void check_group(const Resource& group) {
    const auto told = [this](std::string_view name) {
      outdated("Support for the '", name,
               "' group meta-attribute is deprecated and will be removed in a future release (use "
               "a resource set instead)");
    };
    if (!group.ordered) told("ordered");
    if (!group.collocated) told("collocated");
  }

  void check_clone(RscId id) {
    const Resource& clone = subject_.status.resource(id);
    for (const std::string_view name : {"clone-max", "clone-node-max"}) {
      if (const auto value = clone.meta.find(name)) check_count(subject_, *value, 0);
    }
    if (clone.unique || !model::is_true(clone.meta.value_or("globally-unique", ""))) return;
    for_each_primitive(subject_.status, id, [&](RscId part) {
      const Resource& primitive = subject_.status.resource(part);
      const std::string_view standard = primitive.agent.standard;
      if (standard == "ocf" || standard == "stonith") return;
      problems_.warning("Ignoring globally-unique for ", clone.id, " because ", standard,
                        " resources such as ", primitive.id,
                        " can be used only as anonymous clones");
    });
  }

  const Subject& subject_;
  Problems& problems_;
  std::set<std::string> told_;
};

}  // namespace

void check_meta_attributes(const Subject& subject) {
  MetaChecker checker(subject);
  for (std::size_t i = 0; i < subject.status.resources.size(); ++i) {
    if (!subject.status.resources[i].removed) checker.check(RscId(static_cast<std::uint32_t>(i)));
  }
}

}  // namespace systole::policy::verify
