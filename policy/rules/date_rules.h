#pragma once

#include "policy/rules/rules.h"

namespace systole::policy {

bool passes_date(const model::DateExpression& expression, const RuleContext& context);

}  // namespace systole::policy
