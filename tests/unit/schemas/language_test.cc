#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/cib/document.h"
#include "lib/cib/schemas.h"

namespace systole::cib {
namespace {

const std::string kFolder = std::string(SYSTOLE_BINARY_DIR) + "/schemas";

// A CIB with the pieces put into resources, constraints and behind the other sections.
struct Pieces {
  std::string resources = "";
  std::string constraints = "";
  std::string other = "";
};

class Language : public testing::Test {
 protected:
  std::vector<xml::Violation> check(const Pieces& pieces, std::string_view schema) {
    const std::string text =
        base::cat("<cib epoch='1' num_updates='0' admin_epoch='0' validate-with='", schema,
                  "'><configuration><crm_config/><nodes/><resources>", pieces.resources,
                  "</resources><constraints>", pieces.constraints, "</constraints>", pieces.other,
                  "</configuration><status/></cib>");
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

TEST_F(Language, UnknownAndOldVersionsAreErrors) {
  for (const char* name : {"pacemaker-9.9", "pacemaker-1.2", "../etc/passwd", ""}) {
    auto cib = Document::empty();
    EXPECT_FALSE(schemas_.validate_as(cib.xml(), name).ok()) << name;
  }
}

TEST(SchemaFiles, AreAllThereOrNamed) {
  EXPECT_TRUE(Schemas(kFolder).check_installation().ok());
  const auto missing = Schemas("/nonexistent").check_installation();
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, base::Errc::kNoSuchFile);
  EXPECT_NE(missing.error().message.find("/nonexistent/pacemaker-3.0.rng"), std::string::npos);
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

TEST_F(ValidatedDocument, DoesNotUpgradeWhatWouldHaveToBeRewritten) {
  auto old = xml::Document::parse(
      "<cib validate-with='pacemaker-1.2' epoch='1' num_updates='0' admin_epoch='0'/>");
  auto document = Document::adopt(std::move(old).value(), &schemas_);
  Request request;
  request.operation = Operation::kUpgrade;
  const Outcome outcome = document->apply(request);
  ASSERT_FALSE(outcome.verdict.ok());
  EXPECT_EQ(outcome.verdict.error().code, base::Errc::kTransform);
  EXPECT_NE(outcome.verdict.error().message.find("pacemaker-1.2"), std::string::npos);
}

}  // namespace
}  // namespace systole::cib
