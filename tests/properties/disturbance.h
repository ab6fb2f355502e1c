#pragma once

#include <string>

#include "tests/properties/dice.h"
#include "tests/properties/test_cluster.h"

namespace systole::properties {

/// Something that happens to a cluster: a node is lost or comes back, an operation fails or is
/// under way, somebody changes the configuration, cleans up, takes a ticket away. Says what.
std::string disturb(Dice& dice, TestCluster& cluster);

}  // namespace systole::properties
