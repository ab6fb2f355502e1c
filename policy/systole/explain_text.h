#pragma once

#include <optional>

#include "lib/cli/output.h"
#include "policy/explain/explanation.h"

namespace systole::policy {

/// What of an explanation is told.
struct ExplainView {
  const Plan& plan;
  const explain::Explanation& explanation;
  std::optional<NodeId> node;  ///< one node only
  bool detailed = false;       ///< instances that are like others, summands of 0
};

/// Tells it as text.
void print_explanation(const ExplainView& view, cli::Output& output);

}  // namespace systole::policy
