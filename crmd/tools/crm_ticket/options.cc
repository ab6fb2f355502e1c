#include "crmd/tools/crm_ticket/options.h"

#include <array>

#include "crmd/tools/crm_ticket/crm_ticket.h"

namespace systole::crmd::crm_ticket {
namespace {

using cli::Argument;
using cli::Option;

enum OptionId {
  kInfo = 1,
  kDetails,
  kRaw,
  kQueryXml,
  kConstraints,
  kGrant,
  kRevoke,
  kStandby,
  kActivate,
  kGetAttribute,
  kSetAttribute,
  kDeleteAttribute,
  kCleanUp,
  kValue,
  kDefault,
  kForce,
  kTicket,
  kSetName,
  kPair,
  kQuiet,
  kXmlFile,
};

constexpr std::array kQueries = {
    Option{kInfo, "info", 'l', Argument::kNone, "",
           "Show whether tickets are granted and since when"},
    Option{kDetails, "details", 'L', Argument::kNone, "", "Show all attributes of tickets"},
    Option{kRaw, "raw", 'w', Argument::kNone, "", "Show the IDs of tickets"},
    Option{kQueryXml, "query-xml", 'q', Argument::kNone, "",
           "Show the XML of the state of tickets"},
    Option{kConstraints, "constraints", 'c', Argument::kNone, "",
           "Show the rsc_ticket constraints that depend on tickets"},
};
constexpr std::array kCommands = {
    Option{kGrant, "grant", 'g', Argument::kNone, "", "Grant a ticket to this cluster site"},
    Option{kRevoke, "revoke", 'r', Argument::kNone, "", "Revoke a ticket from this cluster site"},
    Option{kStandby, "standby", 's', Argument::kNone, "",
           "Make a ticket standby at this cluster site"},
    Option{kActivate, "activate", 'a', Argument::kNone, "",
           "Make a ticket active at this cluster site"},
};
constexpr std::array kAdvanced = {
    Option{kGetAttribute, "get-attr", 'G', Argument::kRequired, "ATTRIBUTE",
           "Show the value of an attribute of a ticket"},
    Option{kSetAttribute, "set-attr", 'S', Argument::kRequired, "ATTRIBUTE",
           "Set an attribute of a ticket (with -v; may be repeated, each\nwith its own -v)"},
    Option{kDeleteAttribute, "delete-attr", 'D', Argument::kRequired, "ATTRIBUTE",
           "Delete an attribute of a ticket (may be repeated)"},
    Option{kCleanUp, "cleanup", 'C', Argument::kNone, "",
           "Delete all that this cluster site knows of a ticket"},
};
constexpr std::array kAdditional = {
    Option{kValue, "attr-value", 'v', Argument::kRequired, "VALUE", "The value to set with -S"},
    Option{kDefault, "default", 'd', Argument::kRequired, "VALUE",
           "(Advanced) What -G shows when the attribute has no value"},
    Option{kForce, "force", 'f', Argument::kNone, "",
           "(Advanced) Do it even though it may be dangerous"},
    Option{kTicket, "ticket", 't', Argument::kRequired, "ID", "The ID of the ticket"},
};
// Names of sets and pairs, from when the state of tickets was kept in them, mean nothing any more.
constexpr std::array kDeprecated = {
    Option{kSetName, "set-name", 'n', Argument::kRequired, "ID",
           "(Advanced) The ID of a set of attributes (has no effect)"},
    Option{kPair, "nvpair", 'i', Argument::kRequired, "ID",
           "(Advanced) The ID of an nvpair (has no effect)"},
    Option{kQuiet, "quiet", 'Q', Argument::kNone, "", "Print only the value (always so)"},
    Option{kXmlFile, "xml-file", 'x', Argument::kRequired, "", "", true},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"queries", "Queries:", "Show queries", kQueries},
    cli::OptionGroup{"commands", "Commands:", "Show command options", kCommands},
    cli::OptionGroup{"advanced", "Advanced Options:", "Show advanced options", kAdvanced},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
    cli::OptionGroup{"deprecated", "Deprecated Options:", "Show deprecated options", kDeprecated},
};

constexpr std::string_view kEpilogue = R"(Examples:

Show all tickets:

	crm_ticket --info

Show them with all their attributes:

	crm_ticket --details

Show the XML of 'ticketA':

	crm_ticket --ticket ticketA --query-xml

Show what depends on 'ticketA':

	crm_ticket --ticket ticketA --constraints

Grant 'ticketA' to this cluster site:

	crm_ticket --ticket ticketA --grant

Revoke it from this cluster site:

	crm_ticket --ticket ticketA --revoke

Make it standby, so that what depends on it is stopped or demoted in order,
whatever the loss policies say, while it stays granted:

	crm_ticket --ticket ticketA --standby

Make it active again:

	crm_ticket --ticket ticketA --activate

Show its attribute 'granted':

	crm_ticket --ticket ticketA --get-attr granted

Set its attribute 'standby':

	crm_ticket --ticket ticketA --set-attr standby --attr-value true

Delete its attribute 'granted':

	crm_ticket --ticket ticketA --delete-attr granted

Forget all that this cluster site knows of it:

	crm_ticket --ticket ticketA --cleanup
)";

struct CommandRow {
  int option;
  Command command;
};
constexpr std::array kCommandOptions = {
    CommandRow{kInfo, Command::kInfo},
    CommandRow{kDetails, Command::kDetails},
    CommandRow{kRaw, Command::kRaw},
    CommandRow{kQueryXml, Command::kQueryXml},
    CommandRow{kConstraints, Command::kConstraints},
    CommandRow{kGetAttribute, Command::kGetAttribute},
    CommandRow{kCleanUp, Command::kCleanUp},
};

struct StateRow {
  int option;
  std::string_view attribute;
  std::string_view value;
};
constexpr std::array kStateOptions = {
    StateRow{kGrant, "granted", "true"},
    StateRow{kRevoke, "granted", "false"},
    StateRow{kStandby, "standby", "true"},
    StateRow{kActivate, "standby", "false"},
};

void read_change(const cli::GivenOption& given, Task& task) {
  for (const StateRow& row : kStateOptions) {
    if (row.option == given.id) task.change.set.emplace_back(row.attribute, row.value);
  }
  if (given.id == kDeleteAttribute) task.change.remove.push_back(given.value.value_or(""));
  if (given.id == kSetAttribute) task.name_alone = given.value.value_or("");
  if (given.id == kValue) task.value_alone = given.value.value_or("");
  if (task.name_alone && task.value_alone) {
    task.change.set.emplace_back(*task.name_alone, *task.value_alone);
    task.name_alone.reset();
    task.value_alone.reset();
  }
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_ticket",
    .summary =
        "Perform tasks related to cluster tickets\n\n"
        "Allows ticket attributes to be queried, modified and deleted.",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = kEpilogue,
    .formats = {},
};

Task read_task(const cli::CommandLine& line) {
  Task task{.ticket = line.value(kTicket),
            .attribute = line.value(kGetAttribute).value_or(""),
            .fallback = line.value(kDefault),
            .file = line.value(kXmlFile).value_or(""),
            .force = line.has(kForce)};
  for (const cli::GivenOption& given : line.options) {
    read_change(given, task);
    for (const CommandRow& row : kCommandOptions) {
      if (row.option == given.id) task.command = row.command;
    }
  }
  const bool is_change = !task.change.empty() || task.name_alone;
  if (task.command == Command::kNone && is_change) task.command = Command::kModify;
  return task;
}

}  // namespace systole::crmd::crm_ticket
