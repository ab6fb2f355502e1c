#include "crmd/tools/crm_attribute/crm_attribute.h"

#include <array>
#include <cstdlib>

#include "lib/base/strings.h"

namespace systole::crmd::crm_attribute {
namespace {

using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;

enum OptionId {
  kDelete = 1,
  kQuery,
  kUpdate,
  kId,
  kName,
  kPattern,
  kPromotion,
  kSetName,
  kDefault,
  kLifetime,
  kNode,
  kType,
  kUtilization,
  kQuiet,
  kInhibitPolicyEngine,
};

constexpr std::array kSelecting = {
    Option{kId, "id", 'i', Argument::kRequired, "XML_ID",
           "(Advanced) Only the attribute with this XML ID"},
    Option{kName, "name", 'n', Argument::kRequired, "NAME",
           "The name of the attribute or option. Queries without a name show\nall attributes."},
    Option{kPattern, "pattern", 'P', Argument::kRequired, "PATTERN",
           "All attributes whose names match this regular expression\n(with -G, or with -v/-D and "
           "-l reboot)"},
    Option{kPromotion, "promotion", 'p', Argument::kOptional, "RESOURCE",
           "The promotion score of a resource: of this one, or of the one in\nthe environment "
           "variable OCF_RESOURCE_INSTANCE. Implies\n-l reboot unless a lifetime is given (for "
           "resource agents)"},
    Option{kSetName, "set-name", 's', Argument::kRequired, "NAME",
           "(Advanced) Only attributes in the set with this XML ID"},
    Option{kName, "attr-name", 0, Argument::kRequired, "", "", true},
    Option{kId, "attr-id", 0, Argument::kRequired, "", "", true},
};
constexpr std::array kCommands = {
    Option{kDelete, "delete", 'D', Argument::kNone, "", "Delete the attribute or option"},
    Option{kQuery, "query", 'G', Argument::kNone, "",
           "Show the value of the attribute or option.\nSee also: -n, -P"},
    Option{kUpdate, "update", 'v', Argument::kRequired, "VALUE",
           "Set the value of the attribute or option"},
    Option{kDelete, "delete-attr", 0, Argument::kOptional, "", "", true},
    Option{kQuery, "get-value", 0, Argument::kNone, "", "", true},
    Option{kUpdate, "attr-value", 0, Argument::kRequired, "", "", true},
};
constexpr std::array kAdditional = {
    Option{kDefault, "default", 'd', Argument::kRequired, "VALUE",
           "(Advanced) The value to show when the configuration has none"},
    Option{kLifetime, "lifetime", 'l', Argument::kRequired, "LIFETIME",
           "How long a node attribute lasts.\nValid values: reboot, forever"},
    Option{kNode, "node", 'N', Argument::kRequired, "NODE",
           "An attribute of the named node (instead of a cluster option).\nSee also: -l"},
    Option{kType, "type", 't', Argument::kRequired, "SECTION",
           "The part of the configuration to work on.\nValid values: crm_config, rsc_defaults, "
           "op_defaults, tickets"},
    Option{kUtilization, "utilization", 'z', Argument::kNone, "",
           "A utilization attribute of the node"},
    Option{kNode, "uname", 'U', Argument::kRequired, "", "", true},
    Option{kNode, "node-uname", 0, Argument::kRequired, "", "", true},
    Option{kInhibitPolicyEngine, "inhibit-policy-engine", '!', Argument::kNone, "", "", true},
};
constexpr std::array kApplication = {
    Option{kQuiet, "quiet", 'q', Argument::kNone, "", "Print only the value"},
    Option{kQuiet, "quiet-legacy", 'Q', Argument::kNone, "", "", true},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"selections", "Selecting attributes:", "Show selecting options", kSelecting},
    cli::OptionGroup{"command", "Commands:", "Show command options", kCommands},
    cli::OptionGroup{"additional", "Additional options:", "Show additional options", kAdditional},
    cli::OptionGroup{"", "", "", kApplication},
};

constexpr std::string_view kEpilogue = R"(Examples:

Set the attribute 'location' of the host 'myhost':

