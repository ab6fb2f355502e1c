#include "policy/rule_tool/rule_tool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "policy/rules/date_rules.h"
#include "tests/unit/policy/tool_run.h"

namespace systole::policy::rule_tool {
namespace {

using ::testing::HasSubstr;

std::string rule(std::string_view id, std::string_view conditions) {
  return base::cat(R"(<rule id=")", id, R"(" score="1">)", conditions, "</rule>");
}

std::string date(std::string_view attributes, std::string_view content = {}) {
  return base::cat("<date_expression id=\"d\" ", attributes, ">", content, "</date_expression>");
}

ToolRun check(const std::string& rules, std::vector<std::string> ids, std::string_view when) {
  std::vector<std::string> arguments = {
      "-c", "-d", std::string(when), "-X",
      base::cat("<cib><configuration><constraints><rsc_location id=\"l\">", rules,
                "</rsc_location></constraints></configuration></cib>")};
  for (std::string& id : ids) {
    arguments.emplace_back("-r");
    arguments.push_back(std::move(id));
  }
  return run_tool(kRuleProgram, run_rule, std::move(arguments));
}

TEST(CrmRule, TellsWhetherARangeHasBegunOrEnded) {
  const std::string range = rule("r", date(R"(operation="in_range" start="2020-01-01"
      end="2021-01-01")"));
  const ToolRun before = check(range, {"r"}, "2019-06-01");
  EXPECT_EQ(before.code, 111);
  EXPECT_EQ(before.out, "Rule r has not yet taken effect\n");
  const ToolRun within = check(range, {"r"}, "2020-06-01");
  EXPECT_EQ(within.code, 0);
  EXPECT_EQ(within.out, "Rule r is still in effect\n");
  const ToolRun after = check(range, {"r"}, "2022-06-01");
  EXPECT_EQ(after.code, 110);
  EXPECT_EQ(after.out, "Rule r is expired\n");
}

TEST(CrmRule, AddsADurationToTheStart) {
  const std::string range = rule(
      "r", date(R"(operation="in_range" start="2020-01-31")", R"(<duration id="x" months="1"/>)"));
  EXPECT_EQ(check(range, {"r"}, "2020-02-28").code, 0);
  EXPECT_EQ(check(range, {"r"}, "2020-03-01").code, 110);
}

TEST(CrmRule, KnowsOneEndedRanges) {
  const std::string gt = rule("r", date(R"(operation="gt" start="2020-01-01")"));
  EXPECT_EQ(check(gt, {"r"}, "2020-01-01").code, 111);
  EXPECT_EQ(check(gt, {"r"}, "2020-01-02").code, 0);
  const std::string lt = rule("r", date(R"(operation="lt" end="2020-01-01")"));
  EXPECT_EQ(check(lt, {"r"}, "2019-01-01").code, 0);
  EXPECT_EQ(check(lt, {"r"}, "2020-01-01").code, 110);
}

TEST(CrmRule, ComparesSpecificationsPartByPart) {
  const std::string spec = rule(
      "r", date(R"(operation="date_spec")", R"(<date_spec id="x" years="2020" months="3-6"/>)"));
  EXPECT_EQ(check(spec, {"r"}, "2019-05-01").code, 111);
  EXPECT_EQ(check(spec, {"r"}, "2020-02-01").code, 111);
  const ToolRun matching = check(spec, {"r"}, "2020-05-01");
  EXPECT_EQ(matching.code, 0);
  EXPECT_EQ(matching.out, "Rule r satisfies conditions\n");
  EXPECT_EQ(check(spec, {"r"}, "2020-07-01").code, 110);
  EXPECT_EQ(check(spec, {"r"}, "2021-05-01").code, 110);
}

TEST(CrmRule, SaysWhyARuleCannotBeTold) {
  const std::string two = date(R"(operation="gt" start="2020-01-01")");
  const std::string rules =
      rule("two", two + two) + rule("none", "<expression id=\"e\"/>") +
      rule("daily", date(R"(operation="date_spec")", R"(<date_spec id="x" hours="1"/>)")) +
      rule("moon", date(R"(operation="date_spec")", R"(<date_spec id="x" years="1" moon="1"/>)")) +
      rule("nonsense", date(R"(operation="gt" start="soon")")) + rule("twin", "") +
      rule("twin", "");
  struct Case {
    const char* id;
    int code;
    const char* why;
  };
  for (const Case& one :
       {Case{"two", 3, "Rule has more than one date expression"},
        Case{"none", 3, "Rule does not have a date expression"},
        Case{"daily", 3, "Rule must either not use date_spec"},
        Case{"moon", 3, "Rule must either not use date_spec"},
        Case{"nonsense", 112, "Error parsing rule"}, Case{"ghost", 105, "Rule not found"},
        Case{"twin", 109, "Found more than one rule with matching ID"}}) {
    const ToolRun run = check(rules, {one.id}, "2020-06-01");
    EXPECT_EQ(run.code, one.code) << one.id;
    EXPECT_THAT(run.err, HasSubstr(base::cat("Could not determine whether rule ", one.id,
                                             " is in effect: ", one.why)));
  }
}

TEST(CrmRule, EndsAsTheLastRuleSays) {
  const std::string rules = rule("past", date(R"(operation="lt" end="2020-01-01")")) +
                            rule("now", date(R"(operation="gt" start="2020-01-01")"));
  EXPECT_EQ(check(rules, {"past", "now"}, "2020-06-01").code, 0);
  EXPECT_EQ(check(rules, {"now", "past"}, "2020-06-01").code, 110);
}

TEST(CrmRule, RefusesWhatItCannotRead) {
  EXPECT_EQ(check("", {"r"}, "nonsense").code, 65);
  EXPECT_EQ(run_tool(kRuleProgram, run_rule, {"-r", "x"}).code, 64);
  EXPECT_EQ(run_tool(kRuleProgram, run_rule, {"-c"}).code, 64);
  EXPECT_EQ(run_tool(kRuleProgram, run_rule, {"-c", "-r", "x", "-X", "<cib"}).code, 65);
}

}  // namespace
}  // namespace systole::policy::rule_tool
