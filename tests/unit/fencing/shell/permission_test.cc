#include "fencing/shell/permission.h"

#include <gtest/gtest.h>

#include <string>

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::fencing {
namespace {

xml::Document make_cib(std::string_view enabled) {
  const std::string text = base::cat(
      "<cib><configuration><crm_config><cluster_property_set id='o'>"
      "<nvpair id='o1' name='enable-acl' value='",
      enabled,
      "'/></cluster_property_set></crm_config><nodes/><resources/><constraints/><acls>"
      "<acl_role id='reader'><acl_permission id='p1' kind='read' xpath='/cib'/></acl_role>"
      "<acl_role id='operator'><acl_permission id='p2' kind='write' xpath='//status'/></acl_role>"
      "<acl_role id='some'><acl_permission id='p3' kind='write'"
      " xpath=\"//node_state[@uname='n1']\"/></acl_role>"
      "<acl_target id='ann'><role id='reader'/></acl_target>"
      "<acl_target id='bob'><role id='operator'/></acl_target>"
      "<acl_target id='cyd'><role id='some'/></acl_target>"
      "</acls></configuration><status><node_state id='1' uname='n1'/>"
      "<node_state id='2' uname='n2'/></status></cib>");
  auto cib = xml::Document::parse(text);
  return std::move(cib).value();
}

TEST(FencePermission, IsEverybodys_WithoutAccessControl) {
  const xml::Document cib = make_cib("false");
  EXPECT_TRUE(may_fence(cib.root(), "ann", "n1"));
  EXPECT_TRUE(may_fence(cib.root(), "stranger", ""));
}

TEST(FencePermission, IsOfThoseWhoMayWriteTheNodesStatus) {
  const xml::Document cib = make_cib("true");
  EXPECT_FALSE(may_fence(cib.root(), "ann", "n1"));
  EXPECT_FALSE(may_fence(cib.root(), "stranger", "n1"));
  EXPECT_TRUE(may_fence(cib.root(), "bob", "n1"));
  EXPECT_TRUE(may_fence(cib.root(), "bob", "not seen yet"));
  EXPECT_TRUE(may_fence(cib.root(), "bob", ""));
  EXPECT_TRUE(may_fence(cib.root(), "cyd", "n1"));
  EXPECT_FALSE(may_fence(cib.root(), "cyd", "n2"));
  EXPECT_FALSE(may_fence(cib.root(), "cyd", ""));
  EXPECT_TRUE(may_fence(cib.root(), "root", "n2"));
  EXPECT_TRUE(may_fence(cib.root(), "hacluster", "n2"));
}

TEST(FencePermission, IsNotKnown_WithoutACib) {
  EXPECT_FALSE(may_fence(xml::Element(), "ann", "n1"));
  EXPECT_TRUE(may_fence(xml::Element(), "root", "n1"));
}

}  // namespace
}  // namespace systole::fencing
