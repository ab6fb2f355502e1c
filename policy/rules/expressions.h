#pragma once

#include "policy/rules/rules.h"

namespace systole::policy {

bool passes_attribute(const model::AttributeExpression& expression, const RuleContext& context);
bool passes_agent(const model::AgentExpression& expression, const RuleContext& context);
bool passes_operation(const model::OperationExpression& expression, const RuleContext& context);

}  // namespace systole::policy
