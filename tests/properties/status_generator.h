#pragma once

#include <string>

#include "tests/properties/dice.h"
#include "tests/properties/shape.h"

namespace systole::properties {

/// A `status` section in which the nodes are up and nothing has run yet.
std::string cold_status(const Shape& shape);

/// A `status` section made up at random: nodes in every state, histories with failures, pending and
/// half-done operations, resources that run twice, entries of resources that are gone.
std::string random_status(Dice& dice, const Shape& shape);

}  // namespace systole::properties
