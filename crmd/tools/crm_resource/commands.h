#pragma once

#include "crmd/tools/crm_resource/context.h"
#include "lib/cli/output.h"

/// The commands of crm_resource. Each reports its failure and returns how the tool ends.
namespace systole::crmd::crm_resource {

// Lists (lists.cc).
cli::ExitCode list(Context& context);
cli::ExitCode list_raw(Context& context);
cli::ExitCode list_operations(Context& context);
cli::ExitCode locate(Context& context);
cli::ExitCode show_constraints(Context& context);
cli::ExitCode explain(Context& context);

// Agents (agents.cc).
cli::ExitCode list_standards(Context& context);
cli::ExitCode list_providers(Context& context);
cli::ExitCode list_agents(Context& context);
cli::ExitCode list_alternatives(Context& context);
cli::ExitCode show_metadata(Context& context);

// Configuration (configuration.cc, parameters.cc).
cli::ExitCode query_xml(Context& context);
cli::ExitCode delete_resource(Context& context);
cli::ExitCode get_parameter(Context& context);
cli::ExitCode set_parameter(Context& context);
cli::ExitCode delete_parameter(Context& context);

// Places (places.cc).
cli::ExitCode move(Context& context);
cli::ExitCode ban(Context& context);
cli::ExitCode clear(Context& context);

// History (cleanup.cc).
cli::ExitCode clean_up(Context& context);
cli::ExitCode refresh(Context& context);
cli::ExitCode fail_resource(Context& context);

// Agents run by the tool (force.cc), parameters' hashes (digests.cc).
cli::ExitCode force_action(Context& context);
cli::ExitCode validate(Context& context);
cli::ExitCode show_digests(Context& context);

// Waiting (restart.cc, settle.cc).
cli::ExitCode restart(Context& context);
cli::ExitCode wait_until_settled(Context& context);

}  // namespace systole::crmd::crm_resource
