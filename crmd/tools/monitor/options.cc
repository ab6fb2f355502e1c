#include "crmd/tools/monitor/options.h"

#include "lib/base/duration.h"
#include "lib/base/strings.h"

namespace systole::crmd::monitor {
namespace {

using cli::Argument;
using cli::Option;

constexpr int id(OptionId option) {
  return static_cast<int>(option);
}

constexpr Option kDisplay[] = {
    {id(OptionId::kInclude), "include", 'I', Argument::kRequired, "SECTION(s)",
     "A list of sections to include in the output.\nSee `Output Control` help for more "
     "information."},
    {id(OptionId::kExclude), "exclude", 'U', Argument::kRequired, "SECTION(s)",
     "A list of sections to exclude from the output.\nSee `Output Control` help for more "
     "information."},
    {id(OptionId::kNode), "node", 0, Argument::kRequired, "NODE",
     "When displaying information about nodes, show only what's related to the given\nnode, or to "
     "all nodes tagged with the given tag"},
    {id(OptionId::kResource), "resource", 0, Argument::kRequired, "RSC",
     "When displaying information about resources, show only what's related to the "
     "given\nresource, or to all resources tagged with the given tag"},
    {id(OptionId::kByNode), "group-by-node", 'n', Argument::kNone, "", "Group resources by node"},
    {id(OptionId::kInactive), "inactive", 'r', Argument::kNone, "", "Display inactive resources"},
    {id(OptionId::kFailCounts), "failcounts", 'f', Argument::kNone, "",
     "Display resource fail counts"},
    {id(OptionId::kOperations), "operations", 'o', Argument::kNone, "",
     "Display resource operation history"},
    {id(OptionId::kTiming), "timing-details", 't', Argument::kNone, "",
     "Display resource operation history with timing details"},
    {id(OptionId::kTickets), "tickets", 'c', Argument::kNone, "", "Display cluster tickets"},
    {id(OptionId::kFenceHistory), "fence-history", 'm', Argument::kOptional, "LEVEL",
     "Show fence history:\n0=off, 1=failures and pending (default without option),\n2=add "
     "successes (default without value for option),\n3=show full history without reduction to "
     "most recent of each flavor"},
    {id(OptionId::kBans), "neg-locations", 'L', Argument::kOptional, "",
     "Display negative location constraints [optionally filtered by id prefix]"},
    {id(OptionId::kAttributes), "show-node-attributes", 'A', Argument::kNone, "",
     "Display node attributes"},
    {id(OptionId::kHideHeaders), "hide-headers", 'D', Argument::kNone, "", "Hide all headers"},
    {id(OptionId::kDetail), "show-detail", 'R', Argument::kNone, "",
     "Show more details (node IDs, individual clone instances)"},
    {id(OptionId::kBrief), "brief", 'b', Argument::kNone, "", "Brief output"},
    {id(OptionId::kSimple), "simple-status", 's', Argument::kNone, "",
     "Display the cluster status once as a simple one line output (suitable for nagios)"},
    {id(OptionId::kPending), "pending", 'j', Argument::kNone, "", "", true},
};

constexpr Option kAdditional[] = {
    {id(OptionId::kInterval), "interval", 'i', Argument::kRequired, "TIMESPEC",
     "Update frequency (default is 5 seconds)"},
    {id(OptionId::kOneShot), "one-shot", '1', Argument::kNone, "",
     "Display the cluster status once on the console and exit"},
    {id(OptionId::kDaemonize), "daemonize", 'd', Argument::kNone, "",
     "Run in the background as a daemon.\nRequires at least one of --output-to and "
     "--external-agent."},
    {id(OptionId::kPidFile), "pid-file", 'p', Argument::kRequired, "FILE",
     "(Advanced) Daemon pid file location"},
    {id(OptionId::kExternalAgent), "external-agent", 'E', Argument::kRequired, "FILE",
     "A program to run when resource operations take place"},
    {id(OptionId::kExternalRecipient), "external-recipient", 'e', Argument::kRequired, "RCPT",
     "A recipient for your program (assuming you want the program to send something to someone)."},
    {id(OptionId::kWatchFencing), "watch-fencing", 'W', Argument::kNone, "",
     "Listen for fencing events. For use with --external-agent."},
};

constexpr Option kDeprecated[] = {
    {id(OptionId::kAsHtml), "as-html", 'h', Argument::kRequired, "FILE",
     "Write cluster status to the named HTML file.\nUse --output-as=html --output-to=FILE "
     "instead."},
    {id(OptionId::kAsXml), "as-xml", 'X', Argument::kNone, "",
     "Write cluster status as XML to stdout. This will enable one-shot mode.\nUse "
     "--output-as=xml instead."},
    {id(OptionId::kDisableNcurses), "disable-ncurses", 'N', Argument::kNone, "",
     "Disable the use of ncurses.\nUse --output-as=text instead."},
    {id(OptionId::kWebCgi), "web-cgi", 'w', Argument::kNone, "",
     "Web mode with output suitable for CGI (preselected when run as *.cgi).\nUse "
     "--output-as=html --html-cgi instead."},
};

constexpr Option kApplication[] = {
    {id(OptionId::kQuiet), "quiet", 'Q', Argument::kNone, "", "Be less descriptive in output."},
    {id(OptionId::kXmlFile), "xml-file", 'x', Argument::kRequired, "FILE", "", true},
};

constexpr cli::OptionGroup kOptionGroups[] = {
    {"display", "Display Options:", "Show display options", kDisplay},
    {"additional", "Additional Options:", "Show additional options", kAdditional},
    {"deprecated", "Deprecated Options:", "Show deprecated options", kDeprecated},
    {"", "Application Options:", "", kApplication},
};

constexpr std::string_view kNotes = R"(Notes:

Time Specification:

A TIMESPEC is a number of seconds, a number with a unit
(ms/msec/us/usec/s/sec/m/min/h/hr), or an ISO 8601 duration.

Output Control:

Each output format shows certain sections by default: XML everything, the
others less. --include and --exclude change the list. Each may be given several
times, and each takes a list of sections separated by commas; they are applied
from left to right. --include=list shows the names of all sections.

Interactive Use:

On a terminal the page is drawn again whenever the cluster changes. Keys show
and hide sections: '?' lists them, 'q' quits.

Examples:

Show the status of the cluster with updates as they occur:

