#include "lib/cib/document.h"

#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/xml/write.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

using base::Errc;

constexpr std::string_view kCib =
    "<cib crm_feature_set='3.16.1' validate-with='none' epoch='5' num_updates='2' admin_epoch='1'>"
    "<configuration><crm_config/><nodes><node id='1' uname='n1'/></nodes>"
    "<resources><primitive id='a' class='lsb' type='x'><meta_attributes id='a-m'>"
    "<nvpair id='a-m-1' name='priority' value='5'/></meta_attributes></primitive>"
    "<primitive id='b' class='lsb' type='y'/></resources><constraints/></configuration>"
    "<status><node_state id='1'/></status></cib>";

class DocumentTest : public testing::Test {
 protected:
  // A request with everything that the operations look at.
  struct Ask {
    Operation operation;
    std::string target = "";
    std::string input = "";
    CallOptions options = {};
    std::string digest = "";
  };

  Outcome apply(const Ask& ask) {
    Request request;
    request.operation = ask.operation;
    request.target = ask.target;
    request.options = ask.options;
    request.digest = ask.digest;
    request.origin = {"n1", "test", "root", "Sat Nov 21 12:00:00 2026"};
    if (!ask.input.empty()) {
      inputs_.push_back(std::move(xml::Document::parse(ask.input)).value());
      request.input = inputs_.back().root();
    }
    return document_.apply(request);
  }

  static Errc code(const Outcome& outcome) {
    EXPECT_FALSE(outcome.verdict.ok());
    return outcome.verdict.ok() ? Errc::kInternal : outcome.verdict.error().code;
  }

  // The element at an XPath as text; empty when there is none.
  std::string at(std::string_view expression) {
    const auto found = xml::xpath(document_.root(), expression);
    return found && !found->empty() ? xml::to_string(found->front()) : "";
  }

  Document document_ =
      std::move(Document::adopt(std::move(xml::Document::parse(kCib)).value())).value();
  std::vector<xml::Document> inputs_;
};

using Query = DocumentTest;
using Create = DocumentTest;
using Modify = DocumentTest;
using Replace = DocumentTest;
using Delete = DocumentTest;
using Counters = DocumentTest;

TEST_F(Query, FindsSections) {
  EXPECT_EQ(apply({Operation::kQuery}).output, document_.root());
  EXPECT_EQ(apply({Operation::kQuery, "all"}).output, document_.root());
  EXPECT_TRUE(apply({Operation::kQuery, "nodes"}).output.is("nodes"));
  EXPECT_EQ(apply({Operation::kQuery, "bogus"}).output, document_.root());
  EXPECT_EQ(code(apply({Operation::kQuery, "tags"})), Errc::kNotFound);
}

TEST_F(Query, LeavesOutChildrenOnRequest) {
  const Outcome bare = apply(
      {.operation = Operation::kQuery, .target = "nodes", .options = CallOption::kNoChildren});
  EXPECT_EQ(xml::to_string(bare.output), "<nodes/>");
}

TEST_F(Query, AnswersXpathWithOneElementOrAList) {
  const auto ask = [&](std::string_view path, CallOptions more = {}) {
    const Outcome outcome = apply({.operation = Operation::kQuery,
                                   .target = std::string(path),
                                   .options = more | CallOption::kXpath});
    return outcome.verdict.ok() ? xml::to_string(outcome.output) : "none";
  };
  EXPECT_EQ(ask("//node"), "<node id=\"1\" uname=\"n1\"/>");
  EXPECT_EQ(ask("//primitive", CallOption::kNoChildren),
            "<xpath-query><primitive id=\"a\" class=\"lsb\" type=\"x\"/>"
            "<primitive id=\"b\" class=\"lsb\" type=\"y\"/></xpath-query>");
  EXPECT_EQ(ask("//node", CallOption::kXpathAddress),
            "<xpath-query><xpath-query-path "
            "id=\"/cib/configuration/nodes/node[@id='1']\"/></xpath-query>");
  EXPECT_EQ(ask("//nothing"), "none");
  EXPECT_EQ(ask("//node["), "none");
}

