#pragma once

#include <optional>
#include <vector>

#include "policy/actions/action_plan.h"

namespace systole::policy {

/// The instances of a clone, the members of a group, the containers of a bundle.
std::vector<RscId> instances_of(const Status& status, RscId collective);

/// The parts whose actions make up those of a collective: the roles of a bundle are those of what
/// runs inside.
std::vector<RscId> acting_parts(const Status& status, RscId collective, Task task);

/// What acts in place of an instance that is a container: what runs inside, where `inside` says so.
RscId actor_of(const Status& status, RscId collective, RscId instance, bool inside);

/// Whether the instances of two clones are ordered node by node.
bool is_interleaved(const Status& status, const Action& first, const Action& then);

/// The instance of `first_parent` on the node of another clone's instance: where that is now
/// (`current`), or where it shall be.
std::optional<RscId> instance_beside(const ActionPlan& plan, RscId then_instance,
                                     RscId first_parent, bool current);

}  // namespace systole::policy
