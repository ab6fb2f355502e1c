#include "crmd/tools/crm_resource/crm_resource.h"

#include <array>

#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "lib/base/strings.h"

namespace systole::crmd::crm_resource {
namespace {

using cli::CommandLine;
using cli::ExitCode;
using cli::Output;

struct Command {
  int option;
  ExitCode (*run)(Context&);
  bool needs_cib = true;
  bool needs_resource = false;
  bool takes_words = false;
};

constexpr std::array kCommands = {
    Command{kList, list},
    Command{kListRaw, list_raw},
    Command{kListOperations, list_operations},
    Command{kListAllOperations, list_operations},
    Command{kListStandards, list_standards, false},
    Command{kListProviders, list_providers, false},
    Command{kListAgents, list_agents, false},
    Command{kListAlternatives, list_alternatives, false},
    Command{kShowMetadata, show_metadata, false},
    Command{kQueryXml, query_xml, true, true},
    Command{kQueryXmlRaw, query_xml, true, true},
    Command{kGetParameter, get_parameter, true, true},
    Command{kLocate, locate, true, true},
    Command{kConstraints, show_constraints, true, true},
    Command{kStack, show_constraints, true, true},
    Command{kWhy, explain},
    Command{kCleanup, clean_up},
    Command{kRefresh, refresh},
    Command{kSetParameter, set_parameter, true, true},
    Command{kDeleteParameter, delete_parameter, true, true},
    Command{kMove, move, true, true},
    Command{kBan, ban, true, true},
    Command{kClear, clear, true, true},
    Command{kDelete, delete_resource, true, true},
    Command{kFail, fail_resource, true, true},
    Command{kRestart, restart, true, true},
    Command{kWait, wait_until_settled},
    Command{kDigests, show_digests, true, true, true},
    Command{kValidate, validate, false},
    Command{kForceStart, force_action, true, true},
    Command{kForceStop, force_action, true, true},
    Command{kForcePromote, force_action, true, true},
    Command{kForceDemote, force_action, true, true},
    Command{kForceCheck, force_action, true, true},
};

/// The last command given; --list without one.
int last_command(const CommandLine& line) {
  int command = kList;
  for (const cli::GivenOption& given : line.options) {
    if (given.id <= kLastCommand) command = given.id;
  }
  return command;
}

ExitCode refuse_words(const CommandLine& line, Output& output) {
  std::string text = "non-option ARGV-elements:\n";
  for (std::size_t i = 0; i < line.arguments.size(); ++i) {
    text += base::cat("[", i + 1, " of ", line.arguments.size(), "] ", line.arguments[i], "\n");
  }
  return fail(output, ExitCode::kUsage, text);
}

ExitCode execute(const Command& command, const CommandLine& line, Output& output) {
  Context context(line, output);
  if (!line.arguments.empty() && !command.takes_words) return refuse_words(line, output);
  if (command.needs_resource && !line.has(kResource)) {
    return fail(output, ExitCode::kUsage, "Must supply a resource id with -r");
  }
  if (command.option == kFail && !line.has(kNode)) {
    return fail(output, ExitCode::kUsage, "Must supply a node name with -N");
  }
  if (command.needs_cib) {
    if (const base::Result<void> loaded = context.load(); !loaded) {
      return fail(output, loaded.error());
    }
    if (const base::Result<void> resolved = context.resolve(); !resolved) {
      return fail(output, resolved.error());
    }
  }
  return command.run(context);
}

}  // namespace

ExitCode run(const CommandLine& line, Output& output) {
  const int wanted = last_command(line);
  for (const Command& command : kCommands) {
    if (command.option == wanted) return execute(command, line, output);
  }
  return fail(output, ExitCode::kUnimplemented, "this command is not implemented");
}

}  // namespace systole::crmd::crm_resource
