#include "tests/properties/markup.h"

#include <algorithm>

#include "lib/base/strings.h"

namespace systole::properties {

std::string attribute_block(std::string_view tag, std::string_view id, const Pairs& pairs) {
  if (pairs.empty()) return {};
  std::string out = base::cat("<", tag, " id='", id, "'>");
  for (const auto& [name, value] : pairs) {
    std::string key = name;
    std::replace(key.begin(), key.end(), '#', '.');
    out += base::cat("<nvpair id='", id, "-", key, "' name='", name, "' value='", value, "'/>");
  }
  return out + base::cat("</", tag, ">");
}

}  // namespace systole::properties
