#pragma once

#include <vector>

#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

/// Brief lists (`--brief`): primitives are not named but counted by agent and by the node where
/// they are active; clones and bundles are listed as ever, with the groups in them counted.
namespace systole::policy::render {

/// What the lines of counts tell.
enum class BriefStyle {
  kActive,    ///< "2 (agent): Active node1"
  kOfAll,     ///< "2/3 (agent): Active node1", and "0/3 (agent): Active" of what runs nowhere
  kOfOneNode  ///< "2 (agent): Active ", below the heading of a node
};

/// The lines about `primitives`, by agent and then by node; true when there were any. Something
/// active on several nodes counts on each of them, also below the heading of a node: what is wrong
/// there shows as one more line for the agent.
bool print_counts(const Status& status, const std::vector<RscId>& primitives, BriefStyle style,
                  cli::Output& output);

/// The members of a group, counted by themselves.
void print_group_counts(const Status& status, RscId group, const ListOptions& options,
                        cli::Output& output);

/// The brief form of the list of all resources; true when it had any line.
bool print_brief_list(const Status& status, const ListOptions& options, cli::Output& output);

}  // namespace systole::policy::render
