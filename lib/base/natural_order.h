#pragma once

#include <string_view>

namespace systole::base {

/// Whether `a` comes before `b` as people order names: without regard to case, runs of digits as
/// numbers (node2 before node10). Of two runs of the same number the shorter comes first.
bool naturally_less(std::string_view a, std::string_view b);

}  // namespace systole::base