	crm_attribute --node myhost --name location --update office

Show it:

	crm_attribute --node myhost --name location --query

Delete it:

	crm_attribute --node myhost --name location --delete

Show only the value of the cluster option 'cluster-delay':

	crm_attribute --type crm_config --name cluster-delay --query --quiet
)";

ExitCode usage(Output& output, std::string_view message) {
  output.error(base::cat(kProgram.name, ": ", message));
  return ExitCode::kUsage;
}

/// The lifetime decides over the type, both over the mere presence of a node's name.
std::optional<Scope> scope_of(const CommandLine& line) {
  const bool is_promotion = line.has(kPromotion);
  std::optional<std::string> lifetime = line.value(kLifetime);
  const std::optional<std::string> type = line.value(kType);
  if (is_promotion && !lifetime && !type) lifetime = "reboot";
  const bool for_node = line.has(kNode) || line.has(kUtilization);
  if (type && *type != "nodes" && *type != "status") return scope_named(*type);
  if (lifetime) {
    const bool is_lifetime = *lifetime == "reboot" || *lifetime == "forever";
    return is_lifetime ? scope_named(*lifetime) : std::nullopt;
  }
  if (type) return scope_named(*type);
  return for_node ? Scope::kNodes : Scope::kCrmConfig;
}

Task::Kind kind_of(const CommandLine& line) {
  Task::Kind kind = Task::Kind::kQuery;
  for (const cli::GivenOption& given : line.options) {
    if (given.id == kDelete) kind = Task::Kind::kDelete;
    if (given.id == kQuery) kind = Task::Kind::kQuery;
    if (given.id == kUpdate) kind = Task::Kind::kUpdate;
  }
  return kind;
}

/// Name of the attribute with the promotion score of the resource that is meant; empty when none
/// is.
std::string promotion_attribute(const CommandLine& line) {
  std::string resource = line.value(kPromotion).value_or("");
  if (const char* instance = std::getenv("OCF_RESOURCE_INSTANCE");
      resource.empty() && instance != nullptr) {
    resource = instance;
  }
  return resource.empty() ? "" : "master-" + resource;
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_attribute",
    .summary = "crm_attribute - query and update Pacemaker cluster options and node attributes",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = kEpilogue,
};

ExitCode run(const CommandLine& line, Output& output) {
  Task task{.kind = kind_of(line),
            .node = line.value(kNode).value_or(""),
            .name = line.value(kName).value_or(""),
            .pattern = line.value(kPattern).value_or(""),
            .set = line.value(kSetName).value_or(""),
            .id = line.value(kId).value_or(""),
            .value = line.value(kUpdate).value_or(""),
            .fallback = line.value(kDefault),
            .utilization = line.has(kUtilization),
            .quiet = line.has(kQuiet)};
  if (line.has(kPromotion)) {
    task.name = promotion_attribute(line);
    if (task.name.empty()) {
      return usage(output,
                   "-p/--promotion must be called from an OCF resource agent or with a "
                   "resource ID specified");
    }
  }
  const std::optional<Scope> scope = scope_of(line);
  if (!scope) task.bad_scope = line.value(kType).value_or(line.value(kLifetime).value_or(""));
  task.scope = scope;
  const bool is_change = task.kind != Task::Kind::kQuery;
  if (is_change && !task.pattern.empty() && scope != Scope::kStatus) {
    return usage(output,
                 "Error: pattern can only be used with query, or with till-reboot update "
                 "or delete");
  }
  if (task.kind == Task::Kind::kDelete && task.name.empty() && task.pattern.empty()) {
    return usage(output, "Error: must specify attribute name or pattern to delete");
  }
  if (task.kind == Task::Kind::kUpdate && task.name.empty() && task.pattern.empty() &&
      task.id.empty()) {
    return usage(output, "Error: must specify attribute name or pattern to update");
  }
  return perform(task, kProgram, output);
}

}  // namespace systole::crmd::crm_attribute
