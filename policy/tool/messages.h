#pragma once

#include <string_view>

#include "lib/xml/element.h"
#include "policy/plan.h"

namespace systole::policy::tool {

/// Writes a line to standard error, in every output format.
void complain(std::string_view line);

/// What is wrong with the configuration: errors, with `verbosity` above 1 warnings too, to which
/// belong the failures on record.
void print_problems(xml::Element cib, const Status& status, int verbosity);

/// The plan's summary as notices.
void print_actions(const Plan& plan);

}  // namespace systole::policy::tool
