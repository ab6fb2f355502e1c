#include <gtest/gtest.h>

#include <map>
#include <set>

#include "lib/base/strings.h"
#include "lib/cib_model/graph_writer.h"
#include "lib/xml/document.h"
#include "tests/unit/policy/cluster.h"

namespace systole::policy {
namespace {

std::string parameters(const std::string& pairs) {
  return "<instance_attributes id='ia'>" + pairs + "</instance_attributes>";
}

TEST(Parameters, WithNamesThatXmlDoesNotAllow_StandApart) {
  Cluster cluster;
  cluster.resources =
      primitive("web", parameters(nvpair("good", "1") + nvpair("2nd", "2") + nvpair("a:b", "3") +
                                  nvpair("per cent", "4") + nvpair("%", "5")));
  const Planned planned = plan_for(cluster);
  const auto text =
      xml::Document::parse(cib_model::graph_text(planned.plan.graph, xml::Layout::kIndented));
  ASSERT_TRUE(text.ok());
  const model::GraphAction& action = planned.plan.graph.synapses.front().action;
  EXPECT_EQ(attribute_of(action, "good"), "1");
  EXPECT_EQ(action.attributes->odd.size(), 4U);
  EXPECT_EQ(*model::find_value(action.attributes->odd, "per cent"), "4");
}

TEST(Parameters, OfAnOperation_CountMoreThanThoseOfTheResource) {
  Cluster cluster;
  cluster.resources = primitive(
      "web", parameters(nvpair("depth", "1")) +
                 "<operations><op id='m' name='monitor' interval='10s'><instance_attributes "
                 "id='oa'><nvpair id='od' name='depth' value='9'/></instance_attributes></op>"
                 "</operations>");
  const Planned planned = plan_for(cluster);
  for (const model::Synapse& synapse : planned.plan.graph.synapses) {
    if (!synapse.action.resource) continue;
    const bool recurring = synapse.action.key == "web_monitor_10000";
    EXPECT_EQ(attribute_of(synapse.action, "depth"), recurring ? "9" : "1") << synapse.action.key;
  }
}

TEST(Attributes, ThatAreTheSameForAllProbes_LeaveEachItsNode) {
  Cluster cluster;
  cluster.resources = primitive(
      "web", parameters(nvpair("crm_feature_set", "mine")) +
                 "<operations><op id='m' name='monitor' interval='0'><meta_attributes id='om'>"
                 "<nvpair id='on' name='on_node_between' value='x'/></meta_attributes></op>"
                 "</operations>");
  const Planned planned = plan_for(cluster);
  int probes = 0;
  for (const model::Synapse& synapse : planned.plan.graph.synapses) {
    const model::GraphAction& action = synapse.action;
    if (!action.resource) continue;
    EXPECT_EQ(attribute_of(action, "CRM_meta_on_node"), action.node);
    EXPECT_EQ(attribute_of(action, "CRM_meta_on_node_uuid"), action.node_uuid);
    EXPECT_EQ(attribute_of(action, "crm_feature_set"), model::kFeatureSet);
    if (action.operation != "monitor") continue;
    ++probes;
    EXPECT_EQ(attribute_of(action, "CRM_meta_on_node_between"), "x");
  }
  EXPECT_GT(probes, 1);
}

TEST(Attributes, OfProbes_AreShared_WhereOnlyTheNodeDiffers) {
  Cluster cluster;
  cluster.resources =
      primitive("web", parameters(nvpair("depth", "1"))) +
      primitive("db",
                "<instance_attributes id='da'><rule id='dr' score='1'><expression id='de' "
                "attribute='#uname' operation='eq' value='node1'/></rule>" +
                    nvpair("depth", "2") + "</instance_attributes>") +
      primitive("odd", "<instance_attributes id='oa'>" + nvpair("CRM_meta_on_node", "elsewhere") +
                           "</instance_attributes>");
  const Planned planned = plan_for(cluster);
  std::map<model::Text, std::set<const model::GraphAttributes*>> told;
  std::map<model::Text, std::size_t> probes;
  for (const model::Synapse& synapse : planned.plan.graph.synapses) {
    const model::GraphAction& action = synapse.action;
    if (!action.resource || action.key != base::cat(action.resource->id, "_monitor_0")) continue;
    ++probes[action.resource->id];
    told[action.resource->id].insert(action.attributes.get());
    if (action.resource->id == "db") {
      EXPECT_EQ(attribute_of(action, "depth"), action.node == "node1" ? "2" : "");
    }
    if (action.resource->id == "odd") {
      EXPECT_EQ(attribute_of(action, model::kNodeAttribute), "elsewhere");
      EXPECT_EQ(attribute_of(action, model::kNodeUuidAttribute), action.node_uuid);
    }
  }
  ASSERT_GT(probes["web"], 1U);
  EXPECT_EQ(told["web"].size(), 1U);
  EXPECT_EQ(told["db"].size(), probes["db"]);
  EXPECT_EQ(told["odd"].size(), probes["odd"]);
}

}  // namespace
}  // namespace systole::policy
