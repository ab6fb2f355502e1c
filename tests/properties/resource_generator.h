#pragma once

#include <string>

#include "tests/properties/dice.h"
#include "tests/properties/shape.h"

namespace systole::properties {

/// Makes up resources of every kind, enters them (and the nodes that they bring) into `shape` and
/// returns the content of the CIB's `resources`.
std::string generate_resources(Dice& dice, Shape& shape);

}  // namespace systole::properties
