#include "fencing/shell/node_rule.h"

#include <compare>

#include "lib/base/strings.h"

namespace systole::fencing {
namespace {

using xml::Element;
using Attributes = std::map<std::string, std::string>;

std::strong_ordering compare(std::string_view left, std::string_view right, std::string_view type) {
  if (type == "number" || type == "integer") {
    const auto a = base::parse_integer<long long>(left);
    const auto b = base::parse_integer<long long>(right);
    if (a && b) return *a <=> *b;
  }
  return left.compare(right) <=> 0;
}

std::optional<bool> expression_holds(Element expression, const Attributes& attributes) {
  const std::string_view operation = expression.attribute_or("operation", "");
  const auto found = attributes.find(std::string(expression.attribute_or("attribute", "")));
  const bool defined = found != attributes.end();
  if (operation == "defined") return defined;
  if (operation == "not_defined") return !defined;
  if (!defined) return operation == "ne";
  const auto order = compare(found->second, expression.attribute_or("value", ""),
                             expression.attribute_or("type", "string"));
  if (operation == "eq") return order == 0;
  if (operation == "ne") return order != 0;
  if (operation == "lt") return order < 0;
  if (operation == "lte") return order <= 0;
  if (operation == "gt") return order > 0;
  if (operation == "gte") return order >= 0;
  return std::nullopt;
}

}  // namespace

std::optional<bool> rule_holds(Element rule, const Attributes& attributes) {
  const bool any = rule.attribute_or("boolean-op", "and") == "or";
  bool unknown = false;
  for (const Element child : rule.children()) {
    std::optional<bool> holds;
    if (child.is("expression")) holds = expression_holds(child, attributes);
    if (child.is("rule")) holds = rule_holds(child, attributes);
    if (holds == any) return any;
    unknown = unknown || !holds;
  }
  if (unknown) return std::nullopt;
  return !any;
}

}  // namespace systole::fencing
