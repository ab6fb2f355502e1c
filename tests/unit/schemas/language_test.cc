#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "lib/base/strings.h"
#include "lib/cib/document.h"
#include "lib/cib/schemas.h"

namespace systole::cib {
namespace {

const std::string kFolder = std::string(SYSTOLE_BINARY_DIR) + "/schemas";

// A CIB with the pieces put into resources, constraints and behind the other sections.
struct Pieces {
  std::string options = "<crm_config/>";
  std::string nodes = "";
  std::string resources = "";
  std::string constraints = "";
  std::string other = "";
};

class Language : public testing::Test {
 protected:
  std::vector<xml::Violation> check(const Pieces& pieces, std::string_view schema) {
    const std::string text = base::cat(
        "<cib epoch='1' num_updates='0' admin_epoch='0' validate-with='", schema,
        "'><configuration>", pieces.options, "<nodes>", pieces.nodes, "</nodes><resources>",
        pieces.resources, "</resources><constraints>", pieces.constraints, "</constraints>",
        pieces.other, "</configuration><status/></cib>");
    const auto document = xml::Document::parse(text);
    EXPECT_TRUE(document.ok()) << text;
    const auto violations = schemas_.validate(*document);
    EXPECT_TRUE(violations.ok()) << violations.error().message;
    return *violations;
  }

  bool fits(const Pieces& pieces, std::string_view schema = "pacemaker-3.9") {
    return check(pieces, schema).empty();
  }

