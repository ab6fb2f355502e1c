#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace systole::properties {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A block of pairs such as `meta_attributes`; nothing where there are no pairs.
std::string attribute_block(std::string_view tag, std::string_view id, const Pairs& pairs);

}  // namespace systole::properties
