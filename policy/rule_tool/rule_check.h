#pragma once

#include <string>
#include <string_view>

#include "lib/base/calendar.h"
#include "lib/cli/exit_code.h"
#include "lib/xml/element.h"

namespace systole::policy::rule_tool {

/// Whether a rule is in effect. Only rules with one date expression can be told from outside.
struct RuleCheck {
  cli::ExitCode code = cli::ExitCode::kOk;  ///< kOk, kExpired, kNotYetInEffect, or why not
  bool failed = false;                      ///< it could not be told; `text` says why
  std::string text;
};

/// Checks the rule `id` of a CIB at `now`.
RuleCheck check_rule(xml::Element cib, std::string_view id, base::Timestamp now);

}  // namespace systole::policy::rule_tool