  Schemas schemas_{kFolder};
};

std::string primitive(std::string_view id, std::string_view inside = "") {
  return base::cat("<primitive id='", id, "' class='ocf' provider='heartbeat' type='Dummy'>",
                   inside, "</primitive>");
}

TEST_F(Language, EveryVersionHasAGrammarThatAcceptsAnEmptyConfiguration) {
  for (const SchemaInfo& schema : known_schemas()) {
    if (schema.has_grammar) {
      EXPECT_TRUE(fits({}, schema.name)) << schema.name;
    }
  }
}

TEST_F(Language, AcceptsEachKindOfResource) {
  EXPECT_TRUE(fits({.resources = primitive("a")}));
  EXPECT_TRUE(fits({.resources = "<group id='g'>" + primitive("a") + primitive("b") + "</group>"}));
  EXPECT_TRUE(fits({.resources = "<clone id='c'>" + primitive("a") + "</clone>"}));
  EXPECT_TRUE(fits({.resources = "<template id='t' class='lsb' type='x'/>"
                                 "<primitive id='a' template='t'/>"}));
  EXPECT_TRUE(fits({.resources = "<bundle id='b'><podman image='i'/></bundle>"}));
}

TEST_F(Language, RefusesIncompleteAndUnknownThings) {
  EXPECT_FALSE(fits({.resources = "<primitive id='a' class='ocf' type='Dummy'/>"}));
  EXPECT_FALSE(fits({.resources = "<primitive id='a' class='lsb' type='x' colour='red'/>"}));
  EXPECT_FALSE(fits({.resources = "<group id='g'/>"}));
  EXPECT_FALSE(fits({.other = "<bogus/>"}));
  EXPECT_FALSE(fits({.resources = primitive("a",
                                            "<instance_attributes id='i'><nvpair id='n' "
                                            "value='v'/></instance_attributes>")}));
}

TEST_F(Language, RefusesTwoElementsWithOneId) {
  EXPECT_FALSE(fits({.resources = primitive("a") + primitive("a")}));
}

TEST_F(Language, RefusesConstraintsOnResourcesThatDoNotExist) {
  const std::string order = "<rsc_order id='o' first='a' then='b'/>";
  EXPECT_TRUE(fits({.resources = primitive("a") + primitive("b"), .constraints = order}));
  EXPECT_FALSE(fits({.resources = primitive("a"), .constraints = order}));
}

TEST_F(Language, VersionsDiffer) {
  const Pieces promoted{
      .resources = primitive("a"),
      .constraints = "<rsc_location id='l' rsc='a' role='Promoted' node='n' score='1'/>"};
  EXPECT_FALSE(fits(promoted, "pacemaker-3.6"));
  EXPECT_TRUE(fits(promoted, "pacemaker-3.7"));
  const Pieces podman{.resources = "<bundle id='b'><podman image='i'/></bundle>"};
  EXPECT_FALSE(fits(podman, "pacemaker-3.1"));
  EXPECT_TRUE(fits(podman, "pacemaker-3.2"));
  const Pieces tag{.other = "<tags><tag id='t'><obj_ref id='nothing'/></tag></tags>"};
  EXPECT_FALSE(fits(tag, "pacemaker-3.2"));
  EXPECT_TRUE(fits(tag, "pacemaker-3.3"));
}

TEST_F(Language, NamesWhatDoesNotFit) {
  const auto violations =
      check({.resources = primitive("web", "<operations><op id='o' name='monitor'/></operations>")},
            "pacemaker-3.9");
  ASSERT_FALSE(violations.empty());
  bool named = false;
  for (const xml::Violation& violation : violations) named |= violation.element == "op 'o'";
  EXPECT_TRUE(named);
}

TEST_F(Language, WhatIsInTheStatusIsNotLookedAt_AndStaysWhereItWas) {
  const std::string text =
      "<cib epoch='1' num_updates='0' admin_epoch='0' validate-with='pacemaker-3.9'>"
      "<configuration><crm_config/><nodes/><resources/><constraints/></configuration>"
      "<status note='x'><node_state id='1'><anything/></node_state><tickets/></status></cib>";
  const auto document = xml::Document::parse(text);
  ASSERT_TRUE(document.ok());
  const xml::Document before = document->clone();
  const xml::Element state = document->root().first_child("status").first_child();
  const auto violations = schemas_.validate(*document);
  ASSERT_TRUE(violations.ok());
  EXPECT_TRUE(violations->empty());
  EXPECT_TRUE(xml::same_content(document->root(), before.root()));
  EXPECT_EQ(document->root().first_child("status").first_child(), state);
}

TEST_F(Language, UnknownVersionsAndThoseWithoutAGrammarAreErrors) {
  for (const char* name : {"pacemaker-9.9", "pacemaker-0.6", "../etc/passwd", ""}) {
    auto cib = Document::empty();
    EXPECT_FALSE(schemas_.validate_as(cib.xml(), name).ok()) << name;
  }
}

// Where something is first and last allowed; empty where it still is.
struct Feature {
  std::string_view name;
  Pieces pieces;
  std::string_view since;
  std::string_view until;
};

std::vector<Feature> features() {
  const std::string a = primitive("a");
  const std::string two = primitive("a") + primitive("b");
  const auto options = [](std::string_view name) {
    return base::cat("<crm_config><cluster_property_set id='o'><nvpair id='n' name='", name,
                     "' value='1'/></cluster_property_set></crm_config>");
  };
  return {
      {"old option", {.options = options("no_quorum_policy")}, "pacemaker-1.0", "pacemaker-2.10"},
      {"default",
       {.options = options("default-action-timeout")},
       "pacemaker-1.0",
       "pacemaker-2.10"},
      {"normal node",
       {.nodes = "<node id='1' uname='n' type='normal'/>"},
       "pacemaker-1.0",
       "pacemaker-2.10"},
      {"node without type", {.nodes = "<node id='1' uname='n'/>"}, "pacemaker-1.1", ""},
      {"remote node", {.nodes = "<node id='1' uname='n' type='remote'/>"}, "pacemaker-1.3", ""},
      {"ping node",
       {.nodes = "<node id='1' uname='n' type='ping'/>"},
       "pacemaker-1.0",
       "pacemaker-3.10"},
      {"template", {.resources = "<template id='t' class='lsb' type='x'/>"}, "pacemaker-1.1", ""},
      {"promotable clone of old",
       {.resources = "<master id='m'>" + a + "</master>"},
       "pacemaker-1.0",
       "pacemaker-3.10"},
      {"bundle", {.resources = "<bundle id='b'><docker image='i'/></bundle>"}, "pacemaker-2.8", ""},
      {"rkt",
       {.resources = "<bundle id='b'><rkt image='i'/></bundle>"},
       "pacemaker-2.10",
       "pacemaker-3.10"},
      {"requirement of an operation",
       {.resources = primitive("a",
                               "<operations><op id='o' name='start' interval='0' "
                               "requires='quorum'/></operations>")},
       "pacemaker-1.0",
       "pacemaker-2.10"},
      {"pattern",
       {.resources = a,
        .constraints = "<rsc_location id='l' rsc-pattern='.*' node='n' score='1'/>"},
       "pacemaker-2.6",
       ""},
      {"discovery",
       {.resources = a,
        .constraints =
            "<rsc_location id='l' rsc='a' node='n' score='1' resource-discovery='never'/>"},
       "pacemaker-2.2",
       ""},
      {"ticket",
       {.resources = a, .constraints = "<rsc_ticket id='t' rsc='a' ticket='T'/>"},
       "pacemaker-1.1",
       ""},
      {"lifetime",
       {.resources = two,
        .constraints = "<rsc_order id='l' first='a' then='b'><lifetime><rule id='r' score='1'>"
                       "<expression id='e' attribute='x' operation='defined'/></rule></lifetime>"
                       "</rsc_order>"},
       "pacemaker-1.0",
       "pacemaker-3.10"},
      {"mangled score",
       {.resources = two,
        .constraints = "<rsc_colocation id='c' rsc='a' with-rsc='b' score-attribute-mangle='x'/>"},
       "pacemaker-1.0",
       "pacemaker-2.10"},
      {"influence",
       {.resources = two,
        .constraints = "<rsc_colocation id='c' rsc='a' with-rsc='b' influence='0'/>"},
       "pacemaker-3.6",
       ""},
      {"permissions of old",
       {.other = "<acls><acl_user id='u'><read id='r' xpath='/cib'/></acl_user></acls>"},
       "pacemaker-1.1",
       "pacemaker-1.3"},
      {"permissions",
       {.other = "<acls><acl_role id='r'><acl_permission id='p' kind='read' xpath='/cib'/>"
                 "</acl_role><acl_target id='u'><role id='r'/></acl_target></acls>"},
       "pacemaker-2.0",
       ""},
      {"tags",
       {.resources = a, .other = "<tags><tag id='t'><obj_ref id='a'/></tag></tags>"},
       "pacemaker-1.3",
       ""},
      {"topology",
       {.other = "<fencing-topology><fencing-level id='f' target='n' index='10' devices='d'/>"
                 "</fencing-topology>"},
       "pacemaker-1.1",
       "pacemaker-3.10"},
      {"topology by pattern",
       {.other = "<fencing-topology><fencing-level id='f' target-pattern='n' index='1' "
                 "devices='d'/></fencing-topology>"},
       "pacemaker-2.4",
       ""},
      {"alerts", {.other = "<alerts><alert id='a' path='p'/></alerts>"}, "pacemaker-2.5", ""},
      {"reference to a set",
       {.resources = primitive("a", "<meta_attributes id='m'/>") +
                     primitive("b", "<meta_attributes id-ref='m'/>")},
       "pacemaker-1.0",
       "pacemaker-3.10"},
      {"rule without score",
       {.resources = a,
        .constraints = "<rsc_location id='l' rsc='a'><rule id='r'><expression id='e' "
                       "attribute='x' operation='defined'/></rule></rsc_location>"},
       "pacemaker-3.9",
       ""},
  };
}

TEST_F(Language, HasEachThingFromItsFirstVersionToItsLast) {
  for (const Feature& feature : features()) {
    const std::size_t since = *schema_index(feature.since);
    const std::size_t until =
        feature.until.empty() ? known_schemas().size() - 1 : *schema_index(feature.until);
    for (std::size_t i = 0; i < known_schemas().size(); ++i) {
      const SchemaInfo& schema = known_schemas()[i];
      if (!schema.has_grammar) continue;
      EXPECT_EQ(fits(feature.pieces, schema.name), since <= i && i <= until)
          << feature.name << " in " << schema.name;
    }
  }
}

TEST(SchemaFiles, AreAllThereOrNamed) {
  EXPECT_TRUE(Schemas(kFolder).check_installation().ok());
  const auto missing = Schemas("/nonexistent").check_installation();
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, base::Errc::kNoSuchFile);
  EXPECT_NE(missing.error().message.find("/nonexistent/pacemaker-1.0.rng"), std::string::npos);
}

// Requests against a validating document.
class ValidatedDocument : public testing::Test {
 protected:
  Outcome request(Operation operation, std::string_view target, std::string_view input) {
    inputs_.push_back(std::move(xml::Document::parse(input)).value());
    Request request;
    request.operation = operation;
    request.target = target;
    request.input = inputs_.back().root();
    return document_.apply(request);
  }

