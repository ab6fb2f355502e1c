#include "policy/rule_tool/rule_check.h"

#include <optional>
#include <vector>

#include "lib/base/strings.h"
#include "policy/rules/date_rules.h"

namespace systole::policy::rule_tool {
namespace {

using cli::ExitCode;

void collect(xml::Element parent, std::string_view tag, std::optional<std::string_view> id,
             std::vector<xml::Element>& found) {
  for (const xml::Element child : parent.children()) {
    if (child.is(tag) && (!id || child.id() == *id)) found.push_back(child);
    collect(child, tag, id, found);
  }
}

std::optional<std::vector<model::NameValue>> attributes_of(xml::Element parent,
                                                           std::string_view tag) {
  const xml::Element element = parent.first_child(tag);
  if (!element) return std::nullopt;
  std::vector<model::NameValue> attributes;
  for (const xml::Attribute attribute : element.attributes()) {
    attributes.push_back({attribute.name, attribute.value});
  }
  return attributes;
}

model::DateExpression read_expression(xml::Element element) {
  model::DateExpression expression;
  expression.operation = element.attribute_or("operation", {});
  expression.start = element.attribute("start");
  expression.end = element.attribute("end");
  expression.duration = attributes_of(element, "duration");
  expression.spec = attributes_of(element, "date_spec");
  return expression;
}

/// A specification without years comes again and again: there is no saying whether it is over.
bool is_supported(xml::Element expression) {
  const std::string_view operation = expression.attribute_or("operation", "date_spec");
  if (!base::equal_ignoring_case(operation, "date_spec")) return true;
  const xml::Element spec = expression.first_child("date_spec");
  return spec && spec.attribute("years") && !spec.attribute("moon");
}

RuleCheck undetermined(std::string_view id, ExitCode code, std::string_view why) {
  return {code, true, base::cat("Could not determine whether rule ", id, " is in effect: ", why)};
}

RuleCheck judged(std::string_view id, DateVerdict verdict) {
  switch (verdict) {
    case DateVerdict::kBefore:
      return {ExitCode::kNotYetInEffect, false,
              base::cat("Rule ", id, " has not yet taken effect")};
    case DateVerdict::kWithin:
      return {ExitCode::kOk, false, base::cat("Rule ", id, " is still in effect")};
    case DateVerdict::kMatches:
      return {ExitCode::kOk, false, base::cat("Rule ", id, " satisfies conditions")};
    case DateVerdict::kAfter:
      return {ExitCode::kExpired, false, base::cat("Rule ", id, " is expired")};
    case DateVerdict::kNonsense:
      break;
  }
  return undetermined(id, ExitCode::kIndeterminate, "Error parsing rule");
}

}  // namespace

RuleCheck check_rule(xml::Element cib, std::string_view id, base::Timestamp now) {
  std::vector<xml::Element> rules;
  collect(cib, "rule", id, rules);
  if (rules.empty()) return undetermined(id, ExitCode::kNoSuchObject, "Rule not found");
  if (rules.size() > 1) {
    return undetermined(id, ExitCode::kMultiple, "Found more than one rule with matching ID");
  }
  std::vector<xml::Element> expressions;
  collect(rules.front(), "date_expression", std::nullopt, expressions);
  if (expressions.empty()) {
    return undetermined(id, ExitCode::kUnimplemented, "Rule does not have a date expression");
  }
  if (expressions.size() > 1) {
    return undetermined(id, ExitCode::kUnimplemented, "Rule has more than one date expression");
  }
  if (!is_supported(expressions.front())) {
    return undetermined(
        id, ExitCode::kUnimplemented,
        "Rule must either not use date_spec, or use date_spec with years= but not moon=");
  }
  return judged(id, judge_date(read_expression(expressions.front()), now).verdict);
}

}  // namespace systole::policy::rule_tool