TEST_F(Create, AddsToTheSection) {
  const Outcome outcome =
      apply({Operation::kCreate, "resources", "<primitive id='c' class='lsb' type='z'/>"});
  ASSERT_TRUE(outcome.verdict.ok());
  EXPECT_TRUE(outcome.changed && outcome.configuration_changed);
  EXPECT_EQ(outcome.after, (Version{1, 6, 0}));
  EXPECT_NE(at("//resources/primitive[@id='c']"), "");
}

TEST_F(Create, NamesTheObject_Exists) {
  const Outcome outcome = apply({Operation::kCreate, "resources",
                                 "<resources><primitive id='c'/><primitive id='b'/>"
                                 "</resources>"});
  EXPECT_EQ(code(outcome), Errc::kExists);
  EXPECT_EQ(xml::to_string(outcome.output),
            "<failed><failed_update id=\"b\" object_type=\"primitive\" operation=\"cib_create\" "
            "reason=\"File exists\"><primitive id=\"b\"/></failed_update></failed>");
  EXPECT_EQ(at("//primitive[@id='c']"), "");
}

TEST_F(Create, MakesTheSectionThatIsMissing) {
  EXPECT_TRUE(apply({Operation::kCreate, "tags", "<tag id='t'><obj_ref id='a'/></tag>"}).changed);
  EXPECT_NE(at("/cib/configuration/tags/tag"), "");
}

TEST_F(Modify, MergesByTagAndId) {
  ASSERT_TRUE(apply({Operation::kModify, "resources",
                     "<primitive id='a' type='z'><meta_attributes id='a-m'>"
                     "<nvpair id='a-m-1' value='7'/><nvpair id='a-m-2' name='x' value='y'/>"
                     "</meta_attributes></primitive>"})
                  .changed);
  EXPECT_EQ(at("//primitive[@id='a']"),
            "<primitive id=\"a\" class=\"lsb\" type=\"z\"><meta_attributes id=\"a-m\">"
            "<nvpair id=\"a-m-1\" name=\"priority\" value=\"7\"/>"
            "<nvpair id=\"a-m-2\" name=\"x\" value=\"y\"/></meta_attributes></primitive>");
}

TEST_F(Modify, CreatesOnlyWhenAsked) {
  const std::string input = "<primitive id='c' class='lsb' type='z'/>";
  EXPECT_EQ(code(apply({Operation::kModify, "resources", input})), Errc::kNotFound);
  EXPECT_TRUE(apply({Operation::kModify, "resources", input, CallOption::kCanCreate}).changed);
}

TEST_F(Modify, CountsValues) {
  const auto value = [&](std::string_view change) {
    EXPECT_TRUE(apply({Operation::kModify, "resources",
                       base::cat("<nvpair id='a-m-1' value='", change, "'/>")})
                    .verdict.ok());
    return at("//nvpair[@id='a-m-1']");
  };
  EXPECT_NE(value("value++").find("value=\"6\""), std::string::npos);
  EXPECT_NE(value("value+=10").find("value=\"16\""), std::string::npos);
  EXPECT_NE(value("value+=INFINITY").find("value=\"1000000\""), std::string::npos);
  EXPECT_NE(value("other++").find("value=\"other++\""), std::string::npos);
  EXPECT_TRUE(apply({Operation::kModify, "", "<cib admin_epoch='admin_epoch++'/>"}).changed);
  EXPECT_EQ(document_.version().admin_epoch, 2);
}

TEST_F(Modify, RemovesWhatIsMarked_MixedUpdate) {
  const std::string input = "<nvpair id='a-m-1' value='' __delete__='value'/>";
  ASSERT_TRUE(apply({Operation::kModify, "resources", input, CallOption::kMixedUpdate}).changed);
  EXPECT_EQ(at("//nvpair"), "");
  EXPECT_EQ(at("//meta_attributes"), "<meta_attributes id=\"a-m\"/>");
  EXPECT_EQ(code(apply({Operation::kModify, "resources", input, CallOption::kMixedUpdate})),
            Errc::kNotFound);
}

