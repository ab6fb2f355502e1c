#include "policy/tool/settings.h"

#include <array>
#include <ctime>

#include "lib/base/strings.h"
#include "lib/cli/option.h"

namespace systole::policy::tool {

namespace {

using cli::Argument;
using cli::Option;

enum Id {
  kRun = 1,
  kSimulate,
  kInPlace,
  kShowAttributes,
  kShowFailCounts,
  kShowScores,
  kShowUtilization,
  kProfile,
  kRepeat,
  kPending,
  kNodeUp,
  kNodeDown,
  kNodeFail,
  kInject,
  kFail,
  kDate,
  kQuorum,
  kWatchdog,
  kGrant,
  kRevoke,
  kStandby,
  kActivate,
  kSaveInput,
  kSaveOutput,
  kSaveGraph,
  kSaveDot,
  kAllActions,
  kLive,
  kFile,
  kPipe,
  kQuiet,
};

constexpr std::array kOperations = {
    Option{kRun, "run", 'R', Argument::kNone, "",
           "Process the supplied input and show what\nactions the cluster will take in response"},
    Option{kSimulate, "simulate", 'S', Argument::kNone, "",
           "Like --run, but also simulate taking those\nactions and show the resulting new status"},
    Option{kInPlace, "in-place", 'X', Argument::kNone, "",
           "Like --simulate, but also store the results\nback to the input file"},
    Option{kShowAttributes, "show-attrs", 'A', Argument::kNone, "", "Show node attributes"},
    Option{kShowFailCounts, "show-failcounts", 'c', Argument::kNone, "",
           "Show resource fail counts"},
    Option{kShowScores, "show-scores", 's', Argument::kNone, "", "Show allocation scores"},
    Option{kShowUtilization, "show-utilization", 'U', Argument::kNone, "",
           "Show utilization information"},
    Option{kProfile, "profile", 'P', Argument::kRequired, "DIR",
           "Process all the XML files in the named directory\nto create profiling data"},
    Option{kRepeat, "repeat", 'N', Argument::kRequired, "N",
           "With --profile, repeat each test N times and\nprint timings"},
    Option{kPending, "pending", 'j', Argument::kNone, "",
           "Display pending state if 'record-pending' is enabled", true},
};
constexpr std::array kEvents = {
    Option{kNodeUp, "node-up", 'u', Argument::kRequired, "NODE", "Simulate bringing a node online"},
    Option{kNodeDown, "node-down", 'd', Argument::kRequired, "NODE",
           "Simulate taking a node offline"},
    Option{kNodeFail, "node-fail", 'f', Argument::kRequired, "NODE", "Simulate a node failing"},
    Option{kInject, "op-inject", 'i', Argument::kRequired, "OPSPEC",
           "Generate a failure for the cluster to react to in\nthe simulation"},
    Option{
        kFail, "op-fail", 'F', Argument::kRequired, "OPSPEC",
        "If the specified task occurs during the simulation,\nhave it fail with return code ${rc}"},
    Option{kDate, "set-datetime", 't', Argument::kRequired, "DATETIME",
           "Set date/time (ISO 8601 format, see\nhttps://en.wikipedia.org/wiki/ISO_8601)"},
    Option{kQuorum, "quorum", 'q', Argument::kRequired, "QUORUM",
           "Set to '1' (or 'true') to indicate cluster has\nquorum"},
    Option{kWatchdog, "watchdog", 'w', Argument::kRequired, "DEVICE",
           "Set to '1' (or 'true') to indicate cluster has an\nactive watchdog device"},
    Option{kGrant, "ticket-grant", 'g', Argument::kRequired, "TICKET",
           "Simulate granting a ticket"},
    Option{kRevoke, "ticket-revoke", 'r', Argument::kRequired, "TICKET",
           "Simulate revoking a ticket"},
    Option{kStandby, "ticket-standby", 'b', Argument::kRequired, "TICKET",
           "Simulate making a ticket standby"},
    Option{kActivate, "ticket-activate", 'e', Argument::kRequired, "TICKET",
           "Simulate activating a ticket"},
};
constexpr std::array kArtifacts = {
    Option{kSaveInput, "save-input", 'I', Argument::kRequired, "FILE",
           "Save the input configuration to the named file"},
    Option{kSaveOutput, "save-output", 'O', Argument::kRequired, "FILE",
           "Save the output configuration to the named file"},
    Option{kSaveGraph, "save-graph", 'G', Argument::kRequired, "FILE",
           "Save the transition graph (XML format) to the\nnamed file"},
    Option{kSaveDot, "save-dotfile", 'D', Argument::kRequired, "FILE",
           "Save the transition graph (DOT format) to the\nnamed file"},
    Option{kAllActions, "all-actions", 'a', Argument::kNone, "",
           "Display all possible actions in DOT graph (even\nif not part of transition)"},
};
constexpr std::array kSource = {
    Option{kLive, "live-check", 'L', Argument::kNone, "",
           "Connect to CIB manager and use the current CIB\ncontents as input"},
    Option{kFile, "xml-file", 'x', Argument::kRequired, "FILE", "Retrieve XML from the named file"},
    Option{kPipe, "xml-pipe", 'p', Argument::kNone, "", "Retrieve XML from stdin"},
};
constexpr std::array kApplication = {
    Option{kQuiet, "quiet", 'Q', Argument::kNone, "", "Display only essential output"},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"operations", "Operations:", "Show operations options", kOperations},
    cli::OptionGroup{"synthetic",
                     "Synthetic Cluster Events:", "Show synthetic cluster event options", kEvents},
    cli::OptionGroup{"artifact", "Artifact Options:", "Show artifact options", kArtifacts},
    cli::OptionGroup{"source", "Data Source:", "Show data source options", kSource},
    cli::OptionGroup{"", "", "", kApplication},
};

constexpr std::string_view kEpilogue =
    "Operation Specification:\n\n"
    "The OPSPEC in any command line option is of the form\n"
    "${resource}_${task}_${interval_in_ms}@${node}=${rc}\n"
    "(memcached_monitor_20000@bart.example.com=7, for example).\n"
    "${rc} is an OCF return code.  For more information on these\n"
    "return codes, refer to "
    "https://clusterlabs.org/pacemaker/doc/2.1/Pacemaker_Administration/html/"
    "agents.html#ocf-return-codes\n";

base::Result<void> read_time(Settings& settings) {
  if (!settings.date) return {};
  const std::int64_t now = static_cast<std::int64_t>(std::time(nullptr));
  const std::time_t seconds = static_cast<std::time_t>(now);
  std::tm local{};
  localtime_r(&seconds, &local);
  const auto time =
      base::parse_timestamp(*settings.date, {now, static_cast<std::int32_t>(local.tm_gmtoff)});
  if (!time) return {base::Errc::kUsage, base::cat("Invalid date: ", time.error().message)};
  settings.time = *time;
  return {};
}

bool read_flag(int id, Settings& settings) {
  switch (id) {
    case kRun:
      settings.run = true;
      return true;
    case kSimulate:
      settings.simulate = settings.run = true;
      return true;
    case kInPlace:
      settings.in_place = settings.simulate = settings.run = true;
      return true;
    case kShowAttributes:
      settings.show_attributes = true;
      return true;
    case kShowFailCounts:
      settings.show_fail_counts = true;
      return true;
    case kShowScores:
      settings.show_scores = true;
      return true;
    case kShowUtilization:
      settings.show_utilization = true;
      return true;
    case kAllActions:
      settings.all_actions = true;
      return true;
    case kLive:
      settings.live = true;
      return true;
    case kPipe:
      settings.xml_file.assign(1, '-');
      return true;
    case kQuiet:
      settings.quiet = true;
      return true;
    case kPending:
      return true;
    default:
      return false;
  }
}

/// Where the values of an option that may be given several times go.
std::vector<std::string>* list_of(int id, Settings& settings) {
  Injections& injections = settings.injections;
  switch (id) {
    case kNodeUp:
      return &injections.nodes_up;
    case kNodeDown:
      return &injections.nodes_down;
    case kNodeFail:
      return &injections.nodes_failed;
    case kInject:
      return &injections.operations;
    case kGrant:
      return &injections.tickets_granted;
    case kRevoke:
      return &injections.tickets_revoked;
    case kStandby:
      return &injections.tickets_standby;
    case kActivate:
      return &injections.tickets_activated;
    case kFail:
      return &settings.failures;
    default:
      return nullptr;
  }
}

std::string* text_of(int id, Settings& settings) {
  switch (id) {
    case kProfile:
      return &settings.profile_directory;
    case kSaveInput:
      return &settings.save_input;
    case kSaveOutput:
      return &settings.save_output;
    case kSaveGraph:
      return &settings.save_graph;
    case kSaveDot:
      return &settings.save_dot;
    case kFile:
      return &settings.xml_file;
    default:
      return nullptr;
  }
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_simulate",
    .summary = "simulate a Pacemaker cluster's response to events",
    .groups = kGroups,
    .epilogue = kEpilogue,
    .formats = "text (default)",
};

base::Result<Settings> read_settings(const cli::CommandLine& command_line) {
  Settings settings;
  for (const cli::GivenOption& option : command_line.options) {
    if (read_flag(option.id, settings)) continue;
    const std::string value = option.value.value_or("");
    if (auto* list = list_of(option.id, settings)) {
      list->push_back(value);
    } else if (auto* text = text_of(option.id, settings)) {
      *text = value;
    } else if (option.id == kDate) {
      settings.date = value;
    } else if (option.id == kQuorum) {
      settings.injections.quorum = value;
    } else if (option.id == kWatchdog) {
      settings.injections.watchdog = value;
    } else if (option.id == kRepeat) {
      const auto count = base::parse_integer<int>(value);
      if (!count || *count < 1) {
        return {base::Errc::kUsage,
                base::cat("--repeat needs a positive number, not '", value, "'")};
      }
      settings.repeat = *count;
    }
  }
  if (!settings.failures.empty()) settings.simulate = settings.run = true;
  const bool saves = !settings.save_graph.empty() || !settings.save_dot.empty();
  if (settings.show_scores || settings.show_utilization || saves) settings.run = true;
  settings.show_ids = command_line.verbosity > 0;
  if (const auto time = read_time(settings); !time) return time.error();
  return settings;
}

}  // namespace systole::policy::tool
