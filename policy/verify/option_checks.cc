#include <algorithm>
#include <array>

#include "lib/model/scalars.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

enum class Kind { kBool, kTime, kInteger, kScore, kChoice };

struct Option {
  std::string_view name;
  Kind kind = Kind::kBool;
  std::string_view choices = {};  ///< separated by blanks
};

constexpr std::array kOptions = {
    Option{"no-quorum-policy", Kind::kChoice, "stop freeze ignore demote fence suicide"},
    Option{"symmetric-cluster", Kind::kBool},
    Option{"maintenance-mode", Kind::kBool},
    Option{"start-failure-is-fatal", Kind::kBool},
    Option{"enable-startup-probes", Kind::kBool},
    Option{"shutdown-lock", Kind::kBool},
    Option{"shutdown-lock-limit", Kind::kTime},
    Option{"stonith-enabled", Kind::kBool},
    Option{"fencing-enabled", Kind::kBool},
    Option{"stonith-action", Kind::kChoice, "reboot off poweroff"},
    Option{"fencing-action", Kind::kChoice, "reboot off poweroff"},
    Option{"stonith-timeout", Kind::kTime},
    Option{"fencing-timeout", Kind::kTime},
    Option{"have-watchdog", Kind::kBool},
    Option{"concurrent-fencing", Kind::kBool},
    Option{"startup-fencing", Kind::kBool},
    Option{"fence-remote-without-quorum", Kind::kBool},
    Option{"priority-fencing-delay", Kind::kTime},
    Option{"node-pending-timeout", Kind::kTime},
    Option{"cluster-delay", Kind::kTime},
    Option{"batch-limit", Kind::kInteger},
    Option{"migration-limit", Kind::kInteger},
    Option{"stop-all-resources", Kind::kBool},
    Option{"stop-orphan-resources", Kind::kBool},
    Option{"stop-removed-resources", Kind::kBool},
    Option{"stop-orphan-actions", Kind::kBool},
    Option{"cancel-removed-actions", Kind::kBool},
    Option{"remove-after-stop", Kind::kBool},
    Option{"pe-error-series-max", Kind::kInteger},
    Option{"pe-warn-series-max", Kind::kInteger},
    Option{"pe-input-series-max", Kind::kInteger},
    Option{"node-health-strategy", Kind::kChoice,
           "none migrate-on-red only-green progressive custom"},
    Option{"node-health-base", Kind::kScore},
    Option{"node-health-green", Kind::kScore},
    Option{"node-health-yellow", Kind::kScore},
    Option{"node-health-red", Kind::kScore},
    Option{"placement-strategy", Kind::kChoice, "default utilization minimal balanced"},
};

bool is_valid(const Subject& subject, const Option& option, std::string_view value) {
  switch (option.kind) {
    case Kind::kBool:
      return base::parse_bool(value).has_value();
    case Kind::kTime:
      check_interval(subject, value);
      return model::read_interval_ms(value).has_value();
    case Kind::kInteger:
    case Kind::kScore:
      check_score(subject, value);
      return model::leading_integer(value).has_value() ||
             model::read_score(value, subject.status.options.health).has_value();
    case Kind::kChoice:
      return is_one_of(base::split(option.choices, " "), value);
  }
  return true;
}

void check_option(const Subject& subject, xml::Element pair) {
  const std::string_view name = pair.attribute_or("name", {});
  const std::string_view value = pair.attribute_or("value", {});
  const auto option = std::find_if(kOptions.begin(), kOptions.end(),
                                   [name](const Option& known) { return known.name == name; });
  if (option == kOptions.end() || !pair.attribute("value")) return;
  if (!is_valid(subject, *option, value)) {
    subject.problems.error("Using default value for cluster option '", name, "' because '", value,
                           "' is invalid");
  }
}

/// What was said in other words before, and will not be understood for ever.
void check_outdated(const Subject& subject, xml::Element pair) {
  const std::string_view name = pair.attribute_or("name", {});
  const std::string_view value = pair.attribute_or("value", {});
  if ((name == "stonith-action" || name == "fencing-action") && value == "poweroff") {
    subject.problems.warning("Support for ", name,
                             " of 'poweroff' is deprecated and will be removed in a future release "
                             "(use 'off' instead)");
  }
  if (name == "remove-after-stop" && model::is_true(value)) {
    subject.problems.warning(
        "Support for the remove-after-stop cluster property is deprecated and will be removed in a "
        "future release");
  }
  if (name == "no-quorum-policy" && (value == "suicide" || value == "fence") &&
      !subject.status.options.fencing_enabled) {
    subject.problems.error("Resetting no-quorum-policy to 'stop' because fencing is disabled");
  }
}

}  // namespace

void check_options(const Subject& subject) {
  const xml::Element options = subject.configuration.first_child("crm_config");
  if (options) {
    std::set<std::string_view> seen;
    for (const xml::Element set : options.children("cluster_property_set")) {
      for (const xml::Element pair : set.children("nvpair")) {
        // Of several values the first is in force.
        if (!seen.insert(pair.attribute_or("name", {})).second) continue;
        check_option(subject, pair);
        check_outdated(subject, pair);
      }
    }
  }
  const ClusterOptions& in_force = subject.status.options;
  if (!in_force.fencing_enabled || !in_force.startup_fencing) {
    subject.problems.remark(Problem::Severity::kWarning, "Blind faith: not fencing unseen nodes");
  }
  if (!subject.status.quorate && in_force.no_quorum_policy != NoQuorumPolicy::kIgnore) {
    subject.problems.remark(Problem::Severity::kWarning,
                            "Fencing and resource management disabled due to lack of quorum");
  }
}

}  // namespace systole::policy::verify
