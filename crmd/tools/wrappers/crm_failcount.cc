#include "crmd/tools/wrappers/crm_failcount.h"

#include <array>

#include "crmd/tools/crm_resource/crm_resource.h"
#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/failure_text.h"
#include "crmd/tools/local_node.h"
#include "crmd/tools/node_lookup.h"
#include "lib/base/duration.h"
#include "lib/base/score.h"
#include "lib/base/strings.h"
#include "lib/cli/help.h"
#include "lib/client/cib_client.h"

namespace systole::crmd::crm_failcount {
namespace {

using base::Result;
using cli::Argument;
using cli::CommandLine;
using cli::ExitCode;
using cli::Option;
using cli::Output;

enum OptionId {
  kQuery = 1,
  kDelete,
  kUpdate,
  kResource,
  kOperation,
  kInterval,
  kNode,
  kQuiet,
  kIgnored,
};

constexpr std::array kCommands = {
    Option{kQuery, "query", 'G', Argument::kNone, "", "Show the fail count of the resource"},
    Option{kDelete, "delete", 'D', Argument::kNone, "", "Forget the resource's failures"},
    Option{kQuery, "get-value", 0, Argument::kNone, "", "", true},
    Option{kDelete, "delete-attr", 0, Argument::kNone, "", "", true},
    Option{kUpdate, "update", 'v', Argument::kRequired, "", "", true},
    Option{kUpdate, "attr-value", 0, Argument::kRequired, "", "", true},
};
constexpr std::array kAdditional = {
    Option{kResource, "resource", 'r', Argument::kRequired, "ID", "The resource (required)"},
    Option{kOperation, "operation", 'n', Argument::kRequired, "NAME",
           "Only failures of this operation"},
    Option{kInterval, "interval", 'I', Argument::kRequired, "TIME",
           "The interval of that operation"},
    Option{kNode, "node", 'N', Argument::kRequired, "NODE", "The node, instead of this one"},
    Option{kResource, "resource-id", 0, Argument::kRequired, "", "", true},
    Option{kNode, "uname", 'U', Argument::kRequired, "", "", true},
    Option{kNode, "node-uname", 'u', Argument::kRequired, "", "", true},
    Option{kIgnored, "lifetime", 'l', Argument::kRequired, "", "", true},
    Option{kIgnored, "id", 'i', Argument::kRequired, "", "", true},
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

ExitCode usage(Output& output, std::string_view message) {
  output.error(base::cat("error: ", message));
  output.error(cli::help_text(kProgram, "all"));
  return ExitCode::kUsage;
}

/// What attributes about the failures begin with: of the resource, its operation, or one interval.
/// An operation's name is closed by an underscore, so that monitor is not monitor2.
Result<std::string> attribute_of(const CommandLine& line) {
  std::string name = "fail-count-" + line.value(kResource).value_or("");
  const std::optional<std::string> operation = line.value(kOperation);
  if (!operation) return name;
  const Result<base::Milliseconds> interval =
      base::parse_duration(line.value(kInterval).value_or("0"));
  if (!interval) {
    return {base::Errc::kUsage, base::cat("'", *line.value(kInterval), "' is no interval")};
  }
  return base::cat(name, "#", *operation, "_", interval->count());
}

/// Adds up what the status has; the older form without an operation counts too.
Result<base::Score> count_failures(client::CibClient& cib, const NodeIdentity& node,
                                   const std::string& attribute, bool all_operations) {
  std::string condition = base::cat("@name=", xpath_literal(attribute));
  if (all_operations) {
    condition += base::cat(" or starts-with(@name, ", xpath_literal(attribute + "#"), ")");
  }
  const Result<xml::Document> found =
      cib.query_xpath(base::cat("/cib/status/node_state[@id=", xpath_literal(node.id),
                                "]/transient_attributes//nvpair[", condition, "]"));
  base::Score sum;
  if (!found) {
    return found.error().code == base::Errc::kNotFound ? Result<base::Score>(sum)
                                                       : Result<base::Score>(found.error());
  }
  const auto add = [&](xml::Element pair) {
    const Result<base::Score> value = base::parse_score(pair.attribute_or("value", "0"));
    if (value) sum += *value;
  };
  if (found->root().is("nvpair")) {
    add(found->root());
  } else {
    for (const xml::Element pair : found->root().children("nvpair")) add(pair);
  }
  return sum;
}

ExitCode query(const CommandLine& line, const std::string& name, Output& output) {
  const client::CibSource source = client::cib_source_from_environment(kProgram.name);
  const Result<std::unique_ptr<client::CibClient>> cib = client::open_cib(source);
  if (!cib) return cli::fail(output, kProgram, cib_connection_error(source, cib.error()));
  const Result<NodeIdentity> node = find_node(**cib, name);
  if (!node) return cli::fail(output, kProgram, node.error());
  const Result<std::string> attribute = attribute_of(line);
  if (!attribute) return usage(output, attribute.error().message);
  const Result<base::Score> count = count_failures(**cib, *node, *attribute, !line.has(kOperation));
  if (!count) return cli::fail(output, kProgram, count.error());
  const std::string value = base::to_string(*count);
  output.line(line.has(kQuiet) ? value
                               : base::cat("scope=status  name=", *attribute, " value=", value));
  return ExitCode::kOk;
}

/// Failures are forgotten as crm_resource --cleanup does it.
ExitCode forget(const CommandLine& line, const std::string& name, Output& output) {
  CommandLine cleanup;
  cleanup.verbosity = line.verbosity;
  cleanup.options.push_back({crm_resource::kCleanup, std::nullopt});
  cleanup.options.push_back({crm_resource::kNode, name});
  struct Mapping {
    int from;
    int to;
  };
  constexpr Mapping kMappings[] = {{kResource, crm_resource::kResource},
                                   {kOperation, crm_resource::kOperation},
                                   {kInterval, crm_resource::kInterval}};
  for (const Mapping& mapping : kMappings) {
    std::optional<std::string> value = line.value(mapping.from);
    if (value) cleanup.options.push_back({mapping.to, std::move(value)});
  }
  return crm_resource::run(cleanup, output);
}

}  // namespace

const cli::Program kProgram = {
    .name = "crm_failcount",
    .summary = "crm_failcount - Query or delete resource fail counts",
    .groups = kGroups,
    .usage_tail = {},
    .epilogue = {},
    .formats = {},
};

ExitCode run(const CommandLine& line, Output& output) {
  int command = 0;
  for (const cli::GivenOption& given : line.options) {
    if (given.id == kQuery || given.id == kDelete) command = given.id;
    if (given.id != kUpdate) continue;
    // Counts cannot be set any more; setting them to 0 has always meant forgetting them.
    if (given.value == "0") {
      command = kDelete;
    } else {
      output.error("warning: ignoring deprecated option '-v' with nonzero value");
    }
  }
  if (command == 0) return usage(output, "must specify a command");
  if (!line.has(kResource)) return usage(output, "resource name required");
  std::string node = line.value(kNode).value_or("");
  if (node.empty()) {
    Result<std::string> local = local_node_name(kProgram.name.data(), true);
    if (!local) return usage(output, "node name required");
    node = std::move(*local);
  }
  return command == kQuery ? query(line, node, output) : forget(line, node, output);
}

}  // namespace systole::crmd::crm_failcount
