#pragma once

#include <optional>
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
  enum class Severity { kError, kWarning, kNotice };  ///< each takes one more -V than the last
  Severity severity = Severity::kError;
  /// The configuration counts as invalid for it; the others are only worth a look.
  bool is_fault = true;
  std::string text;  ///< the standard sentence, where there is one

  /// The line for standard error; nothing where it takes more verbosity to be told.
  std::optional<std::string> line(int verbosity) const;
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

/// What is wrong with the cluster rather than with its configuration, as it is recorded: nodes in
/// unknown states, operations that failed, what runs and is no longer configured. `status` must
/// have been read with remarks, in whose order they are.
std::vector<Problem> find_status_problems(const Status& status);

/// What came up in planning: resources kept off their nodes or found on several, actions that
/// cannot be done. `plan` must have been made with remarks.
std::vector<Problem> find_plan_problems(const Plan& plan);

/// The nodes that are to be fenced, and those that should be and cannot.
std::vector<Problem> find_fencing_problems(const Plan& plan);

}  // namespace systole::policy
