#include "crmd/tools/crmadmin/crmadmin.h"

#include <array>
#include <optional>

#include "crmd/tools/crmadmin/node_list.h"
#include "crmd/tools/failure_text.h"
#include "lib/base/duration.h"
#include "lib/base/iso8601.h"
#include "lib/base/strings.h"
#include "lib/cli/help.h"
#include "lib/client/cib_client.h"
#include "lib/client/controller_client.h"
#include "lib/client/supervisor_client.h"

namespace systole::crmd::crmadmin {
namespace {

using base::Error;
using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;
using client::ControllerClient;
using std::chrono::milliseconds;

enum OptionId {
  kStatus = 1,
  kSupervisor,
  kCoordinator,
  kNodes,
  kHealth,
  kTimeout,
  kBashExport,
  kIpcName,
  kQuiet,
};

constexpr std::array kCommands = {
    Option{kStatus, "status", 'S', Argument::kRequired, "NODE",
           "Show the state of the controller on that node"},
    Option{kSupervisor, "pacemakerd", 'P', Argument::kNone, "",
           "Show the state of this node's pacemakerd and of the daemons\nit watches"},
    Option{kCoordinator, "dc_lookup", 'D', Argument::kNone, "",
           "Show the name of the node that coordinates the cluster"},
    Option{kNodes, "nodes", 'N', Argument::kOptional, "TYPE",
           "Show the names of all nodes, or of those types (comma-separated)\nTypes: all "
           "(default), cluster, guest, remote"},
    Option{kHealth, "health", 'H', Argument::kNone, "", "", true},
};
constexpr std::array kAdditional = {
    Option{kTimeout, "timeout", 't', Argument::kRequired, "TIMESPEC",
           "Time to wait before declaring the operation\nfailed"},
    Option{kBashExport, "bash-export", 'B', Argument::kNone, "",
           "Show nodes as shell commands 'export name=id'\n(with -N/--nodes)"},
    Option{kIpcName, "ipc-name", 'i', Argument::kRequired, "NAME",
           "Name to use for IPC instead of 'crmadmin' (with -P/--pacemakerd)"},
};
constexpr std::array kApplication = {
    Option{kQuiet, "quiet", 'q', Argument::kNone, "", "Show only what was asked for"},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"command", "Commands:", "Show command options", kCommands},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
    cli::OptionGroup{"", "", "", kApplication},
};

constexpr std::string_view kEpilogue =
    "Notes:\n\nTIMESPEC is a number of seconds, a number with a unit "
    "(ms/msec/us/usec/s/sec/m/min/h/hr)\nor an ISO 8601 duration.\n";

struct Settings {
  milliseconds timeout{30000};
  bool quiet = false;
  std::string ipc_name;
};

std::optional<milliseconds> parse_timeout(const std::string& text) {
  if (const base::Result<base::Milliseconds> length = base::parse_duration(text); length) {
    return *length;
  }
  if (const base::Result<base::CalendarPeriod> period = base::parse_period(text); period) {
    return std::chrono::seconds(base::nominal_seconds(*period));
  }
  return std::nullopt;
}

ExitCode failed(const Error& error, Output& output) {
  const bool late = error.code == base::Errc::kTimeout;
  output.error(base::cat("error: Command failed: ", late ? "Timer expired" : failure_text(error)));
  return cli::exit_code_for(error.code);
}

/// A daemon, as it is named while it is connected to and once it is.
struct Daemon {
  std::string_view sought;
  std::string_view found;
};
constexpr Daemon kControllerDaemon{.sought = "controller", .found = "controller"};
constexpr Daemon kSupervisorDaemon{.sought = "launcher", .found = "pacemakerd"};

ExitCode no_connection(const Daemon& daemon, const Error& error, Output& output) {
  output.error(base::cat("error: Could not connect to ", daemon.sought, ": ", failure_text(error)));
  if (error.code == base::Errc::kReset) {
    output.error(base::cat("error: Lost connection to ", daemon.found));
  }
  return failed(error, output);
}

/// Asks a controller, and says who it was that did not answer.
base::Result<client::ControllerHealth> ask(const std::string& node, const Settings& settings,
                                           ControllerClient& controller, Output& output) {
  base::Result<client::ControllerHealth> health = controller.ping(node, settings.timeout);
  if (!health && health.error().code == base::Errc::kTimeout) {
    output.error(base::cat("error: No reply from the ",
                           node.empty() ? std::string("coordinator") : "controller on " + node,
                           " within ", settings.timeout.count(), "ms"));
  }
  return health;
}

ExitCode show_controller(const std::string& node, const Settings& settings, Output& output) {
  const base::Result<std::unique_ptr<ControllerClient>> controller =
      ControllerClient::connect(kProgram.name);
  if (!controller) return no_connection(kControllerDaemon, controller.error(), output);
  const base::Result<client::ControllerHealth> health = ask(node, settings, **controller, output);
  if (!health) return failed(health.error(), output);
  if (output.is_structured()) {
    output.root()
        .add("crmd")
        .set("node_name", health->node)
        .set("state", health->state)
        .set("result", health->result);
  } else if (settings.quiet) {
    output.line(health->state);
  } else {
    output.line(base::cat("Controller on ", health->node, " in state ", health->state, ": ",
                          health->result));
  }
  return health->result == "ok" ? ExitCode::kOk : ExitCode::kError;
}

ExitCode show_coordinator(const Settings& settings, Output& output) {
  const base::Result<std::unique_ptr<ControllerClient>> controller =
      ControllerClient::connect(kProgram.name);
  if (!controller) return no_connection(kControllerDaemon, controller.error(), output);
  const base::Result<client::ControllerHealth> health = ask("", settings, **controller, output);
  if (!health) return failed(health.error(), output);
  if (output.is_structured()) {
    output.root().add("dc").set("node_name", health->node);
  } else {
    output.line(settings.quiet ? health->node
                               : base::cat("Designated Controller is: ", health->node));
  }
  return ExitCode::kOk;
}

struct StateText {
  std::string_view state;
  std::string_view text;
};
constexpr StateText kStateTexts[] = {
    {"init", "Initializing pacemaker"},
    {"starting_daemons", "Pacemaker daemons are starting"},
    {"wait_for_ping", "Waiting for startup-trigger from SBD"},
    {"running", "Pacemaker is running"},
    {"shutting_down", "Pacemaker daemons are shutting down"},
    {"shutdown_complete", "Pacemaker daemons are shut down - reporting to SBD"},
};

std::string state_text(const std::string& state) {
  for (const StateText& row : kStateTexts) {
    if (row.state == state) return std::string(row.text);
  }
  return state;
}

ExitCode show_supervisor(const Settings& settings, Output& output) {
  const base::Result<client::SupervisorHealth> health =
      client::ping_supervisor(settings.ipc_name, settings.timeout);
  if (!health) {
    return health.error().code == base::Errc::kTimeout
               ? failed(health.error(), output)
               : no_connection(kSupervisorDaemon, health.error(), output);
  }
  const std::string updated =
      health->last_updated > 0 ? base::format_utc(health->last_updated) : "";
  if (output.is_structured()) {
    cli::Element& element = output.root().add("pacemakerd");
    element.set("sys_from", health->sender).set("state", health->state);
    element.set("last_updated", updated);
  } else if (settings.quiet) {
    output.line(health->state);
  } else {
    output.line(base::cat("Status of ", health->sender, ": '", state_text(health->state), "'",
                          updated.empty() ? "" : " (last updated " + updated + ")"));
  }
  return health->result == "ok" ? ExitCode::kOk : ExitCode::kError;
}

ExitCode show_nodes(const CommandLine& line, const Settings& settings, Output& output) {
  const client::CibSource source = client::cib_source_from_environment(kProgram.name);
  const base::Result<std::unique_ptr<client::CibClient>> cib = client::open_cib(source);
  // That the configuration cannot be had is all that callers of this command distinguish.
  const auto no_input = [&](const Error& error) {
    output.error(base::cat("error: Command failed: ", cli::exit_text(ExitCode::kNoInput), " (",
                           failure_text(error), ")"));
    return ExitCode::kNoInput;
  };
  if (!cib) return no_input(cib.error());
  const base::Result<xml::Document> document = (*cib)->query();
  if (!document) return no_input(document.error());
  const std::vector<ConfiguredNode> nodes =
      configured_nodes(document->root(), line.value(kNodes).value_or(""));
  if (output.is_structured()) {
    cli::Element& list = output.root().add("nodes");
    for (const ConfiguredNode& node : nodes) {
      list.add("node").set("type", kind_name(node.kind)).set("name", node.name).set("id", node.id);
    }
    return ExitCode::kOk;
  }
  for (const ConfiguredNode& node : nodes) {
    if (line.has(kBashExport)) {
      output.line(base::cat("export ", node.name, "=", node.id));
    } else if (settings.quiet) {
      output.line(node.name);
    } else {
      output.line(base::cat(kind_name(node.kind), " node: ", node.name, " (", node.id, ")"));
    }
  }
  if (nodes.empty() && !settings.quiet) output.line("No nodes configured");
  return ExitCode::kOk;
}

}  // namespace