TEST_F(Replace, TakesTheObjectWhereItIs) {
  ASSERT_TRUE(apply({Operation::kReplace, "resources", "<primitive id='a' class='lsb' type='n'/>"})
                  .changed);
  EXPECT_EQ(at("//resources"),
            "<resources><primitive id=\"a\" class=\"lsb\" type=\"n\"/>"
            "<primitive id=\"b\" class=\"lsb\" type=\"y\"/></resources>");
  EXPECT_EQ(code(apply({Operation::kReplace, "resources", "<primitive id='n'/>"})),
            Errc::kNotFound);
}

TEST_F(Replace, RefusesAnOlderCib) {
  const auto replace = [&](std::string_view epoch, std::string digest = "") {
    return apply({Operation::kReplace,
                  "",
                  base::cat("<cib validate-with='none' admin_epoch='1' num_updates='2' epoch='",
                            epoch, "'><configuration/><status/></cib>"),
                  {},
                  digest});
  };
  EXPECT_EQ(code(replace("4")), Errc::kOldData);
  EXPECT_EQ(code(replace("5", "00000000000000000000000000000000")), Errc::kOldData);
  EXPECT_TRUE(replace("5").changed);
  EXPECT_EQ(document_.version(), (Version{1, 6, 0}));
}

TEST_F(Replace, TellsWhichSectionsChanged) {
  const Outcome outcome = apply(
      {Operation::kReplace, "nodes", "<nodes><node id='1' uname='n1' type='member'/></nodes>"});
  EXPECT_EQ(outcome.changed_sections, static_cast<std::uint32_t>(ChangedSection::kNodes));
  const Outcome erased = apply({Operation::kErase});
  EXPECT_EQ(erased.changed_sections, 7u);
}

TEST_F(Delete, ComparesEveryAttributeOfTheInput) {
  EXPECT_FALSE(
      apply({Operation::kDelete, "resources", "<primitive id='a' type='other'/>"}).changed);
  EXPECT_TRUE(
      apply({Operation::kDelete, "resources", "<primitive id='a' TYPE='x'/>"}).verdict.ok());
  EXPECT_NE(at("//primitive[@id='a']"), "");
  EXPECT_TRUE(apply({Operation::kDelete, "resources", "<primitive id='A' type='X'/>"}).changed);
  EXPECT_EQ(at("//primitive[@id='a']"), "");
}

TEST_F(Delete, TakesEachChildOfASection) {
  EXPECT_TRUE(apply({Operation::kDelete, "resources",
                     "<resources><primitive id='a'/><primitive id='b'/></resources>"})
                  .changed);
  EXPECT_EQ(at("//resources"), "<resources/>");
}

TEST_F(Delete, TakesTheFirstOrAllMatches) {
  const CallOptions xpath = CallOption::kXpath;
  EXPECT_TRUE(apply({Operation::kDelete, "//primitive", "", xpath}).changed);
  EXPECT_EQ(at("//resources"),
            "<resources><primitive id=\"b\" class=\"lsb\" type=\"y\"/></resources>");
  EXPECT_TRUE(apply({Operation::kDelete, "//*[@id]", "", xpath | CallOption::kMultiple}).changed);
  EXPECT_EQ(at("//*[@id]"), "");
  EXPECT_TRUE(apply({Operation::kDelete, "//primitive", "", xpath}).verdict.ok());
  EXPECT_EQ(code(apply({Operation::kDelete, "/cib", "", xpath})), Errc::kInvalidArgument);
}

TEST_F(Counters, CountConfigurationAndOtherChangesApart) {
  EXPECT_EQ(apply({Operation::kModify, "status", "<node_state id='1' uname='n1'/>"}).after,
            (Version{1, 5, 3}));
  EXPECT_EQ(apply({Operation::kModify, "", "<cib dc-uuid='1'/>"}).after, (Version{1, 5, 4}));
  EXPECT_EQ(apply({Operation::kModify, "nodes", "<node id='1' type='member'/>"}).after,
            (Version{1, 6, 0}));
  EXPECT_EQ(apply({Operation::kBump}).after, (Version{1, 7, 1}));
}

