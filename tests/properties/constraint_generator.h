#pragma once

#include <string>

#include "tests/properties/dice.h"
#include "tests/properties/shape.h"

namespace systole::properties {

/// Makes up constraints of every kind between the resources of `shape`. Orders and colocations lead
/// from later resources to earlier ones, so that no two of them contradict each other.
std::string generate_constraints(Dice& dice, const Shape& shape);

}  // namespace systole::properties
