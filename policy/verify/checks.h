#pragma once

#include <string>
#include <vector>

#include "lib/model/snapshot.h"
#include "policy/status/status.h"

namespace systole::policy {

/// Something in a configuration that fits its schema and still makes no sense.
struct Problem {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  std::string text;  ///< a sentence that names the element
};

/// Constraints that name resources which do not exist, a cluster that must fence and cannot, and
/// the like, in the order of the configuration.
std::vector<Problem> find_problems(const model::Snapshot& snapshot, const Status& status);

}  // namespace systole::policy
