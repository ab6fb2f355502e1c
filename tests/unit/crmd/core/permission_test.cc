#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/xml/xpath.h"
#include "tests/unit/crmd/core/lone_controller.h"

namespace systole::crmd {
namespace {

constexpr std::string_view kConfiguration =
    "<configuration><crm_config><cluster_property_set id='o'>"
    "<nvpair id='o1' name='enable-acl' value='true'/></cluster_property_set></crm_config>"
    "<nodes><node id='1' uname='node1'/></nodes><resources>"
    "<primitive id='web' class='ocf' provider='p' type='t'/></resources><constraints/><acls>"
    "<acl_role id='reader'><acl_permission id='p1' kind='read' xpath='/cib'/></acl_role>"
    "<acl_role id='operator'><acl_permission id='p2' kind='write' xpath='//status'/>"
    "<acl_permission id='p3' kind='read' xpath='/cib'/></acl_role>"
    "<acl_target id='ann'><role id='reader'/></acl_target>"
    "<acl_group id='operators'><role id='operator'/></acl_group></acls></configuration>";

constexpr std::string_view kHistory =
    "<status><node_state id='1' uname='node1'><lrm id='1'><lrm_resources>"
    "<lrm_resource id='web' class='ocf' provider='p' type='t'/></lrm_resources></lrm>"
    "</node_state></status>";

// A cluster of one node with access control: "ann" may read; who is in "operators" may also write
// the status.
class Permission : public LoneController {
 protected:
  Permission() {
    EXPECT_FALSE(call("cib_replace", "configuration", std::string(kConfiguration), "root").error);
    EXPECT_FALSE(call("cib_modify", "status", std::string(kHistory), "root").error);
  }

  CibAnswer call(std::string operation, std::string section, std::string input, std::string user,
                 std::vector<std::string> groups = {}) {
    CibRequest request;
    request.operation = std::move(operation);
    request.section = std::move(section);
    request.input = std::move(input);
    request.user = std::move(user);
    request.groups = std::move(groups);
    return ask(request);
  }

  // Whether the attribute shows in the CIB with the value afterwards.
  bool sets_attribute(std::string user, std::vector<std::string> groups, std::string value) {
    AttributeRequest request;
    request.name = "ping";
    request.value = value;
    request.node = "node1";
    request.user = std::move(user);
    request.groups = std::move(groups);
    step(event::AttributeCall{request});
    step(event::TimerFired{{TimerId::Kind::kCollected, 0}});
    return finds(base::cat("//nvpair[@name='ping' and @value='", value, "']"));
  }

  ResourceAnswer forget(std::string user, std::vector<std::string> groups) {
    ResourceRequest request;
    request.task = ResourceRequest::Task::kForget;
    request.node = "node1";
    request.resource = "web";
    request.user = std::move(user);
    request.groups = std::move(groups);
    return ask(request);
  }

  bool finds(const std::string& path) const {
    return !xml::xpath(controller_.document().root(), path)->empty();
  }
};

TEST_F(Permission, OfAReader_IsToReadAndNotToWrite) {
  EXPECT_FALSE(call("cib_query", "resources", "", "ann").error);
  const CibAnswer refused =
      call("cib_modify", "resources", "<primitive id='web' description='x'/>", "ann");
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code, base::Errc::kPermission);
  EXPECT_FALSE(finds("//primitive[@description='x']"));
}

TEST_F(Permission, OfAStranger_IsNothing) {
  const CibAnswer refused = call("cib_query", "", "", "bob");
  ASSERT_TRUE(refused.error);
  EXPECT_EQ(refused.error->code, base::Errc::kPermission);
  EXPECT_TRUE(refused.data.empty());
}

TEST_F(Permission, OfAGroup_IsThatOfWhomItLists) {
  EXPECT_TRUE(call("cib_query", "", "", "bob", {"users"}).error);
  EXPECT_FALSE(call("cib_query", "", "", "bob", {"users", "operators"}).error);
}

TEST_F(Permission, CountsForAttributes) {
  EXPECT_FALSE(sets_attribute("ann", {}, "1"));
  EXPECT_TRUE(sets_attribute("bob", {"operators"}, "2"));
  EXPECT_TRUE(sets_attribute("root", {}, "3"));
  EXPECT_TRUE(sets_attribute("", {}, "4"));
}

TEST_F(Permission, CountsForHistory) {
  const std::string history = "//lrm_resource[@id='web']";
  EXPECT_NE(forget("ann", {}).rc, 0);
  EXPECT_TRUE(finds(history));
  EXPECT_EQ(forget("bob", {"operators"}).rc, 0);
  EXPECT_FALSE(finds(history));
}

TEST_F(Permission, CountsForTheRemovalOfNodes) {
  const auto removes = [&](std::string user, std::vector<std::string> groups) {
    const std::size_t before = sent<message::RemoveNode>();
    step(event::RemoveNodeCall{
        .name = "", .id = "1", .user = std::move(user), .groups = std::move(groups)});
    return sent<message::RemoveNode>() == before + 1;
  };
  EXPECT_FALSE(removes("ann", {}));
  EXPECT_TRUE(removes("bob", {"operators"}));
  EXPECT_TRUE(removes("root", {}));
}

}  // namespace
}  // namespace systole::crmd
