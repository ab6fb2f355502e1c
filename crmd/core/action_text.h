#pragma once

#include <string_view>

#include "lib/model/graph.h"

namespace systole::crmd {

/// The value of an attribute of an action; empty when it has none.
inline std::string_view action_attribute(const model::GraphAction& action, std::string_view name) {
  for (const auto& [key, value] : action.attributes) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace systole::crmd
