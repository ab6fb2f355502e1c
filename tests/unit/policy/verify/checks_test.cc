#include "policy/verify/checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/xml/document.h"

namespace systole::policy {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> problems_of(std::string_view options, std::string_view constraints,
                                     Problem::Severity severity) {
  const base::Result<xml::Document> cib = xml::Document::parse(base::cat(
      R"(<cib validate-with="none"><configuration><crm_config><cluster_property_set id="o">)",
      options, R"(</cluster_property_set></crm_config><nodes><node id="1" uname="n1"/></nodes>
      <resources><primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/></resources>
      <constraints>)",
      constraints, "</constraints></configuration><status/></cib>"));
  const base::Result<model::Snapshot> snapshot = cib_model::read_snapshot(cib->root(), {});
  const Status status = read_status(*snapshot);
  std::vector<std::string> texts;
  for (const Problem& problem : find_problems(*snapshot, status)) {
    if (problem.severity == severity) texts.push_back(problem.text);
  }
  return texts;
}

constexpr std::string_view kNoFencing = R"(<nvpair id="f" name="stonith-enabled" value="false"/>)";

TEST(Verify, ASoundConfigurationHasNoProblems) {
  EXPECT_THAT(problems_of(kNoFencing, R"(<rsc_location id="l" rsc="a" node="n1" score="5"/>)",
                          Problem::Severity::kError),
              IsEmpty());
}

TEST(Verify, FencingWithoutADeviceIsAnError) {
  EXPECT_THAT(problems_of("", "", Problem::Severity::kError),
              Contains(HasSubstr("no STONITH resources have been defined")));
}

TEST(Verify, ConstraintsToMissingResourcesAreNamed) {
  const auto errors = problems_of(kNoFencing,
                                  R"(<rsc_location id="l" rsc="ghost" node="n1" score="5"/>
      <rsc_order id="o" first="a" then="phantom"/>
      <rsc_colocation id="c" score="INFINITY"><resource_set id="s"><resource_ref id="spectre"/>
      </resource_set></rsc_colocation>)",
                                  Problem::Severity::kError);
  EXPECT_THAT(errors, Contains("Constraint 'l' names no resource 'ghost'"));
  EXPECT_THAT(errors, Contains("Constraint 'o' names no resource 'phantom'"));
  EXPECT_THAT(errors, Contains("Constraint 'c' names no resource 'spectre'"));
}

TEST(Verify, AScoreThatIsNoScoreIsNamed) {
  EXPECT_THAT(problems_of(kNoFencing, R"(<rsc_location id="l" rsc="a" node="n1" score="lots"/>)",
                          Problem::Severity::kError),
              Contains("Constraint 'l': 'lots' is no score"));
}

TEST(Verify, AMissingNodeIsOnlyAWarning) {
  const std::string_view constraint = R"(<rsc_location id="l" rsc="a" node="n9" score="5"/>)";
  EXPECT_THAT(problems_of(kNoFencing, constraint, Problem::Severity::kError), IsEmpty());
  EXPECT_THAT(problems_of(kNoFencing, constraint, Problem::Severity::kWarning),
              Contains("Constraint 'l' names no node 'n9'"));
}

}  // namespace
}  // namespace systole::policy
