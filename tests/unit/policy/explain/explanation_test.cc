#include "policy/explain/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policy/explain/names.h"
#include "policy/status/queries.h"
#include "tests/unit/policy/explain/explained.h"

namespace systole::policy::explain {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> causes(const NodeVerdict& verdict) {
  std::vector<std::string> out;
  for (const Contribution& contribution : verdict.contributions) {
    const std::string amount = base::to_string(contribution.entry.amount);
    out.push_back(std::string(name_of(contribution.entry.why.cause)) + " " + amount);
  }
  return out;
}

TEST(Contributions, AreKeptInTheOrderOfTheirAddition) {
  Cluster cluster;
  cluster.resources = primitive("web", meta("resource-stickiness", "30"));
  cluster.constraints =
      "<rsc_location id='like' rsc='web' node='a' score='100'/>"
      "<rsc_location id='ban' rsc='web' node='a' score='-INFINITY'/>";
  cluster.history_a = history("web", done("web", "start", 1));
  const Explained web(cluster, "web");
  EXPECT_THAT(causes(web.on("a")),
              ElementsAre("default 0", "location -INFINITY", "location 100", "stickiness 30"));
  EXPECT_EQ(web.on("a").contributions[1].entry.why.detail, "ban");
  EXPECT_TRUE(web.on("a").score->is_minus_infinity());
  EXPECT_TRUE(web.on("a").active);
}

TEST(Contributions, NameTheRuleOfALocation) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints =
      "<rsc_location id='l' rsc='web'><rule id='fast' score='5'>"
      "<expression id='e' attribute='#uname' operation='eq' value='b'/></rule></rsc_location>";
  const Explained web(cluster, "web");
  EXPECT_EQ(web.on("b").contributions.back().entry.why.rule, "fast");
}

TEST(Contributions, OfAThreshold_SayHowOftenItFailed) {
  Cluster cluster;
  cluster.resources = primitive("web", meta("migration-threshold", "2"));
  cluster.attributes_a =
      nvpair("fail-count-web#start_0", "1") + nvpair("fail-count-web#monitor_10000", "2");
  const Explained web(cluster, "web");
  const Contribution& ban = web.on("a").contributions.back();
  EXPECT_EQ(ban.entry.why.cause, ScoreCause::kMigrationThreshold);
  EXPECT_EQ(ban.fail_count, base::Score(3));
  EXPECT_EQ(ban.threshold, base::Score(2));
}

TEST(Contributions, OfAFailure_NameTheOperation) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.history_a = history("web", done("web", "start", 1, 5));
  const Explained web(cluster, "web");
  const Contribution& ban = web.on("a").contributions.back();
  EXPECT_EQ(ban.entry.why.cause, ScoreCause::kFailure);
  ASSERT_NE(ban.operation, nullptr);
  EXPECT_EQ(ban.operation->operation, "start");
}

TEST(Contributions, OfATrial_AreForgottenWithIt) {
  // The second instance must not stay where it is: the trial moves it, and is taken back.
  Cluster cluster;
  cluster.resources = "<clone id='c'><meta_attributes id='cm'>" + nvpair("clone-max", "1") +
                      "</meta_attributes>" + primitive("web") + "</clone>";
  cluster.constraints = "<rsc_location id='l' rsc='c' node='b' score='100'/>";
  cluster.history_a = history("web", done("web", "start", 1));
  const Explained clone(cluster, "c");
  const Explanation& instance = clone.explanation.parts.front();
  for (const NodeVerdict& verdict : instance.nodes) {
    EXPECT_EQ(*verdict.score, verdict.contributions.back().sum);
  }
  EXPECT_EQ(clone.name(*instance.node), "b");
}

TEST(Choice, ByScore_HasARunnerUpAndAMargin) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints =
      "<rsc_location id='l' rsc='web' node='b' score='100'/>"
      "<rsc_location id='m' rsc='web' node='a' score='40'/>";
  const Explained web(cluster, "web");
  EXPECT_EQ(web.explanation.tie, Tie::kScore);
  EXPECT_EQ(web.explanation.margin, base::Score(60));
  EXPECT_EQ(web.name(web.explanation.nodes[*web.explanation.runner_up].node), "a");
}

TEST(Choice, BetweenEqualNodes_SaysWhatDecided) {
  Cluster cluster;
  cluster.resources = primitive("one") + primitive("two");
  EXPECT_EQ(Explained(cluster, "one").explanation.tie, Tie::kName);
  EXPECT_EQ(Explained(cluster, "two").explanation.tie, Tie::kLoad);
  cluster.history_b = history("one", done("one", "start", 1));
  EXPECT_EQ(Explained(cluster, "one").explanation.tie, Tie::kCurrent);
}

TEST(Choice, OfTheOnlyNode_HasNoRunnerUp) {
  Cluster cluster;
  cluster.resources = primitive("web");
  cluster.constraints = "<rsc_location id='l' rsc='web' node='b' score='-INFINITY'/>";
  const Explained web(cluster, "web");
  EXPECT_FALSE(web.explanation.runner_up);
  EXPECT_EQ(web.explanation.tie, Tie::kNone);
}

TEST(Choice, OfWhatIsNotManaged_IsNoChoice) {
  Cluster cluster;
  cluster.resources = primitive("web", meta("is-managed", "false"));
  cluster.history_a = history("web", done("web", "start", 1));
  const Explained web(cluster, "web");
  EXPECT_EQ(web.explanation.rule, ScoreDecision::Rule::kUnmanaged);
  EXPECT_TRUE(web.on("b").change.impossible);
}

TEST(Promotion, IsExplainedByItsValue) {
  Cluster cluster;
  cluster.resources = "<clone id='c'><meta_attributes id='cm'>" + nvpair("promotable", "true") +
                      "</meta_attributes>" + primitive("db") + "</clone>";
  cluster.attributes_a = nvpair("master-db", "10");
  cluster.constraints =
      "<rsc_location id='l' rsc='c'><rule id='r' role='Promoted' score='7'>"
      "<expression id='e' attribute='#uname' operation='eq' value='a'/></rule></rsc_location>";
  cluster.history_a = history("db", done("db", "start", 1));
  cluster.history_b = history("db", done("db", "start", 1));
  const Explained clone(cluster, "c");
  const Promotion& first = clone.explanation.promotions.front();
  EXPECT_TRUE(first.promoted);
  EXPECT_EQ(first.value, base::Score(17));
  EXPECT_EQ(first.contributions[0].entry.amount, base::Score(10));
  EXPECT_EQ(first.contributions[1].entry.why.cause, ScoreCause::kLocation);
  const Promotion& second = clone.explanation.promotions.back();
  EXPECT_FALSE(second.promoted);
  EXPECT_EQ(second.contributions[0].entry.why.cause, ScoreCause::kNoPromotionScore);
}

}  // namespace
}  // namespace systole::policy::explain