	crm_mon

Show it once:

	crm_mon -1

Group resources by node, and show inactive ones:

	crm_mon --group-by-node --inactive

Keep it in a file that a web server shows:

	crm_mon --daemonize --output-as html --output-to /path/to/docroot/filename.html

Print it as XML:

	crm_mon --output-as xml
)";

base::Error usage(std::string_view option, std::string_view why) {
  return {base::Errc::kUsage, base::cat("--", option, ": ", why)};
}

base::Result<void> apply_fence_history(const cli::GivenOption& option, View& view) {
  const int level = option.value ? base::parse_integer<int>(*option.value).value_or(-1) : 2;
  if (level < 0 || level > 3) {
    return usage("fence-history", "Fence history must be 0-3");
  }
  view.sections.set(Sections::fencing(), false);
  if (level >= 1) {
    view.sections.set(Section::kFencingFailed);
    view.sections.set(Section::kFencingPending);
  }
  if (level >= 2) view.sections.set(Section::kFencingSucceeded);
  view.fence_detail = level == 3   ? FenceDetail::kFull
                      : level == 2 ? FenceDetail::kLatest
                                   : FenceDetail::kFailures;
  return {};
}

base::Result<void> apply_list(const cli::GivenOption& option, bool include, Settings& settings) {
  if (option.value == "list") {
    settings.list_sections = true;
    return {};
  }
  const base::Result<void> applied =
      apply_section_list(option.value.value_or(""), include, settings.format,
                         settings.view.sections, settings.view.bans_prefix);
  if (applied) return {};
  return usage(include ? "include" : "exclude",
               base::cat(applied.error().message, "; valid are: ", section_names()));
}

struct SectionOption {
  OptionId id;
  Section section;
};

/// The options that do no more than show a section.
constexpr SectionOption kSectionOptions[] = {
    {OptionId::kOperations, Section::kOperations},
    {OptionId::kFailCounts, Section::kFailCounts},
    {OptionId::kTickets, Section::kTickets},
    {OptionId::kAttributes, Section::kAttributes},
};

struct TextOption {
  OptionId id;
  std::string Settings::*text;
};

/// The options whose value is kept as it is.
constexpr TextOption kTextOptions[] = {
    {OptionId::kNode, &Settings::node},
    {OptionId::kResource, &Settings::resource},
    {OptionId::kPidFile, &Settings::pid_file},
    {OptionId::kExternalAgent, &Settings::external_agent},
    {OptionId::kExternalRecipient, &Settings::external_recipient},
};

struct FlagOption {
  OptionId id;
  bool Settings::*flag;
};

constexpr FlagOption kFlagOptions[] = {
    {OptionId::kDisableNcurses, &Settings::plain},
    {OptionId::kDaemonize, &Settings::daemonize},
    {OptionId::kWatchFencing, &Settings::watch_fencing},
};

/// Whether `option` is one of the tables above, and done with that.
bool apply_from_tables(const cli::GivenOption& option, Settings& settings) {
  const auto id = static_cast<OptionId>(option.id);
  for (const SectionOption& known : kSectionOptions) {
    if (known.id != id) continue;
    settings.view.sections.set(known.section);
    return true;
  }
  for (const TextOption& known : kTextOptions) {
    if (known.id != id) continue;
    settings.*known.text = *option.value;
    return true;
  }
  for (const FlagOption& known : kFlagOptions) {
    if (known.id != id) continue;
    settings.*known.flag = true;
    return true;
  }
  return false;
}

base::Result<void> apply_option(const cli::GivenOption& option, Settings& settings) {
  if (apply_from_tables(option, settings)) return {};
  View& view = settings.view;
  switch (static_cast<OptionId>(option.id)) {
    case OptionId::kInclude:
      return apply_list(option, true, settings);
    case OptionId::kExclude:
      return apply_list(option, false, settings);
    case OptionId::kFenceHistory:
      return apply_fence_history(option, view);
    case OptionId::kInterval: {
      const base::Result<base::Milliseconds> interval = base::parse_duration(*option.value);
      if (!interval) return usage("interval", interval.error().message);
      settings.interval = *interval;
      return {};
    }
    case OptionId::kXmlFile:
      settings.file = *option.value;
      settings.one_shot = true;
      break;
    case OptionId::kBans:
      view.sections.set(Section::kBans);
      view.bans_prefix = option.value.value_or("");
      break;
    case OptionId::kTiming:
      view.timing = true;
      view.sections.set(Section::kOperations);
      break;
    case OptionId::kByNode:
      view.by_node = true;
      break;
    case OptionId::kInactive:
      view.list.inactive = true;
      break;
    case OptionId::kHideHeaders:
      view.headers = false;
      break;
    case OptionId::kDetail:
      view.list.detail = true;
      break;
    case OptionId::kBrief:
      view.list.brief = true;
      break;
    case OptionId::kSimple:
      settings.simple = true;
      settings.one_shot = true;
      break;
    case OptionId::kQuiet:
      view.sections.set(Section::kTimes, false);
      break;
    case OptionId::kWebCgi:
    case OptionId::kOneShot:
    case OptionId::kAsXml:
      settings.one_shot = true;
      break;
    default:
      break;
  }
  return {};
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_mon",
    .summary =
        "Provides a summary of cluster's current state.\n\nOutputs varying levels of detail "
        "in a number of different formats.",
    .groups = kOptionGroups,
    .epilogue = kNotes,
    .formats = "console (default), html, text, xml, json",
};

base::Result<Settings> read_settings(const cli::CommandLine& command_line,
                                     cli::OutputFormat format) {
  Settings settings;
  settings.format = format;
  settings.one_shot = cli::is_structured(format);
  settings.view.sections = Sections::defaults(format);
  for (const cli::GivenOption& option : command_line.options) {
    const base::Result<void> applied = apply_option(option, settings);
    if (!applied) return applied.error();
  }
  return settings;
}

}  // namespace systole::crmd::monitor
