#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "tests/unit/crmd/core/lone_controller.h"

namespace systole::crmd {
namespace {

class WholeReplacement : public LoneController {
 protected:
  WholeReplacement() {
    AttributeRequest ping;
    ping.name = "ping";
    ping.value = "100";
    ping.node = "node1";
    step(event::AttributeCall{ping});
  }

  void call(std::string operation, std::string input) {
    CibRequest request;
    request.operation = std::move(operation);
    request.input = std::move(input);
    request.user = "root";
    ask(request);
  }
  xml::Element root() const { return controller_.document().root(); }
  std::string text() const { return controller_.document().xml().compact(); }
};

TEST_F(WholeReplacement, ErasureKeepsWhatIsTheCase_AndDescribesTheClusterAgain) {
  ASSERT_NE(text().find("name=\"ping\""), std::string::npos) << text();
  call("cib_erase", "");
  EXPECT_NE(text().find("<node_state id=\"1\""), std::string::npos) << text();
  EXPECT_NE(text().find("name=\"ping\""), std::string::npos);
  EXPECT_NE(text().find("<node id=\"1\" uname=\"node1\"/>"), std::string::npos);
  EXPECT_NE(text().find("cib-bootstrap-options-dc-version"), std::string::npos);
}

TEST_F(WholeReplacement, ReplacementTakesConfigurationOnly) {
  const int epoch = controller_.document().version().epoch + 1;
  call(
      "cib_replace",
      base::cat("<cib crm_feature_set=\"3.16.1\" validate-with=\"none\" admin_epoch=\"0\" epoch=\"",
                epoch, "\" num_updates=\"0\" dc-uuid=\"9\"><configuration><crm_config/><nodes/>",
                "<resources><primitive id=\"web\" class=\"ocf\" provider=\"p\" type=\"t\"/>",
                "</resources><constraints/></configuration>",
                "<status><node_state id=\"7\" uname=\"ghost\"/></status></cib>"));
  EXPECT_NE(text().find("id=\"web\""), std::string::npos) << text();
  EXPECT_EQ(text().find("ghost"), std::string::npos);
  EXPECT_NE(text().find("name=\"ping\""), std::string::npos);
  EXPECT_EQ(root().attribute("dc-uuid"), "1");
}

TEST_F(WholeReplacement, ReplacedConfigurationDescribesTheClusterToo) {
  call("cib_replace",
       "<configuration><crm_config/><nodes/><resources/><constraints/></configuration>");
  EXPECT_NE(text().find("cib-bootstrap-options-dc-version"), std::string::npos) << text();
  EXPECT_NE(text().find("<node id=\"1\" uname=\"node1\"/>"), std::string::npos);
}

}  // namespace
}  // namespace systole::crmd
