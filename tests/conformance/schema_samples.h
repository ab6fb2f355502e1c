#pragma once

#include <string>
#include <vector>

namespace systole::conformance {

/// Small configurations, each about one thing of the language, of versions that have it.
std::vector<std::string> schema_samples();

}  // namespace systole::conformance
