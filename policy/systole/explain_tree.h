#pragma once

#include "lib/cli/element.h"
#include "policy/systole/explain_text.h"

namespace systole::policy {

/// Puts an explanation below `parent`, for XML and JSON. Scores are numbers; 1000000 is INFINITY.
void add_explanation(const ExplainView& view, cli::Element& parent);

}  // namespace systole::policy
