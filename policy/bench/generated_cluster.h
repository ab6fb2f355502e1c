#pragma once

#include <string>

namespace systole::policy::bench {

enum class Situation {
  kCold,    ///< nothing runs yet and nothing is known
  kSteady,  ///< everything runs where it is wanted
};

/// A CIB of a cluster with nodes of equal kind and resources in mixed shapes: primitives with
/// preferred nodes, groups, clones, and constraints between them.
std::string generate_cluster(int nodes, int resources, Situation situation);

}  // namespace systole::policy::bench
