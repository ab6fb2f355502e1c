#include "crmd/tools/crm_node/crm_node.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "crmd/tools/crm_node/remove_node.h"
#include "crmd/tools/failure_text.h"
#include "lib/base/natural_order.h"
#include "lib/base/strings.h"
#include "lib/cli/help.h"
#include "lib/client/controller_client.h"

namespace systole::crmd::crm_node {
namespace {

using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;
using client::ControllerClient;

enum OptionId {
  kClusterId = 1,
  kList,
  kName,
  kPartition,
  kQuorum,
  kNameForId,
  kRemove,
  kForce,
  kQuiet,
};

constexpr std::array kCommands = {
    Option{kClusterId, "cluster-id", 'i', Argument::kNone, "", "Show this node's cluster id"},
    Option{kList, "list", 'l', Argument::kNone, "",
           "Show all members of this cluster, past and present"},
    Option{kName, "name", 'n', Argument::kNone, "", "Show the name of this node in the cluster"},
    Option{kPartition, "partition", 'p', Argument::kNone, "", "Show the members of this partition"},
    Option{kQuorum, "quorum", 'q', Argument::kNone, "",
           "Show 1 if this partition has quorum, 0 if not"},
    Option{kNameForId, "name-for-id", 'N', Argument::kRequired, "ID",
           "Show the name of the node with that cluster id"},
    Option{kRemove, "remove", 'R', Argument::kRequired, "NAME",
           "(Advanced) Remove the (stopped) node with that name from the configuration and\nfrom "
           "what the daemons remember (it must have left Corosync's configuration\nbefore)"},
};
constexpr std::array kAdditional = {
    Option{kForce, "force", 'f', Argument::kNone, "", "Needed for --remove"},
};
constexpr std::array kApplication = {
    Option{kQuiet, "quiet", 'Q', Argument::kNone, "", "Say less"},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"commands", "Commands:", "Show command help", kCommands},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
    cli::OptionGroup{"", "", "", kApplication},
};

constexpr std::chrono::seconds kTimeout{30};

ExitCode show_node(const CommandLine& line, int command, ControllerClient& controller,
                   Output& output) {
  const std::string wanted = command == kNameForId ? line.value(kNameForId).value_or("") : "";
  const base::Result<client::NodeInfo> node = controller.node_info(wanted, "", kTimeout);
  if (!node) {
    output.error(base::cat("error: No answer from the controller: ", failure_text(node.error())));
    return cli::exit_code_for(node.error().code);
  }
  if (command == kQuorum) {
    output.line(node->have_quorum ? "1" : "0");
    return ExitCode::kOk;
  }
  const std::string& shown = command == kClusterId ? node->id : node->name;
  if (shown.empty()) {
    output.error("Node is not known to cluster");
    return ExitCode::kNoHost;
  }
  output.line(shown);
  return ExitCode::kOk;
}

ExitCode show_members(int command, ControllerClient& controller, Output& output) {
  base::Result<std::vector<client::MemberInfo>> members = controller.list_nodes(kTimeout);
  if (!members) {
    output.error(
        base::cat("error: No answer from the controller: ", failure_text(members.error())));
    return cli::exit_code_for(members.error().code);
  }
  std::sort(members->begin(), members->end(),
            [](const client::MemberInfo& a, const client::MemberInfo& b) {
              return base::naturally_less(a.name, b.name);
            });
  std::string partition;
  for (const client::MemberInfo& member : *members) {
    if (command == kList) {
      output.line(base::cat(member.id, " ", member.name, " ", member.state));
    } else if (member.state == "member") {
      partition += member.name + " ";
    }
  }
  if (command == kPartition) output.line(partition);
  return ExitCode::kOk;
}

ExitCode remove(const CommandLine& line, ControllerClient& controller, Output& output) {
  const std::string name = line.value(kRemove).value_or("");
  const base::Result<void> removed = remove_node(name, controller);
  if (removed) return ExitCode::kOk;
  output.error(
      base::cat("error: Could not remove node '", name, "': ", failure_text(removed.error())));
  return cli::exit_code_for(removed.error().code);
}

/// The last command given; 0 without one.
int last_command(const CommandLine& line) {
  int command = 0;
  for (const cli::GivenOption& given : line.options) {
    if (given.id < kForce) command = given.id;
  }
  return command;
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_node",
    .summary = "crm_node - Tool for displaying low-level node information",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = {},
    .formats = {},
};

ExitCode run(const CommandLine& line, Output& output) {
  const int command = last_command(line);
  if (command == 0) {
    output.error(cli::help_text(kProgram, ""));
    return ExitCode::kUsage;
  }
  if (command == kRemove && !line.has(kForce)) {
    output.error(
        "The supplied command is considered dangerous.  To prevent accidental destruction of the "
        "cluster, the --force flag is required in order to proceed.");
    return ExitCode::kUsage;
  }
  // Inside an agent of a remote node, "this node" is the one that the agent works for.
  if (const char* name = std::getenv("OCF_RESKEY_CRM_meta_on_node");
      command == kName && name != nullptr) {
    output.line(name);
    return ExitCode::kOk;
  }
  const base::Result<std::unique_ptr<ControllerClient>> controller =
      ControllerClient::connect(kProgram.name);
  if (!controller) {
    output.error(
        base::cat("error: Could not connect to controller: ", failure_text(controller.error())));
    return cli::exit_code_for(controller.error().code);
  }
  switch (command) {
    case kList:
    case kPartition:
      return show_members(command, **controller, output);
    case kRemove:
      return remove(line, **controller, output);
    default:
      return show_node(line, command, **controller, output);
  }
}

}  // namespace systole::crmd::crm_node
