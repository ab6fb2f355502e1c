#include <algorithm>
#include <array>

#include "crmd/tools/crm_resource/agent_action.h"
#include "crmd/tools/crm_resource/commands.h"
#include "crmd/tools/crm_resource/options.h"
#include "crmd/tools/crm_resource/time_limit.h"
#include "crmd/tools/local_node.h"
#include "lib/base/strings.h"
#include "policy/status/queries.h"

namespace systole::crmd::crm_resource {
namespace {

using base::Result;
using cli::ExitCode;
using policy::RscId;

struct Forced {
  int option;
  std::string_view command;
  std::string_view action;
  /// Could make a second active copy of a clone's instance.
  bool is_unsafe_for_clones;
};

constexpr std::array kForced = {
    Forced{kForceStart, "force-start", "start", true},
    Forced{kForceStop, "force-stop", "stop", false},
    Forced{kForcePromote, "force-promote", "promote", true},
    Forced{kForceDemote, "force-demote", "demote", true},
    Forced{kForceCheck, "force-check", "monitor", false},
    Forced{kValidate, "validate", "validate-all", false},
};

const Forced& forced_command(const cli::CommandLine& line) {
  const Forced* found = &kForced.back();
  for (const cli::GivenOption& given : line.options) {
    for (const Forced& row : kForced) {
      if (row.option == given.id) found = &row;
    }
  }
  return *found;
}

/// The primitive whose agent is meant: of a clone the one inside, never of a group or bundle.
std::optional<RscId> primitive_of(const Context& context) {
  RscId id = context.resource_id();
  const policy::Status& status = context.status();
  if (status.resource(id).is_clone() && !status.resource(id).children.empty()) {
    id = status.resource(id).children.front();
  }
  return status.resource(id).is_primitive() ? std::optional(id) : std::nullopt;
}

std::string_view kind_word(const policy::Resource& resource) {
  if (resource.is_group()) return "group";
  return resource.is_bundle() ? "bundle" : "clone";
}

/// Whether the cluster believes that an instance runs on this host already.
bool runs_here(Context& context) {
  const Result<std::string> local = local_node_name("crm_resource", context.cib().is_live());
  if (!local) return false;
  const policy::Status& status = context.status();
  const std::vector<Place> places = places_of(status, context.resources());
  return std::any_of(places.begin(), places.end(),
                     [&](const Place& place) { return status.node(place.node).name == *local; });
}

std::string meta_name(std::string_view name) {
  std::string out = base::cat("CRM_meta_", name);
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

void add_common(const Context& context, const Forced& forced, AgentAction& action) {
  action.parameters.emplace_back("crm_feature_set", model::kFeatureSet);
  action.parameters.emplace_back("CRM_meta_timeout", std::to_string(action.timeout.count()));
  const std::optional<std::string> level = context.line.value(forced.option);
  if (level) action.parameters.emplace_back("OCF_CHECK_LEVEL", *level);
}

ExitCode run_on_resource(Context& context, const Forced& forced) {
  const std::optional<RscId> id = primitive_of(context);
  if (!id) {
    context.out.error(base::cat("Sorry, the ", forced.command, " option doesn't support ",
                                kind_word(context.resource()), " resources"));
    context.out.error(base::cat("crm_resource: Error performing operation: ",
                                cli::exit_text(ExitCode::kUnimplemented)));
    return ExitCode::kUnimplemented;
  }
  const policy::Status& status = context.status();
  const bool is_clone = policy::clone_of(status, *id).has_value();
  if (forced.is_unsafe_for_clones && is_clone && !context.force() && runs_here(context)) {
    context.out.error(base::cat("It is not safe to ", forced.action, " ", context.id(),
                                " here: the cluster claims it is already active"));
    context.out.error(base::cat("Try setting target-role=Stopped for ", context.id(),
                                " or specifying the force option"));
    return fail(context.out, ExitCode::kUnsafe, "");
  }
  const policy::Resource& resource = status.resource(*id);
  AgentAction action{.command = std::string(forced.command),
                     .action = std::string(forced.action),
                     .resource = context.id(),
                     .agent = {.standard = std::string(resource.agent.standard),
                               .provider = std::string(resource.agent.provider),
                               .type = std::string(resource.agent.type)},
                     .parameters = {}};
  if (const auto limit = time_limit(context); limit && limit->count() > 0) action.timeout = *limit;
  action.verbose = context.line.verbosity > 0;
  for (const model::NameValue& entry : policy::parameters_on(status, *id, context.node())) {
    action.parameters.emplace_back(entry.name, entry.value);
  }
  for (const model::NameValue& entry : resource.meta) {
    action.parameters.emplace_back(meta_name(entry.name), entry.value);
  }
  add_common(context, forced, action);
  return run_agent(action, context.out);
}

/// A configuration that is on the command line, not in the CIB.
ExitCode validate_given(Context& context, const Forced& forced) {
  const ocf::AgentName agent{.standard = context.line.value(kClass).value_or(""),
                             .provider = context.line.value(kProvider).value_or(""),
                             .type = context.line.value(kAgent).value_or("")};
  if (agent.standard.empty() || agent.type.empty()) {
    return fail(context.out, ExitCode::kUsage,
                context.line.has(kClass) || context.line.has(kAgent)
                    ? "--validate without a resource needs --class and --agent"
                    : "Must supply a resource id with -r");
  }
  const Result<std::vector<std::string>> known = ocf::list_agents(agent.standard, agent.provider);
  const bool needs_provider = agent.standard == "ocf" && agent.provider.empty();
  if (!known || needs_provider ||
      std::find(known->begin(), known->end(), agent.type) == known->end()) {
    const std::string provider =
        agent.provider.empty() && agent.standard != "ocf" ? "" : ":" + agent.provider;
    return fail(context.out, ExitCode::kUsage,
                base::cat(agent.standard, provider, ":", agent.type, " is not a known resource"));
  }
  AgentAction action{.command = std::string(forced.command),
                     .action = std::string(forced.action),
                     .resource = {},
                     .agent = agent,
                     .parameters = {}};
  for (const cli::GivenOption& given : context.line.options) {
    if (given.id != kOption) continue;
    const std::string& text = *given.value;
    const std::size_t equals = text.find('=');
    if (equals == text.npos || equals == 0) {
      return fail(context.out, ExitCode::kUsage,
                  base::cat("Error parsing option --option: '", text, "' is no NAME=VALUE"));
    }
    action.parameters.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  action.verbose = context.line.verbosity > 0;
  add_common(context, forced, action);
  return run_agent(action, context.out);
}

}  // namespace

ExitCode force_action(Context& context) {
  return run_on_resource(context, forced_command(context.line));
}

ExitCode validate(Context& context) {
  const Forced& forced = forced_command(context.line);
  if (!context.line.has(kResource)) return validate_given(context, forced);
  if (const Result<void> loaded = context.load(); !loaded) {
    return fail(context.out, loaded.error());
  }
  if (const Result<void> found = context.resolve(); !found) {
    return fail(context.out, found.error());
  }
  return run_on_resource(context, forced);
}

}  // namespace systole::crmd::crm_resource
