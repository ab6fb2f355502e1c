#include "policy/rules/expressions.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "lib/base/strings.h"
#include "lib/model/scalars.h"

namespace systole::policy {

namespace {

using model::Text;

int sign(std::int64_t a, std::int64_t b) {
  return a < b ? -1 : (a > b ? 1 : 0);
}

int compare_text(Text a, Text b) {
  const std::string left = base::to_lower(a);
  const std::string right = base::to_lower(b);
  return left.compare(right) < 0 ? -1 : (left == right ? 0 : 1);
}

std::optional<double> leading_number(Text text) {
  const std::string copy(text);
  char* end = nullptr;
  const double value = std::strtod(copy.c_str(), &end);
  if (end == copy.c_str()) return std::nullopt;
  return value;
}

enum class ValueType { kText, kInteger, kNumber, kVersion };

std::optional<ValueType> type_of(const model::AttributeExpression& expression, bool ordering,
                                 Text left, Text right) {
  if (expression.type.empty()) {
    if (!ordering) return ValueType::kText;
    const bool fraction = left.find('.') != Text::npos || right.find('.') != Text::npos;
    return fraction ? ValueType::kNumber : ValueType::kInteger;
  }
  if (base::equal_ignoring_case(expression.type, "string")) return ValueType::kText;
  if (base::equal_ignoring_case(expression.type, "integer")) return ValueType::kInteger;
  if (base::equal_ignoring_case(expression.type, "number")) return ValueType::kNumber;
  if (base::equal_ignoring_case(expression.type, "version")) return ValueType::kVersion;
  return std::nullopt;
}

int compare_as(ValueType type, Text left, Text right) {
  if (type == ValueType::kVersion) return model::compare_versions(left, right);
  if (type == ValueType::kInteger) {
    const auto a = model::leading_integer(left);
    const auto b = model::leading_integer(right);
    if (a && b) return sign(*a, *b);
  }
  if (type == ValueType::kNumber) {
    const auto a = leading_number(left);
    const auto b = leading_number(right);
    if (a && b) return *a < *b ? -1 : (*a > *b ? 1 : 0);
  }
  return compare_text(left, right);
}

/// The value to compare with: literal, or a parameter or meta-attribute of the resource.
std::optional<Text> reference_value(const model::AttributeExpression& expression,
                                    const RuleContext& context) {
  if (!expression.value) return std::nullopt;
  const AttributeTable* table = nullptr;
  if (base::equal_ignoring_case(expression.value_source, "param")) table = context.parameters;
  if (base::equal_ignoring_case(expression.value_source, "meta")) table = context.meta;
  if (expression.value_source.empty() ||
      base::equal_ignoring_case(expression.value_source, "literal")) {
    return expression.value;
  }
  return table == nullptr ? std::nullopt : table->find(*expression.value);
}

bool passes_comparison(const model::AttributeExpression& expression, Text operation,
                       std::optional<Text> actual, std::optional<Text> wanted) {
  const bool ordering = operation != "eq" && operation != "ne";
  if (ordering && (!actual || !wanted)) return false;
  int order = 0;
  if (actual && wanted) {
    const auto type = type_of(expression, ordering, *actual, *wanted);
    if (!type) return false;
    order = compare_as(*type, *actual, *wanted);
  } else {
    order = sign(actual.has_value(), wanted.has_value());
  }
  if (operation == "eq") return order == 0;
  if (operation == "ne") return order != 0;
  if (operation == "lt") return order < 0;
  if (operation == "lte") return order <= 0;
  if (operation == "gt") return order > 0;
  if (operation == "gte") return order >= 0;
  return false;
}

}  // namespace

bool passes_attribute(const model::AttributeExpression& expression, const RuleContext& context) {
  if (expression.attribute.empty()) return false;
  const std::string name = substitute(expression.attribute, context.submatches);
  const std::optional<Text> actual =
      context.node == nullptr ? std::nullopt : context.node->find(name);
  const std::string operation = base::to_lower(expression.operation);
  if (operation == "defined") return !expression.value && actual.has_value();
  if (operation == "not_defined") return !expression.value && !actual.has_value();
  if (!expression.value) return false;
  return passes_comparison(expression, operation, actual, reference_value(expression, context));
}

bool passes_agent(const model::AgentExpression& expression, const RuleContext& context) {
  if (context.agent == nullptr) return false;
  if (expression.standard && *expression.standard != context.agent->standard) return false;
  if (expression.provider && *expression.provider != context.agent->provider) return false;
  return !expression.type || *expression.type == context.agent->type;
}

bool passes_operation(const model::OperationExpression& expression, const RuleContext& context) {
  if (!context.operation || expression.name != *context.operation) return false;
  if (!expression.interval) return true;
  const auto interval = model::read_interval_ms(*expression.interval);
  return interval && *interval == context.interval_ms;
}

}  // namespace systole::policy
