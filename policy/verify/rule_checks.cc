#include <algorithm>
#include <array>

#include "lib/base/iso8601.h"
#include "policy/verify/checks.h"

namespace systole::policy::verify {
namespace {

constexpr std::array<std::string_view, 5> kConditions = {"expression", "date_expression",
                                                         "rsc_expression", "op_expression", "rule"};

constexpr std::array<std::string_view, 8> kComparisons = {"lt", "gt", "lte",     "gte",
                                                          "eq", "ne", "defined", "not_defined"};

bool contains(const auto& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void check_attribute_test(const Subject& subject, xml::Element expression) {
  const std::string_view id = expression.id();
  const auto operation = expression.attribute("operation");
  if (!operation) {
    subject.problems.error("Expression ", id, " invalid: operation not specified");
  } else if (!contains(kComparisons, *operation)) {
    subject.problems.remark(Problem::Severity::kNotice, "Expression ", id, " invalid: operation '",
                            *operation, "' is none");
  }
  if (!expression.attribute("attribute")) {
    subject.problems.error("Expression ", id, " invalid: attribute not specified");
  }
}

void check_date_test(const Subject& subject, xml::Element expression) {
  for (const std::string_view name : {"start", "end"}) {
    const auto text = expression.attribute(name);
    if (!text) continue;
    const auto time = base::parse_timestamp(*text, {});
    if (!time) subject.problems.remark(Problem::Severity::kError, time.error().message);
  }
  for (const xml::Element part : expression.children()) {
    for (const xml::Attribute attribute : part.attributes()) {
      const bool is_range = part.is("date_spec");
      if (attribute.name == "id" || attribute.name == "id-ref") continue;
      for (const std::string_view number :
           is_range ? base::split(attribute.value, "-") : std::vector{attribute.value}) {
        check_number(subject, number);
      }
    }
  }
}

}  // namespace

void check_rule(const Subject& subject, xml::Element rule, bool needs_score) {
  if (rule.attribute("id-ref")) return;
  const auto score = rule.attribute("score");
  if (score) check_score(subject, *score);
  if (!score && !rule.attribute("score-attribute") && needs_score) {
    subject.problems.error("Rule ", rule.id(), ": no score specified.  Assuming 0.");
  }
  if (const auto role = rule.attribute("role"); role && !check_role(subject, *role)) {
    subject.problems.error("Bad role specified for ", rule.id(), ": ", *role);
  }
  bool has_condition = false;
  for (const xml::Element condition : rule.children()) {
    has_condition |= contains(kConditions, condition.name());
    if (condition.is("expression")) check_attribute_test(subject, condition);
    if (condition.is("date_expression")) check_date_test(subject, condition);
    if (condition.is("rule")) check_rule(subject, condition, false);
  }
  if (!has_condition) {
    subject.problems.remark(Problem::Severity::kError, "Invalid Rule ", rule.id(),
                            ": rules must contain at least one expression");
  }
}

}  // namespace systole::policy::verify
