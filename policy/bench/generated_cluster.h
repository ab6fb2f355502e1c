#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace systole::policy::bench {

enum class Situation {
  kCold,      ///< nothing runs yet and nothing is known
  kRunning,   ///< everything runs where it is wanted: nothing is to be done
  kNodeLost,  ///< as running, but the last node is gone and has to be fenced
};

/// cold, running or lost.
std::optional<Situation> parse_situation(std::string_view name);

/// A CIB of a cluster with nodes of equal kind and about as many resources as asked for, in mixed
/// shapes: primitives with preferred nodes, groups, clones on every node, promotable clones, a
/// fence device, and orders and colocations between them. With a status section as a cluster would
/// have written it: every resource was probed on every node.
std::string generate_cluster(int nodes, int resources, Situation situation);

}  // namespace systole::policy::bench