  Schemas schemas_{kFolder};
  Document document_ = Document::empty(&schemas_);
  std::vector<xml::Document> inputs_;
};

TEST_F(ValidatedDocument, RefusesAnInvalidChangeAndShowsIt) {
  const std::string before = document_.xml().compact();
  const Outcome outcome = request(Operation::kCreate, "resources", "<primitive id='a'/>");
  ASSERT_FALSE(outcome.verdict.ok());
  EXPECT_EQ(outcome.verdict.error().code, base::Errc::kSchema);
  EXPECT_NE(outcome.verdict.error().message.find("primitive 'a'"), std::string::npos)
      << outcome.verdict.error().message;
  ASSERT_TRUE(outcome.output);
  EXPECT_TRUE(xml::find(outcome.output, "primitive", "a"));
  EXPECT_FALSE(outcome.changed);
  EXPECT_EQ(document_.xml().compact(), before);
}

TEST_F(ValidatedDocument, TakesTheSameIdAgainAfterDeletion) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(request(Operation::kCreate, "resources", primitive("a")).verdict.ok()) << i;
    EXPECT_FALSE(request(Operation::kCreate, "constraints",
                         "<rsc_location id='a' rsc='a' node='n' score='1'/>")
                     .verdict.ok());
    EXPECT_TRUE(request(Operation::kDelete, "resources", "<primitive id='a'/>").verdict.ok()) << i;
  }
}

