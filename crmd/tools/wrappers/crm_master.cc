#include "crmd/tools/wrappers/crm_master.h"

#include <array>
#include <cstdlib>

#include "crmd/tools/crm_attribute/crm_attribute.h"
#include "lib/base/strings.h"

namespace systole::crmd::crm_master {
namespace {

using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;
using crm_attribute::Scope;
using crm_attribute::Task;

enum OptionId { kQuery = 1, kUpdate, kDelete, kNode, kLifetime, kId, kResource, kQuiet };

constexpr std::array kCommands = {
    Option{kQuery, "query", 'G', Argument::kNone, "", "Show the promotion score"},
    Option{kUpdate, "update", 'v', Argument::kRequired, "VALUE", "Set the promotion score"},
    Option{kDelete, "delete", 'D', Argument::kNone, "", "Delete the promotion score"},
    Option{kQuery, "get-value", 0, Argument::kNone, "", "", true},
    Option{kUpdate, "attr-value", 0, Argument::kRequired, "", "", true},
    Option{kDelete, "delete-attr", 0, Argument::kNone, "", "", true},
};
constexpr std::array kAdditional = {
    Option{kNode, "node", 'N', Argument::kRequired, "NODE", "The node, instead of this one"},
    Option{kLifetime, "lifetime", 'l', Argument::kRequired, "VALUE",
           "How long the setting lasts\n(valid values: reboot, forever)"},
    Option{kId, "id", 'i', Argument::kRequired, "VALUE", "(Advanced) XML ID of the attribute"},
    Option{kResource, "resource", 'r', Argument::kRequired, "ID",
           "The resource, instead of the one in OCF_RESOURCE_INSTANCE"},
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

}  // namespace

const cli::Program kProgram = {
    .name = "crm_master",
    .summary =
        "crm_master - Query, update, or delete a resource's promotion score\n\n"
        "This command is deprecated. Use crm_attribute with the --promotion option "
        "instead.",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = {},
    .formats = {},
    .usage_code = ExitCode::kError,
};

ExitCode run(const CommandLine& line, Output& output) {
  std::string resource = line.value(kResource).value_or("");
  if (const char* instance = std::getenv("OCF_RESOURCE_INSTANCE");
      resource.empty() && instance != nullptr) {
    resource = instance;
  }
  if (resource.empty()) {
    output.error("error: No resource specified");
    return ExitCode::kError;
  }
  const std::string lifetime = line.value(kLifetime).value_or("forever");
  const std::optional<Scope> scope = crm_attribute::scope_named(lifetime);
  if (!scope || !crm_attribute::has_node(*scope)) {
    output.error(base::cat(kProgram.name, ": '", lifetime, "' is no lifetime"));
    return ExitCode::kUsage;
  }
  Task task{.scope = scope,
            .node = line.value(kNode).value_or(""),
            .name = "master-" + resource,
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
  return crm_attribute::perform(task, kProgram, output);
}

}  // namespace systole::crmd::crm_master
