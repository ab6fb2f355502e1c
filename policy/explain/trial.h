#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/explain/explanation.h"

namespace systole::policy::explain {

/// A resource that is elsewhere in the trial than in the plan.
struct Displacement {
  std::string resource;
  std::string from;  ///< empty: nowhere
  std::string to;
};

/// What planning again gave, after a change was made to a copy of the snapshot.
struct Trial {
  bool chosen = false;  ///< the resource is placed on the node
  std::vector<Displacement> others;
};

/// Makes the change of `verdict` in a copy of the snapshot and plans for that: constraints go,
/// failures are cleaned up, nodes leave standby and maintenance, tickets are granted, and what is
/// missing becomes a location constraint. Nothing where the change is of a kind that is not in the
/// configuration or whose effect only the real cluster can show (a node that comes online), and for
/// parts of clones and bundles.
std::optional<Trial> try_change(const Plan& plan, const Explanation& explanation,
                                const NodeVerdict& verdict);

}  // namespace systole::policy::explain
