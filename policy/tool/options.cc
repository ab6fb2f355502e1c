#include "policy/tool/options.h"

#include <array>

namespace systole::policy::tool {

namespace {

using cli::Argument;
using cli::Option;

constexpr int id(OptionId option) {
  return static_cast<int>(option);
}

constexpr std::array kOperations = {
    Option{id(OptionId::kRun), "run", 'R', Argument::kNone, "",
           "Process the supplied input and show what\nactions the cluster will take in response"},
    Option{id(OptionId::kSimulate), "simulate", 'S', Argument::kNone, "",
           "Like --run, but also simulate taking those\nactions and show the resulting new status"},
    Option{id(OptionId::kInPlace), "in-place", 'X', Argument::kNone, "",
           "Like --simulate, but also store the results\nback to the input file"},
    Option{id(OptionId::kShowAttributes), "show-attrs", 'A', Argument::kNone, "",
           "Show node attributes"},
    Option{id(OptionId::kShowFailCounts), "show-failcounts", 'c', Argument::kNone, "",
           "Show resource fail counts"},
    Option{id(OptionId::kShowScores), "show-scores", 's', Argument::kNone, "",
           "Show allocation scores"},
    Option{id(OptionId::kShowUtilization), "show-utilization", 'U', Argument::kNone, "",
           "Show utilization information"},
    Option{id(OptionId::kProfile), "profile", 'P', Argument::kRequired, "DIR",
           "Process all the XML files in the named directory\nto create profiling data"},
    Option{id(OptionId::kRepeat), "repeat", 'N', Argument::kRequired, "N",
           "With --profile, repeat each test N times and\nprint timings"},
    Option{id(OptionId::kPending), "pending", 'j', Argument::kNone, "",
           "Display pending state if 'record-pending' is enabled", true},
};
constexpr std::array kEvents = {
    Option{id(OptionId::kNodeUp), "node-up", 'u', Argument::kRequired, "NODE",
           "Simulate bringing a node online"},
    Option{id(OptionId::kNodeDown), "node-down", 'd', Argument::kRequired, "NODE",
           "Simulate taking a node offline"},
    Option{id(OptionId::kNodeFail), "node-fail", 'f', Argument::kRequired, "NODE",
           "Simulate a node failing"},
    Option{id(OptionId::kInject), "op-inject", 'i', Argument::kRequired, "OPSPEC",
           "Generate a failure for the cluster to react to in\nthe simulation"},
    Option{
        id(OptionId::kFail), "op-fail", 'F', Argument::kRequired, "OPSPEC",
        "If the specified task occurs during the simulation,\nhave it fail with return code ${rc}"},
    Option{id(OptionId::kDate), "set-datetime", 't', Argument::kRequired, "DATETIME",
           "Set date/time (ISO 8601 format, see\nhttps://en.wikipedia.org/wiki/ISO_8601)"},
    Option{id(OptionId::kQuorum), "quorum", 'q', Argument::kRequired, "QUORUM",
           "Set to '1' (or 'true') to indicate cluster has\nquorum"},
    Option{id(OptionId::kWatchdog), "watchdog", 'w', Argument::kRequired, "DEVICE",
           "Set to '1' (or 'true') to indicate cluster has an\nactive watchdog device"},
    Option{id(OptionId::kGrant), "ticket-grant", 'g', Argument::kRequired, "TICKET",
           "Simulate granting a ticket"},
    Option{id(OptionId::kRevoke), "ticket-revoke", 'r', Argument::kRequired, "TICKET",
           "Simulate revoking a ticket"},
    Option{id(OptionId::kStandby), "ticket-standby", 'b', Argument::kRequired, "TICKET",
           "Simulate making a ticket standby"},
    Option{id(OptionId::kActivate), "ticket-activate", 'e', Argument::kRequired, "TICKET",
           "Simulate activating a ticket"},
};
constexpr std::array kArtifacts = {
    Option{id(OptionId::kSaveInput), "save-input", 'I', Argument::kRequired, "FILE",
           "Save the input configuration to the named file"},
    Option{id(OptionId::kSaveOutput), "save-output", 'O', Argument::kRequired, "FILE",
           "Save the output configuration to the named file"},
    Option{id(OptionId::kSaveGraph), "save-graph", 'G', Argument::kRequired, "FILE",
           "Save the transition graph (XML format) to the\nnamed file"},
    Option{id(OptionId::kSaveDot), "save-dotfile", 'D', Argument::kRequired, "FILE",
           "Save the transition graph (DOT format) to the\nnamed file"},
    Option{id(OptionId::kAllActions), "all-actions", 'a', Argument::kNone, "",
           "Display all possible actions in DOT graph (even\nif not part of transition)"},
};
constexpr std::array kSource = {
    Option{id(OptionId::kLive), "live-check", 'L', Argument::kNone, "",
           "Connect to CIB manager and use the current CIB\ncontents as input"},
    Option{id(OptionId::kFile), "xml-file", 'x', Argument::kRequired, "FILE",
           "Retrieve XML from the named file"},
    Option{id(OptionId::kPipe), "xml-pipe", 'p', Argument::kNone, "", "Retrieve XML from stdin"},
};
constexpr std::array kApplication = {
    Option{id(OptionId::kQuiet), "quiet", 'Q', Argument::kNone, "",
           "Display only essential output"},
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

}  // namespace

const cli::Program kProgram = {
    .name = "crm_simulate",
    .summary = "simulate a Pacemaker cluster's response to events",
    .groups = kGroups,
    .epilogue = kEpilogue,
    .output_code = cli::ExitCode::kNoSuchObject,
};

}  // namespace systole::policy::tool
