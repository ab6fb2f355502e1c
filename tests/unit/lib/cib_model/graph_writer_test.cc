#include "lib/cib_model/graph_writer.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "lib/xml/document.h"

namespace systole::cib_model {
namespace {

model::TransitionGraph two_actions() {
  model::TransitionGraph graph;
  graph.transition_id = 7;
  model::Synapse fence;
  fence.action.id = 1;
  fence.action.kind = model::GraphActionKind::kFence;
  fence.action.operation = "stonith";
  fence.action.key = "stonith-n-reboot";
  fence.action.node = "n";
  fence.action.node_uuid = "2";
  fence.action.downed = {"2"};
  model::Synapse start;
  start.priority = 5;
  start.action.id = 4;
  start.action.kind = model::GraphActionKind::kResource;
  start.action.operation = "start";
  start.action.key = "web_start_0";
  start.action.resource =
      std::make_shared<model::GraphResource>(model::GraphResource{"web", "", "ocf", "p", "Dummy"});
  start.action.attributes = std::make_shared<model::GraphAttributes>(
      model::GraphAttributes{{{"quote", "a \"b\" <c>"}}, {{"1st", "x"}}});
  start.inputs = {1};
  graph.synapses = {fence, start};
  return graph;
}

TEST(GraphText, IsWellFormed_AndHoldsEverything) {
  const auto document = xml::Document::parse(graph_text(two_actions(), xml::Layout::kIndented));
  ASSERT_TRUE(document);
  const xml::Element root = document->root();
  EXPECT_TRUE(root.is("transition_graph"));
  EXPECT_EQ(root.attribute("transition_id"), "7");
  const xml::Element first = root.first_child("synapse", "0");
  const xml::Element event = first.first_child("action_set").first_child("crm_event");
  EXPECT_EQ(event.first_child("downed").first_child("node").id(), "2");
  const xml::Element second = root.first_child("synapse", "1");
  EXPECT_EQ(second.attribute("priority"), "5");
  const xml::Element op = second.first_child("action_set").first_child("rsc_op");
  EXPECT_EQ(op.first_child("attributes").attribute("quote"), "a \"b\" <c>");
  EXPECT_EQ(op.first_child("attributes").first_child("param").attribute("name"), "1st");
  const xml::Element input = second.first_child("inputs").first_child("trigger");
  EXPECT_EQ(input.first_child("crm_event").attribute("operation_key"), "stonith-n-reboot");
}

TEST(GraphText, HasNothingWhereTextIsEmpty) {
  model::TransitionGraph graph = two_actions();
  graph.synapses[1].action.attributes = model::make_attributes({{"none", {}}});
  const auto document = xml::Document::parse(graph_text(graph, xml::Layout::kCompact));
  ASSERT_TRUE(document);
  const xml::Element actions =
      document->root().first_child("synapse", "1").first_child("action_set");
  EXPECT_EQ(actions.first_child("rsc_op").first_child("attributes").attribute("none"), "");
}

TEST(GraphText, TellsNodesInTheOrderOfNames_ToActionsThatAreToldTheSame) {
  model::TransitionGraph graph;
  const auto shared = model::make_attributes({{"CRM_meta_name", "m"}, {"CRM_meta_timeout", "1"}});
  for (std::uint32_t id = 1; id <= 3; ++id) {
    model::Synapse synapse;
    synapse.action.id = id;
    synapse.action.node = id == 1 ? "a" : "b\"";
    synapse.action.node_uuid = id == 1 ? "1" : "2";
    synapse.action.attributes = shared;
    synapse.action.tells_node = id < 3;
    graph.synapses.push_back(synapse);
  }
  const std::string text = graph_text(graph, xml::Layout::kCompact);
  for (const std::string_view attributes :
       {"<attributes CRM_meta_name=\"m\" CRM_meta_on_node=\"a\" CRM_meta_on_node_uuid=\"1\" "
        "CRM_meta_timeout=\"1\"/>",
        "<attributes CRM_meta_name=\"m\" CRM_meta_on_node=\"b&quot;\" "
        "CRM_meta_on_node_uuid=\"2\" CRM_meta_timeout=\"1\"/>",
        "<attributes CRM_meta_name=\"m\" CRM_meta_timeout=\"1\"/>"}) {
    EXPECT_NE(text.find(attributes), std::string::npos) << text;
  }
}

TEST(GraphText, InBothLayouts_IsTheSameDocument) {
  const auto indented = xml::Document::parse(graph_text(two_actions(), xml::Layout::kIndented));
  const auto compact = xml::Document::parse(graph_text(two_actions(), xml::Layout::kCompact));
  ASSERT_TRUE(indented && compact);
  EXPECT_TRUE(xml::same_content(indented->root(), compact->root()));
}

TEST(GraphText, OfALargeGraph_ComesInPieces_ThatMakeTheWhole) {
  model::TransitionGraph graph;
  const std::string value(1000, 'v');
  for (std::uint32_t id = 1; id <= 500; ++id) {
    model::Synapse synapse;
    synapse.action.id = id;
    synapse.action.operation = "start";
    synapse.action.attributes = model::make_attributes({{"value", value}});
    if (id > 1) synapse.inputs = {id - 1};
    graph.synapses.push_back(synapse);
  }
  std::string joined;
  std::size_t longest = 0;
  write_graph(graph, xml::Layout::kIndented, [&](std::string_view piece) {
    joined.append(piece);
    longest = std::max(longest, piece.size());
  });
  EXPECT_EQ(joined, graph_text(graph, xml::Layout::kIndented));
  EXPECT_LT(longest, joined.size() / 4);
  const auto document = xml::Document::parse(joined);
  ASSERT_TRUE(document);
  const xml::Element last = document->root().first_child("synapse", "499");
  const xml::Element input = last.first_child("inputs").first_child("trigger").first_child();
  EXPECT_EQ(input.id(), "499");
}

}  // namespace
}  // namespace systole::cib_model
