#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "lib/base/strings.h"
#include "lib/cib_model/snapshot_reader.h"
#include "lib/xml/document.h"
#include "policy/verify/problem.h"

namespace systole::policy {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

/// A CIB whose parts can be replaced by nonsense.
struct Written {
  std::string options{};
  std::string resources{};
  std::string constraints{};
};

std::vector<Problem> problems_of(const Written& written) {
  const std::string text = base::cat(
      R"(<cib validate-with="none" have-quorum="1"><configuration><crm_config>)",
      R"(<cluster_property_set id="o">)",
      R"(<nvpair id="f" name="stonith-enabled" value="false"/>)", written.options,
      R"(</cluster_property_set></crm_config><nodes><node id="1" uname="n1"/></nodes><resources>)",
      R"(<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>)",
      R"(<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"/>)", written.resources,
      "</resources><constraints>", written.constraints, "</constraints></configuration><status/>",
      "</cib>");
  const base::Result<xml::Document> cib = xml::Document::parse(text);
  const base::Result<model::Snapshot> snapshot = cib_model::read_snapshot(cib->root(), {});
  return find_problems(cib->root(), read_status(*snapshot));
}

std::vector<std::string> texts_of(const Written& written) {
  std::vector<std::string> texts;
  for (const Problem& problem : problems_of(written)) {
    if (problem.text != "Blind faith: not fencing unseen nodes") texts.push_back(problem.text);
  }
  return texts;
}

bool is_faulty(const Written& written) {
  for (const Problem& problem : problems_of(written)) {
    if (problem.is_fault) return true;
  }
  return false;
}

