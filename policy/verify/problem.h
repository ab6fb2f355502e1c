#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lib/base/strings.h"
#include "policy/plan.h"
#include "policy/status/status.h"

namespace systole::xml {
class Element;
}

namespace systole::policy {

/// Something in a configuration that fits its schema, or is not held against one, and still makes
/// no sense.
struct Problem {
  enum class Severity { kError, kWarning };
  Severity severity = Severity::kError;
  /// The configuration counts as invalid for it; the others are only worth a look.
  bool is_fault = true;
  std::string text;  ///< the standard sentence, where there is one
};

/// Problems as they are found.
class Problems {
 public:
  template <typename... Pieces>
  void error(const Pieces&... pieces) {
    list_.push_back({Problem::Severity::kError, true, base::cat(pieces...)});
  }
  template <typename... Pieces>
  void warning(const Pieces&... pieces) {
    list_.push_back({Problem::Severity::kWarning, true, base::cat(pieces...)});
  }
  /// What is mended in reading.
  template <typename... Pieces>
  void remark(Problem::Severity severity, const Pieces&... pieces) {
    list_.push_back({severity, false, base::cat(pieces...)});
  }

  std::vector<Problem> take() && { return std::move(list_); }

 private:
  std::vector<Problem> list_;
};

/// Everything that makes no sense in the CIB `cib`, of which `status` was read: options, then
/// resources with their operations, then constraints, each in the order of the configuration.
/// Nothing of it keeps the engine from planning for the rest.
std::vector<Problem> find_problems(xml::Element cib, const Status& status);

/// The operations that failed and are still on record, each as a remark, in the order of the nodes'
/// states.
std::vector<Problem> find_recorded_failures(const Status& status);

/// What is wrong with the cluster rather than with its configuration, as `plan` shows it: nodes
/// that are unclean or will be fenced, what is recorded of things that are no longer configured.
std::vector<Problem> find_state_problems(const Plan& plan);

}  // namespace systole::policy
