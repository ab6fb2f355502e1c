#pragma once

#include <string>
#include <vector>

#include "policy/plan.h"

namespace systole::properties {

/// Questions about a configuration, for exceptions that depend on it.

/// Whether an order constraint names both, `first` before `then`, or a set of one each.
bool is_ordered(const model::Snapshot& snapshot, const std::string& first, const std::string& then);

/// The resource and all that it is a part of.
std::vector<policy::RscId> family_of(const policy::Status& status, policy::RscId rsc);

/// Whether a colocation with a score of at most `score` keeps one, or what it is a part of, away
/// from the other.
bool keep_away(const policy::Plan& plan, policy::RscId a, policy::RscId b, base::Score score);

}  // namespace systole::properties