TEST(Problems, ASoundConfigurationHasNone) {
  EXPECT_THAT(texts_of({.constraints = R"(<rsc_location id="l" rsc="a" node="n1" score="5"/>
      <rsc_order id="o" first="a" then="b"/>
      <rsc_colocation id="c" rsc="a" with-rsc="b" score="-INFINITY"/>)"}),
              IsEmpty());
}

TEST(Problems, MoreCopiesThanAClusterRuns_AreSaidToBeLeftOut) {
  EXPECT_THAT(texts_of({.resources = R"(<clone id="c"><meta_attributes id="m">
      <nvpair id="n" name="clone-max" value="100000"/></meta_attributes>
      <primitive id="p" class="ocf" provider="heartbeat" type="Dummy"/></clone>)"}),
              ElementsAre("Only 500 instances of c are planned for, because more were asked for "
                          "than a cluster can run"));
}

TEST(Problems, ConstraintsToMissingResourcesAreIgnored_WithTheStandardText) {
  const Written written = {.constraints = R"(<rsc_location id="l" rsc="ghost" node="n1" score="5"/>
      <rsc_order id="o" first="a" then="phantom"/>
      <rsc_colocation id="c" score="1"><resource_set id="s"><resource_ref id="spectre"/>
      </resource_set></rsc_colocation>)"};
  EXPECT_THAT(
      texts_of(written),
      ElementsAre("No template or tag named 'ghost'",
                  "Ignoring constraint 'l' because 'ghost' is not a valid resource or tag",
                  "No template or tag named 'phantom'",
                  "Ignoring constraint 'o' because 'phantom' is not a valid resource or tag",
                  "No template or tag named 'spectre'",
                  "Ignoring resource sets for constraint 'c' because 'spectre' is not a valid "
                  "resource or tag",
                  "s: No resource found for spectre"));
  EXPECT_TRUE(is_faulty(written));
}

TEST(Problems, AScoreThatIsNoneCountsAsWhatIsAtItsFront) {
  const Written written = {.constraints = R"(<rsc_location id="l" rsc="a" node="n1" score="much"/>
      <rsc_colocation id="c" rsc="a" with-rsc="b" score="10x"/>)"};
  EXPECT_THAT(texts_of(written),
              ElementsAre("Could not parse integer from 'much' (using 0 instead): No digits found",
                          "Characters left over after parsing 'much': 'much'",
                          "Characters left over after parsing '10x': 'x'"));
  EXPECT_FALSE(is_faulty(written));
}

TEST(Problems, ALoopOfOrdersIsNamedByItsConstraints) {
  EXPECT_THAT(
      texts_of({.constraints = R"(<rsc_order id="o1" first="a" then="b"/>
      <rsc_order id="o2" first="b" then="a"/>)"}),
      ElementsAre("Ordering loop through 'o1', 'o2': nothing that waits in it can be done"));
  EXPECT_THAT(texts_of({.constraints = R"(<rsc_order id="o1" first="a" then="b"/>
      <rsc_order id="o2" first="b" then="a" kind="Optional"/>)"}),
              IsEmpty());
  EXPECT_THAT(texts_of({.constraints = R"(<rsc_order id="o"><resource_set id="s1">
      <resource_ref id="a"/></resource_set><resource_set id="s2"><resource_ref id="b"/>
      <resource_ref id="a"/></resource_set></rsc_order>)"}),
              ElementsAre("Ordering loop through 'o': nothing that waits in it can be done"));
}

TEST(Problems, RulesWithNonsenseAreNamed) {
  const auto of_rule = [](std::string_view attributes, std::string_view content) {
    return texts_of({.constraints = base::cat(R"(<rsc_location id="l" rsc="a"><rule id="r" )",
                                              attributes, ">", content, "</rule></rsc_location>")});
  };
  EXPECT_THAT(of_rule(R"(score="1")", ""),
              ElementsAre("Invalid Rule r: rules must contain at least one expression"));
  EXPECT_THAT(of_rule("", R"(<expression id="e" attribute="x" operation="defined"/>)"),
              ElementsAre("Rule r: no score specified.  Assuming 0."));
  EXPECT_THAT(of_rule(R"(score="1")", R"(<expression id="e" attribute="x"/>)"),
              ElementsAre("Expression e invalid: operation not specified"));
  EXPECT_THAT(
      of_rule(R"(score="1")", R"(<date_expression id="e" operation="gt" start="yesterday"/>)"),
      ElementsAre("'yesterday' is not a valid ISO 8601 date/time specification"));
  EXPECT_THAT(of_rule(R"(score="1" role="Foo")",
                      R"(<expression id="e" attribute="x" operation="defined"/>)"),
              ElementsAre("Unknown role: Foo", "Bad role specified for r: Foo"));
}

TEST(Problems, ReferencesToNothingAreNamed) {
  EXPECT_THAT(texts_of({.constraints = R"(<rsc_location id="l" rsc="a"><rule id-ref="nosuch"/>
      </rsc_location>)"}),
              ElementsAre("No match for //rule[@id='nosuch'] found in /cib: Invalid "
                          "configuration"));
}

TEST(Problems, ResourcesInsideOfClonesCannotBeNamed_TheirInstancesCan) {
  const std::string clone = R"(<clone id="c"><primitive id="p" class="ocf" provider="heartbeat"
      type="Dummy"/></clone>)";
  EXPECT_THAT(
      texts_of({.resources = clone, .constraints = R"(<rsc_order id="o" first="p" then="a"/>)"}),
      Contains("Ignoring constraint 'o' because 'p' is not a valid resource or tag"));
  EXPECT_THAT(texts_of({.resources = clone, .constraints = R"(<rsc_order id="o" first="p:0"
      then="c"/>)"}),
              IsEmpty());
}

TEST(Problems, InstancesAreAskedOfClonesAlone) {
  EXPECT_THAT(texts_of({.constraints = R"(<rsc_colocation id="c" rsc="a" with-rsc="b" score="1"
      with-rsc-instance="3"/>)"}),
              ElementsAre("Support for with-rsc-instance is deprecated and will be removed in a "
                          "future release.",
                          "Ignoring constraint 'c' because resource 'b' is not a clone but "
                          "instance '3' was requested"));
}

/// What is told of a primitive "p" with the meta-attribute.
std::vector<std::string> of_meta(std::string_view name, std::string_view value,
                                 std::string_view extra = {}) {
  return texts_of({.resources = base::cat(
                       R"(<primitive id="p" class="ocf" provider="heartbeat" type="Dummy">)",
                       R"(<meta_attributes id="m"><nvpair id="n" name=")", name, R"(" value=")",
                       value, R"("/></meta_attributes></primitive>)", extra)});
}

TEST(Problems, MetaAttributesInForceAreChecked) {
  EXPECT_THAT(of_meta("migration-threshold", "-3"),
              ElementsAre("migration-threshold must be non-negative, using 1 instead"));
  EXPECT_THAT(of_meta("container", "nosuch"),
              ElementsAre("Resource p: Unknown resource container (nosuch)"));
  EXPECT_THAT(of_meta("restart-type", "restart"),
              ElementsAre("Support for restart-type is deprecated and will be removed in a future "
                          "release"));
  EXPECT_THAT(of_meta("requires", "unfencing"),
              Contains("Resetting \"requires\" for p to \"quorum\" because fencing is disabled"));
}

TEST(Problems, WhatAClonePassesOnIsToldOfEachInstance) {
  EXPECT_THAT(texts_of({.resources = R"(<clone id="c"><meta_attributes id="m">
      <nvpair id="n" name="requires" value="fencing"/></meta_attributes>
      <primitive id="p" class="ocf" provider="heartbeat" type="Dummy"/></clone>)"}),
              ElementsAre("c requires fencing but fencing is disabled",
                          "p:0 requires fencing but fencing is disabled"));
  EXPECT_THAT(
      texts_of({.resources = R"(<clone id="c"><meta_attributes id="m">
      <nvpair id="n" name="globally-unique" value="true"/></meta_attributes>
      <primitive id="p" class="lsb" type="x"/></clone>)"}),
      ElementsAre("Ignoring globally-unique for c because lsb resources such as p:0 can be used "
                  "only as anonymous clones"));
}

TEST(Problems, GroupsThatSayHowTheyAreOrderedAreOutdated_ToldOnce) {
  const auto group = [](std::string_view id) {
    return base::cat("<group id=\"", id, R"("><meta_attributes id="m-)", id, R"("><nvpair id="n-)",
                     id, R"(" name="ordered" value="false"/></meta_attributes><primitive id="p-)",
                     id, R"(" class="ocf" provider="heartbeat" type="Dummy"/></group>)");
  };
  EXPECT_THAT(texts_of({.resources = group("g1") + group("g2")}),
              ElementsAre(HasSubstr("Support for the 'ordered' group meta-attribute is "
                                    "deprecated")));
}

TEST(Problems, BundlesThatCannotBeReachedAreIgnored) {
  const auto of_bundle = [](std::string_view content) {
    return texts_of({.resources = base::cat(R"(<bundle id="bu">)", content,
                                            R"(<primitive id="p" class="ocf" provider="heartbeat"
      type="Dummy"/></bundle>)")});
  };
  EXPECT_THAT(of_bundle(R"(<docker image="i"/>)"),
              ElementsAre("Cannot control bu inside p without either ip-range-start or "
                          "control-port",
                          "Ignoring <bundle> resource 'bu' because configuration is invalid"));
  EXPECT_THAT(of_bundle(R"(<docker image="i" replicas-per-host="2"/>
      <network control-port="9"/>)"),
              Contains("Specifying the 'control-port' for bu requires 'replicas-per-host=1'"));
  EXPECT_THAT(of_bundle(R"(<docker image="i" replicas="0"/><network control-port="9"/>)"),
              Contains("Clipped '0' to minimum acceptable value 1"));
}

TEST(Problems, OfAnOptionGivenTwiceTheFirstCounts) {
  EXPECT_THAT(texts_of({.options = R"(<nvpair id="x" name="stonith-enabled" value="maybe"/>)"}),
              IsEmpty());
}

TEST(Problems, OptionsFallBackToTheirDefaults) {
  for (const std::string_view option :
       {"no-quorum-policy", "symmetric-cluster", "cluster-delay", "placement-strategy"}) {
    const auto texts =
        texts_of({.options = base::cat(R"(<nvpair id="x" name=")", option, R"(" value="foo"/>)")});
    EXPECT_THAT(texts, Contains(base::cat("Using default value for cluster option '", option,
                                          "' because 'foo' is invalid")));
  }
  EXPECT_THAT(texts_of({.options = R"(<nvpair id="x" name="cluster-delay" value="PT10S"/>)"}),
              IsEmpty());
}

TEST(Problems, ResourcesThatCannotBeReadAreIgnored) {
  EXPECT_THAT(texts_of({.resources = R"(<primitive id="p" template="T"/><clone id="c"/>
      <group id="g"/>)"}),
              ElementsAre("No template named 'T'",
                          "Ignoring <primitive> resource 'p' because configuration is invalid",
                          "c has nothing to clone",
                          "Ignoring <clone> resource 'c' because configuration is invalid",
                          "Group g will be ignored because it does not have any members"));
}

TEST(Problems, MetaAttributesAndOperationsAreChecked) {
  const auto of_primitive = [](std::string_view content) {
    return texts_of({.resources = base::cat(
                         R"(<primitive id="p" class="ocf" provider="heartbeat" type="Dummy">)",
                         content, "</primitive>")});
  };
  EXPECT_THAT(of_primitive(R"(<meta_attributes id="m">
      <nvpair id="m1" name="target-role" value="Foo"/>
      <nvpair id="m2" name="requires" value="fencing"/></meta_attributes>)"),
              ElementsAre("p requires fencing but fencing is disabled", "Unknown role: Foo",
                          "Ignoring 'target-role' for p because 'Foo' is not valid"));
  EXPECT_THAT(of_primitive(R"(<operations><op id="o3" name="start" interval="5"/>
      <op id="o4" name="migrate_to" interval="5"/></operations>)"),
              ElementsAre("Ignoring o3 because start action cannot be recurring",
                          "Ignoring o4 because migrate_to action cannot be recurring"));
}

/// What is told of an operation of the resource "a" on n1 that was recorded.
std::vector<std::string> failures_of(std::string_view operation) {
  const std::string text = base::cat(
      R"(<cib validate-with="none"><configuration><crm_config><cluster_property_set id="o">)",
      R"(<nvpair id="f" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>)",
      R"(<nodes><node id="1" uname="n1"/></nodes><resources><primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>)",
      R"(</resources><constraints/></configuration><status><node_state id="1" uname="n1" )",
      R"(in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1">)",
      R"(<lrm_resources><lrm_resource id="a" class="ocf" provider="heartbeat" type="Dummy">)",
      "<lrm_rsc_op ", operation, R"( call-id="5" op-status="0" )",
      R"(transition-key="1:1:0:11111111-1111-1111-1111-111111111111"/>)",
      "</lrm_resource></lrm_resources></lrm></node_state></status></cib>");
  const base::Result<xml::Document> cib = xml::Document::parse(text);
  const base::Result<model::Snapshot> snapshot =
      cib_model::read_snapshot(cib->root(), {.now = 1700000000});
  std::vector<std::string> texts;
  for (const Problem& problem : find_status_problems(read_status(*snapshot, Reasons::kRemarks))) {
    EXPECT_FALSE(problem.is_fault);
    if (problem.line(2)) texts.push_back(problem.text);
  }
  return texts;
}

TEST(RecordedFailures, AreToldWithTheirReasonTimeAndRecord) {
  setenv("TZ", "UTC", 1);
  EXPECT_THAT(failures_of(R"(id="a_last_failure_0" operation="start" interval="0" rc-code="1"
      exit-reason="it broke" last-rc-change="1000000000")"),
              ElementsAre("Unexpected result (error: it broke) was recorded for start of a on n1 "
                          "at Sep  9 01:46:40 2001 | rc=1 id=a_last_failure_0"));
  EXPECT_THAT(failures_of(R"(id="a_last_failure_0" operation="start" interval="0" rc-code="5")"),
              ElementsAre("Unexpected result (not installed) was recorded for start of a on n1 at "
                          "unknown time | rc=5 id=a_last_failure_0"));
}

TEST(RecordedFailures, ProbesAreCalledSo_AndWhatIsNotThereIsNoFailureOfThem) {
  EXPECT_THAT(failures_of(R"(id="a_last_0" operation="monitor" interval="0" rc-code="1")"),
              ElementsAre(HasSubstr("was recorded for probe of a on n1")));
  EXPECT_THAT(failures_of(R"(id="a_last_0" operation="monitor" interval="0" rc-code="5")"),
              IsEmpty());
  EXPECT_THAT(failures_of(R"(id="a_last_0" operation="monitor" interval="0" rc-code="7")"),
              IsEmpty());
}

TEST(Problems, AMissingNodeIsNoFault) {
  const Written written = {.constraints = R"(<rsc_location id="l" rsc="a" node="n9" score="5"/>)"};
  EXPECT_THAT(texts_of(written), ElementsAre("Constraint 'l' names no node 'n9'"));
  EXPECT_FALSE(is_faulty(written));
}

}  // namespace
}  // namespace systole::policy
