#include "crmd/tools/wrappers/crm_standby.h"

#include <array>

#include "crmd/tools/crm_attribute/crm_attribute.h"
#include "lib/base/strings.h"

namespace systole::crmd::crm_standby {
namespace {

using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;
using crm_attribute::Scope;
using crm_attribute::Task;

enum OptionId { kQuery = 1, kUpdate, kDelete, kNode, kLifetime, kId, kQuiet };

constexpr std::array kCommands = {
    Option{kQuery, "query", 'G', Argument::kNone, "",
           "Show whether the node is in standby (on/off)"},
    Option{kUpdate, "update", 'v', Argument::kRequired, "VALUE", "Put it into standby or back"},
    Option{kDelete, "delete", 'D', Argument::kNone, "", "Let the default hold again"},
    Option{kQuery, "get-value", 0, Argument::kNone, "", "", true},
    Option{kUpdate, "attr-value", 0, Argument::kRequired, "", "", true},
    Option{kDelete, "delete-attr", 0, Argument::kNone, "", "", true},
};
constexpr std::array kAdditional = {
    Option{kNode, "node", 'N', Argument::kRequired, "NODE", "The node, instead of this one"},
    Option{kLifetime, "lifetime", 'l', Argument::kRequired, "VALUE",
           "How long the setting lasts\n(valid values: reboot, forever)"},
    Option{kId, "id", 'i', Argument::kRequired, "VALUE",
           "(Advanced) XML ID of the standby attribute"},
    Option{kNode, "uname", 'U', Argument::kRequired, "", "", true},
    Option{kNode, "node-uname", 'u', Argument::kRequired, "", "", true},
    Option{kId, "attr-id", 0, Argument::kRequired, "", "", true},
};
constexpr std::array kApplication = {
    Option{kQuiet, "quiet", 'q', Argument::kNone, "", "Print only the value"},
    Option{kQuiet, "quiet-legacy", 'Q', Argument::kNone, "", "", true},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"command", "Commands:", "Show command options", kCommands},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
    cli::OptionGroup{"", "", "", kApplication},
};

/// A node is in standby when its configuration or its transient attributes say so; the first that
/// says anything is shown.
ExitCode query(Task task, bool has_lifetime, Output& output) {
  if (has_lifetime) return crm_attribute::perform(task, kProgram, output);
  const base::Result<bool> configured = crm_attribute::exists(task, kProgram);
  // Whatever keeps the tool from looking is reported by the query that follows.
  if (configured.value_or(true)) return crm_attribute::perform(task, kProgram, output);
  task.scope = Scope::kStatus;
  task.fallback = "off";
  return crm_attribute::perform(task, kProgram, output);
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_standby",
    .summary =
        "crm_standby - Query, enable, or disable standby mode for a node\n\n"
        "Nodes in standby mode may not host cluster resources.",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = {},
    .formats = {},
    .usage_code = ExitCode::kError,
};

ExitCode run(const CommandLine& line, Output& output) {
  Task task{.scope = Scope::kNodes,
            .node = line.value(kNode).value_or(""),
            .name = "standby",
            .id = line.value(kId).value_or(""),
            .quiet = line.has(kQuiet)};
  for (const cli::GivenOption& given : line.options) {
    if (given.id == kQuery) task.kind = Task::Kind::kQuery;
    if (given.id == kDelete) task.kind = Task::Kind::kDelete;
    if (given.id == kUpdate) {
      task.kind = Task::Kind::kUpdate;
      task.value = given.value.value_or("");
    }
  }
  const std::optional<std::string> lifetime = line.value(kLifetime);
  if (lifetime) {
    const std::optional<Scope> scope = crm_attribute::scope_named(*lifetime);
    if (!scope || !crm_attribute::has_node(*scope)) {
      output.error(base::cat(kProgram.name, ": '", *lifetime, "' is no lifetime"));
      return ExitCode::kUsage;
    }
    task.scope = scope;
  }
  if (task.kind != Task::Kind::kQuery) return crm_attribute::perform(task, kProgram, output);
  return query(task, lifetime.has_value(), output);
}

}  // namespace systole::crmd::crm_standby
