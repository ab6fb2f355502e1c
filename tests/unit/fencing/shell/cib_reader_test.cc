#include "fencing/shell/cib_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "lib/xml/document.h"

namespace systole::fencing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Configuration read(const std::string& inside, const std::string& local = "n1") {
  const auto cib = xml::Document::parse(
      base::cat("<cib><configuration>", inside, "</configuration><status/></cib>"));
  EXPECT_TRUE(cib.ok());
  return read_configuration(cib->root(), local);
}

std::vector<std::string> devices(const std::string& inside, const std::string& local = "n1") {
  std::vector<std::string> ids;
  for (const Device& device : read(inside, local).devices) ids.push_back(device.id);
  return ids;
}

constexpr const char* kNodes =
    "<nodes><node id='1' uname='n1'><instance_attributes id='a'>"
    "<nvpair id='b' name='rack' value='3'/></instance_attributes></node>"
    "<node id='2' uname='n2'/></nodes>";
const std::string kDevice =
    "<resources><primitive id='f' class='stonith' type='fence_x'/></resources>";

TEST(CibReader, TakesPrimitivesOfClassStonith_WithTheirParameters) {
  const Configuration configuration = read(
      "<resources><primitive id='web' class='ocf' provider='x' type='y'/>"
      "<group id='g'><primitive id='f' class='stonith' type='fence_x'>"
      "<instance_attributes id='i'><nvpair id='p' name='pcmk_host_list' value='n1 n2'/>"
      "</instance_attributes><meta_attributes id='m'><nvpair id='q' name='provides' "
      "value='unfencing'/></meta_attributes></primitive></group></resources>");
  ASSERT_THAT(configuration.devices, SizeIs(1));
  EXPECT_EQ(configuration.devices[0].agent, "fence_x");
  EXPECT_EQ(configuration.devices[0].parameter("pcmk_host_list"), "n1 n2");
  EXPECT_EQ(configuration.devices[0].parameter("provides"), "unfencing");
}

TEST(CibReader, TakesClassAndParametersFromATemplate) {
  const Configuration configuration = read(
      "<resources><template id='t' class='stonith' type='fence_x'><instance_attributes id='i'>"
      "<nvpair id='p' name='a' value='1'/><nvpair id='q' name='b' value='2'/>"
      "</instance_attributes></template><primitive id='f' template='t'><instance_attributes "
      "id='j'><nvpair id='r' name='a' value='9'/></instance_attributes></primitive></resources>");
  ASSERT_THAT(configuration.devices, SizeIs(1));
  EXPECT_EQ(configuration.devices[0].parameter("a"), "9");
  EXPECT_EQ(configuration.devices[0].parameter("b"), "2");
}

TEST(CibReader, LeavesOutStoppedDevices) {
  EXPECT_THAT(devices("<resources><primitive id='f' class='stonith' type='fence_x'>"
                      "<meta_attributes id='m'><nvpair id='p' name='target-role' value='Stopped'/>"
                      "</meta_attributes></primitive></resources>"),
              IsEmpty());
}

TEST(CibReader, LeavesOutDevices_ThatMayNotRunHere) {
  const std::string ban = kDevice +
                          "<constraints><rsc_location id='l' rsc='f' node='n1' score='-INFINITY'/>"
                          "</constraints>";
  EXPECT_THAT(devices(ban, "n1"), IsEmpty());
  EXPECT_THAT(devices(ban, "n2"), ElementsAre("f"));
  const std::string by_rule =
      kNodes + kDevice +
      "<constraints><rsc_location id='l' rsc='f'><rule id='r' score='-INFINITY'>"
      "<expression id='e' attribute='rack' operation='eq' value='3'/></rule></rsc_location>"
      "</constraints>";
  EXPECT_THAT(devices(by_rule, "n1"), IsEmpty());
  EXPECT_THAT(devices(by_rule, "n2"), ElementsAre("f"));
}

TEST(CibReader, NeedsAPermission_WhenTheClusterIsNotSymmetric) {
  const std::string asymmetric =
      "<crm_config><cluster_property_set id='c'><nvpair id='s' name='symmetric-cluster' "
      "value='false'/></cluster_property_set></crm_config>" +
      kDevice +
      "<constraints><rsc_location id='l' rsc-pattern='^f' node='n2' score='100'/>"
      "</constraints>";
  EXPECT_THAT(devices(asymmetric, "n1"), IsEmpty());
  EXPECT_THAT(devices(asymmetric, "n2"), ElementsAre("f"));
}

TEST(CibReader, DoesNotForbidADevice_ForARuleAboutTimes) {
  EXPECT_THAT(devices(kDevice + "<constraints><rsc_location id='l' rsc='f'><rule id='r' "
                                "score='-INFINITY'><date_expression id='d' operation='gt' "
                                "start='2001-01-01'/></rule></rsc_location></constraints>"),
              ElementsAre("f"));
}

TEST(CibReader, TakesLevelsAndNodes) {
  const Configuration configuration =
      read(std::string(kNodes) +
           "<fencing-topology><fencing-level id='1' target='n1' index='1' devices='a,b'/>"
           "<fencing-level id='2' target-pattern='^n' index='2' devices='c'/>"
           "<fencing-level id='3' target-attribute='rack' target-value='3' index='1' "
           "devices='d'/></fencing-topology>");
  ASSERT_THAT(configuration.levels, SizeIs(3));
  EXPECT_THAT(configuration.levels[0].devices, ElementsAre("a", "b"));
  EXPECT_EQ(configuration.levels[1].target.kind, LevelTarget::Kind::kPattern);
  EXPECT_EQ(configuration.levels[2].target.text(), "rack=3");
  EXPECT_EQ(configuration.node_ids.at("n2"), 2u);
  EXPECT_EQ(configuration.node_attributes.at("n1").at("rack"), "3");
}

TEST(CibReader, MakesNothingOfACibWithoutConfiguration) {
  const auto cib = xml::Document::parse("<cib/>");
  EXPECT_THAT(read_configuration(cib->root(), "n1").devices, IsEmpty());
}

}  // namespace
}  // namespace systole::fencing
