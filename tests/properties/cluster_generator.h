#pragma once

#include <string>

#include "tests/properties/dice.h"
#include "tests/properties/shape.h"

namespace systole::properties {

/// The instant of every generated cluster, seconds since the epoch.
inline constexpr std::int64_t kNow = 1700000000;

enum class Situation {
  kCold,    ///< nothing has run yet
  kRandom,  ///< anything may have happened
};

struct GeneratedCluster {
  Shape shape;
  std::string cib;  ///< valid XML of schema 3.9
};

/// A random small cluster of nodes, resources, constraints and status.
GeneratedCluster generate_cluster(Dice& dice, Situation situation);

}  // namespace systole::properties
