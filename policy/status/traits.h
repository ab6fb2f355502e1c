#pragma once

#include <cstdint>

#include "policy/status/status.h"

namespace systole::policy {

/// Instances of one clone, replicas of one bundle: a larger count is one that was mistyped, and
/// must not keep the cluster from being planned for.
constexpr std::int64_t kMostInstances = 1000;
/// Replicas of all bundles. Each is a node, and every resource has an opinion of every node.
constexpr std::int64_t kMostReplicas = 2 * kMostInstances;

/// Sets what the meta-attributes of a resource say about it.
void read_traits(Status& status, RscId rsc);
/// Sets what the meta-attributes of a clone say about its instances.
void read_clone_traits(const Status& status, Resource& clone);
/// Sets what must be certain before the resource may start; needs the launchers to be known.
void read_needs(Status& status, RscId rsc);

}  // namespace systole::policy
