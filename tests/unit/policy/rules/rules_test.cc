#include "policy/rules/rules.h"

#include <gtest/gtest.h>

#include <memory>

namespace systole::policy {
namespace {

using model::AttributeExpression;
using model::AttributeSet;
using model::Condition;
using model::DateExpression;
using model::Rule;

Rule rule_of(std::vector<Condition> conditions, bool any = false) {
  Rule rule;
  rule.any = any;
  rule.conditions = std::move(conditions);
  return rule;
}

AttributeTable node_with(model::Text name, model::Text value) {
  AttributeTable out;
  out.add(name, value);
  return out;
}

RuleContext at(std::int64_t seconds) {
  RuleContext context;
  context.now = {seconds, 0};
  return context;
}

TEST(Rule, WithoutConditions_Passes) {
  EXPECT_TRUE(passes(rule_of({}), at(0)));
}

TEST(Rule, CombinesItsConditions) {
  const AttributeTable node = node_with("rack", "one");
  RuleContext context = at(0);
  context.node = &node;
  const Condition yes = AttributeExpression{"rack", "eq", "one", "", ""};
  const Condition no = AttributeExpression{"rack", "eq", "two", "", ""};
  EXPECT_FALSE(passes(rule_of({yes, no}), context));
  EXPECT_TRUE(passes(rule_of({no, yes}, true), context));
  const Condition nested = std::make_shared<const Rule>(rule_of({yes, no}, true));
  EXPECT_TRUE(passes(rule_of({nested, yes}), context));
}

struct Comparison {
  model::Text operation, value, type, actual;
  bool passes;
};

class AttributeRule : public testing::TestWithParam<Comparison> {};

TEST_P(AttributeRule, ComparesAsItsTypeSays) {
  const Comparison& c = GetParam();
  const AttributeTable node = node_with("x", c.actual);
  RuleContext context = at(0);
  context.node = &node;
  EXPECT_EQ(passes(rule_of({AttributeExpression{"x", c.operation, c.value, "", c.type}}), context),
            c.passes);
}

INSTANTIATE_TEST_SUITE_P(All, AttributeRule,
                         testing::Values(Comparison{"eq", "ONE", "", "one", true},
                                         Comparison{"ne", "one", "", "One", false},
                                         Comparison{"lt", "10", "", "9", true},
                                         Comparison{"lt", "10", "string", "9", false},
                                         Comparison{"gt", "1.5", "", "1.25", false},
                                         Comparison{"gte", "1.5", "number", "1.50", true},
                                         Comparison{"lt", "1.10", "version", "1.9", true},
                                         Comparison{"lte", "7", "integer", "7.9", true},
                                         Comparison{"eq", "one", "colour", "one", false}));

TEST(AttributeRule, OfAnAbsentAttribute_IsUnequalAndNotOrdered) {
  RuleContext context = at(0);
  EXPECT_TRUE(passes(rule_of({AttributeExpression{"x", "ne", "1", "", ""}}), context));
  EXPECT_FALSE(passes(rule_of({AttributeExpression{"x", "eq", "1", "", ""}}), context));
  EXPECT_FALSE(passes(rule_of({AttributeExpression{"x", "lt", "1", "", ""}}), context));
  EXPECT_TRUE(passes(rule_of({AttributeExpression{"x", "not_defined", {}, "", ""}}), context));
}

TEST(AttributeRule, TakesItsReferenceFromParameters) {
  const AttributeTable node = node_with("x", "7");
  const AttributeTable parameters = node_with("wanted", "7");
  RuleContext context = at(0);
  context.node = &node;
  context.parameters = &parameters;
  EXPECT_TRUE(passes(rule_of({AttributeExpression{"x", "eq", "wanted", "param", ""}}), context));
}

TEST(AttributeRule, SubstitutesSubmatchesInItsName) {
  const AttributeTable node = node_with("pref-3", "yes");
  const std::vector<model::Text> submatches = {"rsc3", "3"};
  RuleContext context = at(0);
  context.node = &node;
  context.submatches = &submatches;
  EXPECT_TRUE(passes(rule_of({AttributeExpression{"pref-%1", "eq", "yes", "", ""}}), context));
}

DateExpression range(std::optional<model::Text> start, std::optional<model::Text> end) {
  return DateExpression{"in_range", start, end, std::nullopt, std::nullopt};
}

TEST(DateRule, IncludesBothEndsOfARange) {
  const Rule rule = rule_of({range("1970-01-02", "1970-01-03")});
  EXPECT_FALSE(passes(rule, at(86399)));
  EXPECT_TRUE(passes(rule, at(86400)));
  EXPECT_TRUE(passes(rule, at(2 * 86400)));
  EXPECT_FALSE(passes(rule, at(2 * 86400 + 1)));
}

TEST(DateRule, TellsWhenItWillChange) {
  NextChange next;
  RuleContext context = at(100);
  context.next_change = &next;
  passes(rule_of({range("1970-01-02", "1970-01-03")}), context);
  EXPECT_EQ(next.when(), 86400);
  NextChange later;
  context = at(90000);
  context.next_change = &later;
  passes(rule_of({range("1970-01-02", "1970-01-03")}), context);
  EXPECT_EQ(later.when(), 2 * 86400 + 1);
}

TEST(DateRule, EndsARangeAfterItsDuration) {
  DateExpression expression = range("1970-01-02", std::nullopt);
  expression.duration = std::vector<model::NameValue>{{"hours", "2"}};
  EXPECT_TRUE(passes(rule_of({expression}), at(86400 + 7200)));
  EXPECT_FALSE(passes(rule_of({expression}), at(86400 + 7201)));
}

TEST(DateRule, MatchesASpecification) {
  DateExpression expression{"date_spec",
                            {},
                            {},
                            {},
                            std::vector<model::NameValue>{{"hours", "9-16"}, {"weekdays", "1-5"}}};
  EXPECT_TRUE(passes(rule_of({expression}), at(10 * 3600)));  // a Thursday
  EXPECT_FALSE(passes(rule_of({expression}), at(17 * 3600)));
  EXPECT_FALSE(passes(rule_of({expression}), at(2 * 86400 + 10 * 3600)));  // a Saturday
}

TEST(DateRule, HasRangesWithOneOpenEndAndSpaces_ButNotWithTwo) {
  const auto hours = [](model::Text range) {
    return rule_of(
        {DateExpression{"date_spec", {}, {}, {}, std::vector<model::NameValue>{{"hours", range}}}});
  };
  EXPECT_TRUE(passes(hours("9-"), at(10 * 3600)));
  EXPECT_TRUE(passes(hours("-12"), at(10 * 3600)));
  EXPECT_TRUE(passes(hours(" 9 - 16 "), at(10 * 3600)));
  EXPECT_FALSE(passes(hours("-"), at(10 * 3600)));
}

TEST(AgentAndOperationRules, NeedSomethingToLookAt) {
  const model::Agent agent{"ocf", "heartbeat", "IPaddr2"};
  const Rule about_agent = rule_of({model::AgentExpression{"ocf", {}, "IPaddr2"}});
  const Rule about_operation = rule_of({model::OperationExpression{"monitor", "10s"}});
  EXPECT_FALSE(passes(about_agent, at(0)));
  EXPECT_FALSE(passes(about_operation, at(0)));
  RuleContext context = at(0);
  context.agent = &agent;
  context.operation = "monitor";
  context.interval_ms = 10000;
  EXPECT_TRUE(passes(about_agent, context));
  EXPECT_TRUE(passes(about_operation, context));
  context.interval_ms = 20000;
  EXPECT_FALSE(passes(about_operation, context));
}

AttributeSet set_of_score(int score, model::Text value) {
  AttributeSet set;
  set.score = base::Score(score);
  set.values.push_back({"x", value});
  return set;
}

TEST(AttributeSets, TheHigherScoreWins_AndTheLaterAmongEquals) {
  AttributeTable table;
  collect({set_of_score(1, "low"), set_of_score(5, "first"), set_of_score(5, "second")}, at(0),
          table);
  EXPECT_EQ(table.find("x"), "second");
}

TEST(AttributeSets, KeepWhatIsThere) {
  AttributeTable table = node_with("x", "nearer");
  collect({set_of_score(5, "farther")}, at(0), table);
  EXPECT_EQ(table.find("x"), "nearer");
}

TEST(AttributeSets, DefaultTakesAValueAway) {
  AttributeTable table;
  collect({set_of_score(5, "value"), set_of_score(1, "#default")}, at(0), table);
  EXPECT_FALSE(table.find("x"));
}

TEST(AttributeSets, WhoseRuleFails_DoNotCount) {
  AttributeSet set = set_of_score(5, "value");
  set.rule =
      std::make_shared<const Rule>(rule_of({AttributeExpression{"y", "defined", {}, "", ""}}));
  AttributeTable table;
  collect({set}, at(0), table);
  EXPECT_TRUE(table.empty());
}

}  // namespace
}  // namespace systole::policy
