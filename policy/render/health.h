#pragma once

#include "policy/status/status.h"

namespace systole::policy::render {

enum class Health { kRed, kYellow, kGreen };

/// A node's health as lists show it: the worst of its #health attributes. Green unless a health
/// strategy is in force.
Health health_of(const Status& status, NodeId node);

/// "red", "yellow", "green".
std::string_view to_string(Health health);

}  // namespace systole::policy::render