const cli::Program kProgram = {
    .name = "crmadmin",
    .summary = "query and manage the Pacemaker controller",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = kEpilogue,
};

ExitCode run(const CommandLine& line, Output& output) {
  Settings settings{.quiet = line.has(kQuiet),
                    .ipc_name = line.value(kIpcName).value_or(std::string(kProgram.name))};
  if (const std::optional<std::string> text = line.value(kTimeout); text) {
    const std::optional<milliseconds> timeout = parse_timeout(*text);
    if (!timeout) {
      output.error(base::cat(kProgram.name, ": Error parsing option -t: '", *text,
                             "' is no length of time"));
      return ExitCode::kUsage;
    }
    settings.timeout = *timeout;
  }
  int command = 0;
  for (const cli::GivenOption& given : line.options) {
    if (given.id <= kHealth) command = given.id;
  }
  switch (command) {
    case kStatus:
      return show_controller(line.value(kStatus).value_or(""), settings, output);
    case kSupervisor:
      return show_supervisor(settings, output);
    case kCoordinator:
      return show_coordinator(settings, output);
    case kNodes:
      return show_nodes(line, settings, output);
    default:
      output.error("error: Must specify a command option");
      output.error(cli::help_text(kProgram, "all"));
      return ExitCode::kUsage;
  }
}

}  // namespace systole::crmd::crmadmin
