#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "lib/model/text.h"

namespace systole::model {

struct Rule;

/// A test of a node attribute (`expression`). Fields hold the configuration's text; what is absent
/// is empty, and an expression whose parts make no sense never passes.
struct AttributeExpression {
  Text attribute;
  Text operation;
  std::optional<Text> value;
  Text value_source;
  Text type;
};

/// A test of the resource's agent (`rsc_expression`); absent parts match everything.
struct AgentExpression {
  std::optional<Text> standard;
  std::optional<Text> provider;
  std::optional<Text> type;
};

/// A test of the operation (`op_expression`).
struct OperationExpression {
  Text name;
  std::optional<Text> interval;
};

/// A test of the time (`date_expression`). `duration` and `spec` hold the attributes of the child
/// elements.
struct DateExpression {
  Text operation;
  std::optional<Text> start;
  std::optional<Text> end;
  std::optional<std::vector<NameValue>> duration;
  std::optional<std::vector<NameValue>> spec;
};

/// A nested rule is a condition too.
using Condition = std::variant<AttributeExpression, AgentExpression, OperationExpression,
                               DateExpression, std::shared_ptr<const Rule>>;

struct Rule {
  Text id;
  bool any = false;  ///< one condition suffices (boolean-op="or")
  bool valid = true;
  Text score;
  Text score_attribute;
  Text role;
  std::vector<Condition> conditions;
};

using RulePtr = std::shared_ptr<const Rule>;

}  // namespace systole::model
