#pragma once

#include "lib/cli/output.h"
#include "policy/render/options.h"
#include "policy/status/status.h"

namespace systole::policy::render {

/// The lines of one resource with everything in it.
void print_resource(const Status& status, RscId rsc, const ListOptions& options,
                    cli::Output& output);

/// The list below "Full List of Resources:" (or "Active Resources:"); true when it had any line.
bool print_resource_list(const Status& status, const ListOptions& options, cli::Output& output);

/// Resources with how many of their instances are configured in which way.
struct ResourceCounts {
  int configured = 0;
  int disabled = 0;
  int blocked = 0;
};
ResourceCounts count_resources(const Status& status);

/// What a replica of a bundle is made of, in the order of lists.
std::vector<RscId> parts_of_replica(const Replica& replica);

/// Active, but on none of the nodes that are shown.
bool is_elsewhere(const Status& status, RscId rsc, const ListOptions& options);

/// Whether a list without inactive resources shows this one.
bool is_shown(const Status& status, RscId rsc, const ListOptions& options);

}  // namespace systole::policy::render
