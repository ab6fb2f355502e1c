#include "lib/cib/access.h"

#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/cib/document.h"
#include "lib/xml/write.h"
#include "lib/xml/xpath.h"

namespace systole::cib {
namespace {

constexpr std::string_view kResources =
    "<primitive id='web' class='ocf' provider='p' type='t' description='old'>"
    "<meta_attributes id='web-meta'>"
    "<nvpair id='web-role' name='target-role' value='Started'/>"
    "<nvpair id='web-limit' name='migration-threshold' value='3'/></meta_attributes>"
    "<instance_attributes id='web-params'>"
    "<nvpair id='web-secret' name='password' value='s'/></instance_attributes></primitive>"
    "<primitive id='db' class='ocf' provider='p' type='t'/>";

std::string permission(std::string_view kind, std::string_view what) {
  static int count = 0;
  return base::cat("<acl_permission id='p", ++count, "' kind='", kind, "' ", what, "/>");
}

Document cib_with(std::string_view acls, std::string_view enabled = "true") {
  auto text = xml::Document::parse(base::cat(
      "<cib validate-with='none' admin_epoch='0' epoch='1' num_updates='0'><configuration>"
      "<crm_config><cluster_property_set id='o'><nvpair id='o1' name='enable-acl' value='",
      enabled, "'/></cluster_property_set></crm_config><nodes/><resources>", kResources,
      "</resources><constraints/><acls>", acls, "</acls></configuration><status/></cib>"));
  EXPECT_TRUE(text.ok());
  return std::move(Document::adopt(std::move(text).value())).value();
}

// A CIB in which "ann" has the given permissions.
Document cib_for_ann(std::string_view permissions, std::string_view enabled = "true") {
  return cib_with(base::cat("<acl_role id='r'>", permissions,
                            "</acl_role><acl_target id='ann'><role id='r'/></acl_target>"),
                  enabled);
}

Request request_of(std::string_view user, Operation operation, std::string_view target) {
  Request request;
  request.operation = operation;
  request.target = target;
  request.origin.user = user;
  return request;
}

std::string read(Document& cib, std::string_view user = "ann",
                 std::string_view section = "resources") {
  const Outcome outcome = cib.apply(request_of(user, Operation::kQuery, section));
  return outcome.verdict ? xml::to_string(outcome.output)
                         : std::string(base::describe(outcome.verdict.error().code));
}

bool may(Document& cib, Operation operation, std::string_view input, std::string_view target = "",
         std::string_view user = "ann") {
  const auto document = xml::Document::parse(input);
  EXPECT_TRUE(document.ok());
  Request request = request_of(user, operation, target);
  request.input = document->root();
  request.options = CallOption::kCanCreate;
  const std::string before = cib.xml().compact();
  const Outcome outcome = cib.apply(request);
  if (outcome.verdict.ok()) return true;
  EXPECT_EQ(outcome.verdict.error().code, base::Errc::kPermission)
      << outcome.verdict.error().message;
  EXPECT_EQ(cib.xml().compact(), before);
  return false;
}

TEST(Reader, SeesAllThatItMay_AndOfTheRestOnlyWhereThatIs) {
  Document cib = cib_for_ann(permission("read", "reference='web-meta'"));
  EXPECT_EQ(read(cib),
            "<resources><primitive id=\"web\"><meta_attributes id=\"web-meta\">"
            "<nvpair id=\"web-role\" name=\"target-role\" value=\"Started\"/>"
            "<nvpair id=\"web-limit\" name=\"migration-threshold\" value=\"3\"/>"
            "</meta_attributes></primitive></resources>");
  EXPECT_EQ(read(cib, "ann", "nodes"), base::describe(base::Errc::kNotFound));
}

TEST(Reader, SeesNothingDenied_InsideWhatItMayRead) {
  Document cib = cib_for_ann(permission("deny", "xpath=\"//nvpair[@name='password']\"") +
                             permission("read", "xpath='/cib'"));
  const std::string text = read(cib, "ann", "");
  EXPECT_EQ(text.find("web-secret"), std::string::npos);
  EXPECT_NE(text.find("web-params"), std::string::npos);
  EXPECT_NE(text.find("admin_epoch"), std::string::npos);
}

TEST(Reader, IsDenied_WhereNoPermissionIsGiven) {
  Document cib = cib_for_ann("");
  EXPECT_EQ(read(cib), base::describe(base::Errc::kPermission));
  EXPECT_EQ(read(cib, "nobody"), base::describe(base::Errc::kPermission));
}

TEST(Reader, SeesAll_WhereAccessControlIsOffOrDoesNotConcernIt) {
  for (const std::string_view value : {"false", "nonsense", ""}) {
    Document cib = cib_for_ann("", value);
    EXPECT_NE(read(cib).find("web-secret"), std::string::npos) << value;
  }
  Document cib = cib_for_ann("");
  for (const std::string_view user : {"root", "hacluster", ""}) {
    EXPECT_NE(read(cib, user).find("web-secret"), std::string::npos) << user;
  }
}

TEST(Reader, FindsByXpathOnlyWhatItMaySee) {
  Document cib = cib_for_ann(permission("read", "reference='web'") +
                             permission("deny", "reference='web-secret'"));
  Request request = request_of("ann", Operation::kQuery, "//nvpair");
  request.options = CallOption::kXpath;
  const Outcome found = cib.apply(request);
  ASSERT_TRUE(found.verdict.ok());
  EXPECT_EQ(xml::to_string(found.output).find("web-secret"), std::string::npos);
  request.target = "//primitive[@id='db']";
  EXPECT_EQ(cib.apply(request).verdict.error().code, base::Errc::kNotFound);
}

TEST(Precedence, OfOneElement_IsDenyThenWriteThenRead) {
  const auto access = [](std::string_view first, std::string_view second) {
    Document cib =
        cib_for_ann(permission(first, "reference='web'") + permission(second, "reference='web'"));
    const auto permissions = Permissions::of({"ann"}, cib.root());
    return permissions.at(xml::find(cib.root(), "primitive", "web"));
  };
  EXPECT_EQ(access("deny", "read"), Access::kDeny);
  EXPECT_EQ(access("write", "deny"), Access::kDeny);
  EXPECT_EQ(access("write", "read"), Access::kWrite);
  EXPECT_EQ(access("read", "read"), Access::kRead);
}

TEST(Precedence, TheNearerPermissionWins_ButReadTakesNoWriteAway) {
  Document cib = cib_for_ann(
      permission("write", "xpath='//resources'") + permission("deny", "reference='web-params'") +
      permission("read", "reference='web-secret'") + permission("read", "reference='web-meta'"));
  const auto permissions = Permissions::of({"ann"}, cib.root());
  const auto at = [&](std::string_view tag, std::string_view id) {
    return permissions.at(xml::find(cib.root(), tag, id));
  };
  EXPECT_EQ(at("primitive", "db"), Access::kWrite);
  EXPECT_EQ(at("instance_attributes", "web-params"), Access::kDeny);
  EXPECT_EQ(at("nvpair", "web-secret"), Access::kRead);
  EXPECT_EQ(at("nvpair", "web-role"), Access::kWrite);
  EXPECT_EQ(permissions.at(cib.root()), Access::kDeny);
}

TEST(Target, IsNamedByTypeAttributeIdOrPath) {
  const auto readable = [](std::string_view what) {
    Document cib = cib_for_ann(permission("read", what));
    const auto permissions = Permissions::of({"ann"}, cib.root());
    return permissions.may_read(xml::find(cib.root(), "primitive", "web"));
  };
  EXPECT_TRUE(readable("object-type='primitive'"));
  EXPECT_TRUE(readable("object-type='primitive' attribute='description'"));
  EXPECT_FALSE(readable("object-type='primitive' attribute='template'"));
  EXPECT_TRUE(readable("reference='web'"));
  EXPECT_TRUE(readable("xpath='//primitive/@description'"));
  EXPECT_FALSE(readable("xpath='//primitive[@template]'"));
}

TEST(Target, ThatCannotBeEvaluated_NeverOpensAnything) {
  Document reader = cib_for_ann(permission("read", "xpath=']['"));
  EXPECT_EQ(read(reader), base::describe(base::Errc::kPermission));
  Document denied =
      cib_for_ann(permission("read", "xpath='/cib'") + permission("deny", "xpath=']['"));
  EXPECT_EQ(read(denied), base::describe(base::Errc::kPermission));
}

TEST(Subject, IsATargetByIdOrName_OrAGroupThatListsTheUser) {
  const std::string role =
      base::cat("<acl_role id='r'>", permission("read", "xpath='/cib'"), "</acl_role>");
  const auto sees = [&](std::string_view subject, const Subject& who) {
    const Document cib = cib_with(role + std::string(subject));
    return !Permissions::of(who, cib.root()).empty();
  };
  EXPECT_TRUE(sees("<acl_target id='ann'><role id='r'/></acl_target>", {"ann"}));
  EXPECT_TRUE(sees("<acl_target id='x' name='ann'><role id='r'/></acl_target>", {"ann"}));
  EXPECT_FALSE(sees("<acl_target id='ann' name='x'><role id='r'/></acl_target>", {"ann"}));
  EXPECT_TRUE(sees("<acl_group id='staff'><role id='r'/></acl_group>", {"ann", {"staff"}}));
  EXPECT_FALSE(sees("<acl_group id='staff'><role id='r'/></acl_group>", {"staff"}));
  EXPECT_FALSE(sees("<acl_target id='staff'><role id='r'/></acl_target>", {"ann", {"staff"}}));
  EXPECT_FALSE(sees("<acl_target id='ann'><role id='none'/></acl_target>", {"ann"}));
}

TEST(Subject, OfTheFirstLanguage_IsUnderstood) {
  const Document cib = cib_with(
      "<acl_role id='r'><write id='w' tag='nvpair' attribute='name'/></acl_role>"
      "<acl_user id='ann'><role_ref id='r'/><deny id='d' ref='web-secret'/></acl_user>");
  const auto permissions = Permissions::of({"ann"}, cib.root());
  EXPECT_TRUE(permissions.may_write(xml::find(cib.root(), "nvpair", "web-role")));
  EXPECT_FALSE(permissions.may_read(xml::find(cib.root(), "nvpair", "web-secret")));
}

TEST(Writer, ChangesCreatesAndDeletesWhereItMay) {
  const std::string all = permission("write", "xpath='//resources'");
  for (const auto& [operation, input] : std::vector<std::pair<Operation, std::string>>{
           {Operation::kModify, "<primitive id='web' description='new'/>"},
           {Operation::kCreate, "<primitive id='new' class='ocf'/>"},
           {Operation::kDelete, "<primitive id='web'/>"},
           {Operation::kReplace, "<primitive id='db' class='lsb'/>"}}) {
    Document cib = cib_for_ann(all);
    EXPECT_TRUE(may(cib, operation, input, "resources")) << input;
    Document other = cib_for_ann(permission("write", "xpath='//constraints'") +
                                 permission("read", "xpath='/cib'"));
    EXPECT_FALSE(may(other, operation, input, "resources")) << input;
  }
}

TEST(Writer, OfSomePairs_ChangesNoOthersAndMakesNoneOfThem) {
  const std::string pairs = permission("write", "xpath=\"//nvpair[@name='target-role']\"");
  const auto allowed = [&](std::string_view input) {
    Document cib = cib_for_ann(pairs);
    return may(cib, Operation::kModify, input);
  };
  EXPECT_TRUE(allowed("<nvpair id='web-role' value='Stopped'/>"));
  EXPECT_FALSE(allowed("<nvpair id='web-limit' value='9'/>"));
  EXPECT_FALSE(allowed("<nvpair id='web-limit' name='target-role'/>"));
  EXPECT_FALSE(allowed("<nvpair id='web-role' name='migration-threshold'/>"));
  EXPECT_TRUE(
      allowed("<primitive id='db'><meta_attributes id='m'><nvpair id='n' name='target-role' "
              "value='Stopped'/></meta_attributes></primitive>"));
  EXPECT_FALSE(
      allowed("<primitive id='db'><meta_attributes id='m'><nvpair id='n' name='target-role' "
              "value='Stopped'/><nvpair id='k' name='priority' value='1'/></meta_attributes>"
              "</primitive>"));
  EXPECT_FALSE(
      allowed("<primitive id='db'><meta_attributes id='m' score='1'><nvpair id='n' "
              "name='target-role' value='Stopped'/></meta_attributes></primitive>"));
}

TEST(Writer, GivesItselfNothing) {
  Document cib =
      cib_with(base::cat("<acl_role id='all'>", permission("write", "xpath='/cib'"),
                         "</acl_role><acl_role id='r'>", permission("read", "xpath='/cib'"),
                         "</acl_role>", "<acl_target id='ann'><role id='r'/></acl_target>"));
  EXPECT_FALSE(may(cib, Operation::kModify, "<acl_target id='ann'><role id='all'/></acl_target>"));
  EXPECT_FALSE(may(cib, Operation::kModify, "<nvpair id='o1' value='false'/>"));
}

TEST(Writer, OfTheRulesThemselves_ActsByTheOldOnesInTheSameRequest) {
  Document cib = cib_for_ann(permission("write", "xpath='//acls'"));
  EXPECT_FALSE(may(cib, Operation::kModify,
                   "<configuration><resources><primitive id='db' description='mine'/></resources>"
                   "<acls><acl_role id='r'><acl_permission id='q' kind='write' xpath='/cib'/>"
                   "</acl_role></acls></configuration>"));
}

TEST(Writer, NeedsTheRoot_ForVersionsAndForAll) {
  Document some = cib_for_ann(permission("write", "xpath='//resources'"));
  EXPECT_FALSE(may(some, Operation::kBump, "<x/>"));
  EXPECT_FALSE(may(some, Operation::kErase, "<x/>"));
  EXPECT_FALSE(may(some, Operation::kModify, "<cib admin_epoch='admin_epoch++'/>"));
  Document all = cib_for_ann(permission("write", "xpath='/cib'"));
  EXPECT_TRUE(may(all, Operation::kBump, "<x/>"));
  EXPECT_TRUE(may(all, Operation::kErase, "<x/>"));
}

TEST(Writer, MovesChildrenOfWhatItMayWrite) {
  const std::string reordered =
      "<resources><primitive id='db' class='ocf' provider='p' type='t'/>" +
      std::string(kResources.substr(0, kResources.find("<primitive id='db'"))) + "</resources>";
  Document writer = cib_for_ann(permission("write", "xpath='//resources'"));
  EXPECT_TRUE(may(writer, Operation::kReplace, reordered, "resources"));
  Document reader = cib_for_ann(permission("read", "xpath='/cib'"));
  EXPECT_FALSE(may(reader, Operation::kReplace, reordered, "resources"));
}

TEST(Writer, ThatChangesNothing_IsNotRefused) {
  Document cib = cib_for_ann(permission("read", "xpath='/cib'"));
  EXPECT_TRUE(may(cib, Operation::kModify, "<primitive id='web' description='old'/>"));
}

}  // namespace
}  // namespace systole::cib