TEST_F(ValidatedDocument, UpgradesWithinALanguage) {
  EXPECT_EQ(request(Operation::kUpgrade, "", "<x/>").verdict.error().code,
            base::Errc::kSchemaUnchanged);
  ASSERT_TRUE(request(Operation::kModify, "", "<cib validate-with='pacemaker-3.1'/>").verdict.ok());
  const Outcome upgraded = request(Operation::kUpgrade, "", "<x/>");
  EXPECT_TRUE(upgraded.verdict.ok());
  EXPECT_EQ(document_.root().attribute("validate-with"), kNewestSchema);
  EXPECT_EQ(document_.version().admin_epoch, 1);
}

TEST_F(ValidatedDocument, UpgradesFromEveryVersion_InOneChange) {
  for (const SchemaInfo& schema : known_schemas()) {
    if (!schema.has_grammar || *schema_index(schema.name) >= *schema_index(kNewestSchema)) continue;
    auto old = xml::Document::parse(
        base::cat("<cib validate-with='", schema.name,
                  "' epoch='7' num_updates='3' admin_epoch='1'><configuration><crm_config/><nodes>"
                  "<node id='1' uname='n' type='member'/></nodes><resources>",
                  primitive("a"), "</resources><constraints/></configuration><status/></cib>"));
    auto document = Document::adopt(std::move(old).value(), &schemas_);
    Request request;
    request.operation = Operation::kUpgrade;
    const Outcome outcome = document->apply(request);
    ASSERT_TRUE(outcome.verdict.ok()) << schema.name << ": " << outcome.verdict.error().message;
    EXPECT_EQ(document->root().attribute("validate-with"), kNewestSchema);
    EXPECT_EQ(document->version().admin_epoch, 2);
    EXPECT_TRUE(xml::find(document->root(), "primitive", "a"));
  }
}

TEST_F(ValidatedDocument, DoesNotUpgradeWhatIsTooOldOrDoesNotFitAfterwards) {
  for (const auto& [schema, inside] : std::vector<std::pair<std::string, std::string>>{
           {"pacemaker-0.6", "<configuration/>"}, {"pacemaker-1.2", "<bogus/>"}}) {
    auto old = xml::Document::parse(base::cat("<cib validate-with='", schema,
                                              "' epoch='1' num_updates='0' admin_epoch='0'>",
                                              inside, "</cib>"));
    auto document = Document::adopt(std::move(old).value(), &schemas_);
    const std::string before = document->xml().compact();
    Request request;
    request.operation = Operation::kUpgrade;
    const Outcome outcome = document->apply(request);
    ASSERT_FALSE(outcome.verdict.ok());
    EXPECT_EQ(outcome.verdict.error().code,
              schema == "pacemaker-0.6" ? base::Errc::kTransform : base::Errc::kSchema);
    EXPECT_EQ(document->xml().compact(), before);
  }
}

}  // namespace
}  // namespace systole::cib