TEST_F(Counters, StayWhenNothingChanges) {
  const Outcome outcome = apply({Operation::kModify, "nodes", "<node uname='n1' id='1'/>"});
  EXPECT_TRUE(outcome.verdict.ok());
  EXPECT_FALSE(outcome.changed);
  EXPECT_FALSE(outcome.patchset.has_value());
  EXPECT_EQ(document_.version(), (Version{1, 5, 2}));
}

TEST_F(Counters, StayAtTheLargestNumber) {
  ASSERT_TRUE(apply({Operation::kModify, "", "<cib epoch='2147483647'/>"}).changed);
  EXPECT_EQ(apply({Operation::kModify, "nodes", "<node id='1' type='member'/>"}).after.epoch,
            2147483647);
}

TEST_F(Counters, StampsSayWhoChangedTheConfiguration) {
  apply({Operation::kModify, "status", "<node_state id='1' x='y'/>"});
  EXPECT_FALSE(document_.root().attribute("update-user"));
  const Outcome outcome = apply({Operation::kModify, "nodes", "<node id='1' type='member'/>"});
  EXPECT_EQ(document_.root().attribute("update-user"), "root");
  EXPECT_EQ(document_.root().attribute("update-client"), "test");
  EXPECT_EQ(document_.root().attribute("update-origin"), "n1");
  EXPECT_EQ(document_.root().attribute("cib-last-written"), "Sat Nov 21 12:00:00 2026");
  // The patchset is made before the stamps are set, and its digest does not cover them.
  EXPECT_EQ(outcome.patchset->compact().find("update-user"), std::string::npos);
  EXPECT_EQ(outcome.patchset->root().attribute("digest"), document_.digest());
}

TEST_F(DocumentTest, DryRunAnswersAndKeepsNothing) {
  const std::string before = document_.xml().compact();
  const Outcome outcome = apply({.operation = Operation::kErase, .options = CallOption::kDryRun});
  EXPECT_TRUE(outcome.verdict.ok());
  EXPECT_FALSE(outcome.changed);
  EXPECT_TRUE(outcome.patchset.has_value());
  EXPECT_EQ(document_.xml().compact(), before);
  EXPECT_EQ(outcome.after, outcome.before);
}

TEST_F(DocumentTest, RefusesChangesBeyondItsFeatureSet) {
  const std::string before = document_.xml().compact();
  EXPECT_EQ(code(apply({Operation::kModify, "", "<cib crm_feature_set='99.0'/>"})), Errc::kVersion);
  EXPECT_EQ(document_.xml().compact(), before);
}

TEST_F(DocumentTest, NeedsAnInput) {
  for (const Operation operation : {Operation::kCreate, Operation::kModify, Operation::kReplace,
                                    Operation::kDelete, Operation::kApplyDiff}) {
    EXPECT_EQ(code(apply({operation})), Errc::kInvalidArgument) << wire_name(operation);
  }
}

TEST_F(DocumentTest, AdoptsOnlyCibs) {
  EXPECT_FALSE(Document::adopt(xml::Document::create("bic")).ok());
  const auto bare = Document::adopt(std::move(xml::Document::parse("<cib epoch='x'/>")).value());
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(bare->version(), (Version{0, 0, 0}));
  EXPECT_TRUE(bare->root().first_child("status"));
}

TEST_F(DocumentTest, EmptyCibIsOfTheNewestSchema) {
  EXPECT_EQ(Document::empty().xml().compact(),
            "<cib crm_feature_set=\"3.16.1\" validate-with=\"pacemaker-3.9\" epoch=\"0\" "
            "num_updates=\"0\" admin_epoch=\"0\"><configuration><crm_config/><nodes/><resources/>"
            "<constraints/></configuration><status/></cib>");
}

}  // namespace
}  // namespace systole::cib
