#pragma once

#include <chrono>
#include <string>

#include "crmd/tools/monitor/view.h"
#include "lib/base/result.h"
#include "lib/cli/command_line.h"
#include "lib/cli/option.h"

namespace systole::crmd::monitor {

extern const cli::Program kProgram;

enum class OptionId : int {
  kInclude = 1,
  kExclude,
  kNode,
  kResource,
  kByNode,
  kInactive,
  kFailCounts,
  kOperations,
  kTiming,
  kTickets,
  kFenceHistory,
  kBans,
  kAttributes,
  kHideHeaders,
  kDetail,
  kBrief,
  kSimple,
  kPending,
  kInterval,
  kOneShot,
  kAsXml,
  kDisableNcurses,
  kXmlFile,
  kDaemonize,
  kPidFile,
  kExternalAgent,
  kExternalRecipient,
  kWatchFencing,
  kAsHtml,
  kWebCgi,
  kQuiet,
};

/// How crm_mon runs and what it shows.
struct Settings {
  bool one_shot = false;
  bool simple = false;
  bool plain = false;  ///< never draws on the terminal
  cli::OutputFormat format = cli::OutputFormat::kText;
  bool list_sections = false;
  std::chrono::milliseconds interval{5000};
  std::string file;  ///< --xml-file
  bool daemonize = false;
  std::string pid_file = "/tmp/ClusterMon.pid";
  std::string external_agent;  ///< a program; empty: none
  std::string external_recipient;
  bool watch_fencing = false;  ///< the external agent is told of fencings too
  std::string node;
  std::string resource;
  View view;  ///< the part that the command line decides
};

/// kUsage names the option that makes no sense.
base::Result<Settings> read_settings(const cli::CommandLine& command_line,
                                     cli::OutputFormat format);

}  // namespace systole::crmd::monitor
