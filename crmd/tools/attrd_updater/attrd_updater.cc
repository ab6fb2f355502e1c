#include "crmd/tools/attrd_updater/attrd_updater.h"

#include <array>
#include <optional>

#include "crmd/tools/failure_text.h"
#include "crmd/tools/local_node.h"
#include "lib/base/strings.h"
#include "lib/client/attribute_client.h"

namespace systole::crmd::attrd_updater {
namespace {

using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;
using client::AttributeClient;
using client::AttributeUpdate;
using client::AttributeValue;

enum OptionId {
  kUpdate = 1,
  kUpdateBoth,
  kUpdateDelay,
  kQuery,
  kDelete,
  kRefresh,
  kLastCommand = kRefresh,
  kName,
  kDelay,
  kSet,
  kNode,
  kAll,
  kLifetime,
  kPrivate,
  kIgnored,
};

constexpr std::array kRequired = {
    Option{kName, "name", 'n', Argument::kRequired, "NAME", "The attribute's name"},
};
constexpr std::array kCommands = {
    Option{kUpdate, "update", 'U', Argument::kRequired, "VALUE",
           "Set the attribute's value. A value that changes is written to the\nCIB as well."},
    Option{kUpdateBoth, "update-both", 'B', Argument::kRequired, "VALUE",
           "Set the attribute's value and the time to wait (dampening). Each\nchange of the "
           "dampening is written at once, which defeats it.\nRequires -d/--delay"},
    Option{kUpdateDelay, "update-delay", 'Y', Argument::kNone, "",
           "Set the attribute's dampening. Each change of it is written at\nonce, which defeats "
           "it.\nRequires -d/--delay"},
    Option{kQuery, "query", 'Q', Argument::kNone, "", "Show the attribute's value"},
    Option{kDelete, "delete", 'D', Argument::kNone, "",
           "Unset the attribute. It stays known, with an empty value."},
    Option{kRefresh, "refresh", 'R', Argument::kNone, "",
           "(Advanced) Write all current values to the CIB again"},
    Option{kUpdate, "value", 'v', Argument::kRequired, "", "", true},
};
constexpr std::array kAdditional = {
    Option{kDelay, "delay", 'd', Argument::kRequired, "SECONDS",
           "The time to wait (dampening) in seconds for further changes\nbefore writing to the "
           "CIB"},
    Option{kSet, "set", 's', Argument::kRequired, "SET",
           "(Advanced) The attribute set in which to place the value"},
    Option{kNode, "node", 'N', Argument::kRequired, "NODE",
           "Set the attribute for the named node (instead of the local one)"},
    Option{kAll, "all", 'A', Argument::kNone, "",
           "Show values of the attribute for all nodes (query only), as without\n-N outside of an "
           "agent"},
    Option{kLifetime, "lifetime", 'l', Argument::kRequired, "SECTION",
           "Accepted for compatibility: these attributes last until the node\nrestarts"},
    Option{kPrivate, "private", 'p', Argument::kNone, "",
           "If this creates a new attribute, never write it to the CIB"},
    Option{kIgnored, "section", 'S', Argument::kRequired, "", "", true},
    Option{kIgnored, "quiet", 'q', Argument::kNone, "", "", true},
};
constexpr std::array kGroups = {
    cli::OptionGroup{"required", "Required Arguments:", "Show required arguments", kRequired},
    cli::OptionGroup{"command", "Command:", "Show command options (mutually exclusive)", kCommands},
    cli::OptionGroup{"additional", "Additional Options:", "Show additional options", kAdditional},
};

void show(const std::string& name, const AttributeValue& value, Output& output) {
  const std::string text = value.value.value_or("");
  if (output.is_structured()) {
    output.root().add("attribute").set("name", name).set("value", text).set("host", value.node);
    return;
  }
  output.line(base::cat("name=\"", name, "\" host=\"", value.node, "\" value=\"", text, "\""));
}

ExitCode query(const CommandLine& line, Output& output) {
  const base::Result<std::unique_ptr<AttributeClient>> attributes =
      AttributeClient::connect(kProgram.name);
  if (!attributes) {
    return cli::fail(output, kProgram,
                     {attributes.error().code,
                      base::cat("Could not connect to attrd: ", failure_text(attributes.error()))});
  }
  const std::string name = *line.value(kName);
  // Outside of an agent a query names no node, and all values are shown, as if by --all.
  const std::string node =
      line.has(kAll) ? std::string() : line.value(kNode).value_or(node_of_agent());
  const base::Result<std::vector<AttributeValue>> values = (*attributes)->query(name, node);
  if (!values && values.error().code == base::Errc::kNotFound) {
    output.error(base::cat(kProgram.name, ": Could not query value of ", name,
                           ": attribute does not exist"));
    return ExitCode::kConfiguration;
  }
  if (!values) {
    return cli::fail(output, kProgram,
                     {values.error().code, base::cat("Could not query value of ", name, ": ",
                                                     failure_text(values.error()))});
  }
  for (const AttributeValue& value : *values) show(name, value, output);
  return ExitCode::kOk;
}

AttributeUpdate update_for(const CommandLine& line, int command) {
  AttributeUpdate update{.name = line.value(kName).value_or(""),
                         .delay = line.value(kDelay).value_or(""),
                         .node = line.value(kNode).value_or(node_of_agent()),
                         .set = line.value(kSet).value_or(""),
                         .is_private = line.has(kPrivate)};
  if (update.node == "localhost" || update.node == "auto") update.node = node_of_agent();
  if (command == kUpdateBoth) update.kind = AttributeUpdate::Kind::kSetAndDelay;
  if (command == kUpdateDelay) update.kind = AttributeUpdate::Kind::kDelay;
  if (command == kUpdate || command == kUpdateBoth) update.value = line.value(command);
  return update;
}

ExitCode change(const CommandLine& line, int command, Output& output) {
  const AttributeUpdate update = update_for(line, command);
  const base::Result<std::unique_ptr<AttributeClient>> attributes =
      AttributeClient::connect(kProgram.name);
  base::Result<void> done;
  if (!attributes) {
    done = attributes.error();
  } else {
    done = command == kRefresh ? (*attributes)->refresh() : (*attributes)->update(update);
  }
  if (done) return ExitCode::kOk;
  const std::string what = command == kRefresh ? std::string("all attributes")
                           : update.value      ? base::cat(update.name, "=", *update.value)
                                               : update.name;
  return cli::fail(
      output, kProgram,
      {done.error().code, base::cat("Could not update ", what, ": ", failure_text(done.error()),
                                    " (", failure_number(done.error()), ")")});
}

}  // namespace

const cli::Program kProgram = {
    .name = "attrd_updater",
    .summary = "query and update Pacemaker node attributes",
    .groups = kGroups,
};

ExitCode run(const CommandLine& line, Output& output) {
  int command = kQuery;
  for (const cli::GivenOption& given : line.options) {
    if (given.id <= kLastCommand) command = given.id;
  }
  if (command != kRefresh && line.value(kName).value_or("").empty()) {
    output.error(base::cat(kProgram.name, ": Command requires --name argument"));
    return ExitCode::kUsage;
  }
  if (command == kQuery) return query(line, output);
  if ((command == kUpdateBoth || command == kUpdateDelay) && !line.has(kDelay)) {
    output.line(base::cat("Warning: '", command == kUpdateBoth ? 'B' : 'Y',
                          "' command given without required --delay"));
  }
  return change(line, command, output);
}

}  // namespace systole::crmd::attrd_updater
