#include "policy/rules/rules.h"

#include <algorithm>
#include <numeric>

#include "lib/base/strings.h"
#include "policy/rules/date_rules.h"
#include "policy/rules/expressions.h"

namespace systole::policy {

namespace {

struct Evaluate {
  const RuleContext& context;

  bool operator()(const model::AttributeExpression& e) const {
    return passes_attribute(e, context);
  }
  bool operator()(const model::AgentExpression& e) const { return passes_agent(e, context); }
  bool operator()(const model::OperationExpression& e) const {
    return passes_operation(e, context);
  }
  bool operator()(const model::DateExpression& e) const { return passes_date(e, context); }
  bool operator()(const model::RulePtr& rule) const { return rule && passes(*rule, context); }
};

}  // namespace

bool passes(const model::Rule& rule, const RuleContext& context) {
  if (!rule.valid) return false;
  for (const model::Condition& condition : rule.conditions) {
    if (std::visit(Evaluate{context}, condition) == rule.any) return rule.any;
  }
  return !rule.any || rule.conditions.empty();
}

std::string substitute(model::Text name, const std::vector<model::Text>* submatches) {
  if (submatches == nullptr || submatches->empty()) return std::string(name);
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool reference =
        name[i] == '%' && i + 1 < name.size() && name[i + 1] >= '0' && name[i + 1] <= '9';
    if (!reference) {
      out.push_back(name[i]);
      continue;
    }
    const auto number = static_cast<std::size_t>(name[++i] - '0');
    if (number < submatches->size()) out.append((*submatches)[number]);
  }
  return out;
}

void collect(const model::AttributeSets& sets, const RuleContext& context, AttributeTable& table) {
  std::vector<std::size_t> order(sets.size());
  std::iota(order.rbegin(), order.rend(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sets[a].score > sets[b].score; });
  for (const std::size_t place : order) {
    const model::AttributeSet& set = sets[place];
    if (set.rule && !passes(*set.rule, context)) continue;
    for (const model::NameValue& entry : set.values) {
      if (entry.value == "#default") {
        table.erase(entry.name);
      } else {
        table.add(entry.name, entry.value);
      }
    }
  }
}

}  // namespace systole::policy
