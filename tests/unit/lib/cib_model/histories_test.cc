#include "lib/cib_model/histories.h"

#include <gtest/gtest.h>

#include <string>

#include "lib/cib_model/snapshot_reader.h"

namespace systole::cib_model {
namespace {

std::string cib_of(const std::string& status, const std::string& schema = "pacemaker-3.9") {
  return "<cib validate-with='" + schema + "'><configuration/><status>" + status +
         "</status></cib>";
}

std::string state_of(const std::string& node, const std::string& histories) {
  return "<node_state id='" + node + "'><lrm id='" + node + "'><lrm_resources>" + histories +
         "</lrm_resources></lrm></node_state>";
}

const std::string kTwoNodes =
    state_of("1",
             "<lrm_resource id='a' class='ocf' provider='p' type='T'>"
             "<lrm_rsc_op id='a_last_0' operation='start' call-id='3' rc-code='0' on_node='n1'/>"
             "<lrm_rsc_op id='a_monitor' operation='monitor' interval='10000' on_node='n1'/>"
             "</lrm_resource><lrm_resource id='b' class='systemd' type='T'/>") +
    state_of("2",
             "<lrm_resource id='a' class='ocf' provider='p' type='T'>"
             "<lrm_rsc_op id='a_last_0' operation='monitor' rc-code='7' exit-reason='&lt;x&gt;'/>"
             "</lrm_resource>");

void expect_two_nodes(const model::Snapshot& snapshot) {
  ASSERT_EQ(snapshot.states.size(), 2u);
  const auto& first = snapshot.states[0].history;
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].id, "a");
  EXPECT_EQ(first[0].agent.provider, "p");
  ASSERT_EQ(first[0].operations.size(), 2u);
  EXPECT_EQ(first[0].operations[0].call_id, 3);
  EXPECT_EQ(first[0].operations[1].operation, "monitor");
  EXPECT_EQ(first[0].operations[1].interval_ms, 10000);
  EXPECT_EQ(first[0].operations[1].on_node, "n1");
  EXPECT_EQ(first[0].operations[1].call_id, std::nullopt);
  EXPECT_EQ(first[1].id, "b");
  EXPECT_EQ(first[1].agent.standard, "systemd");
  EXPECT_EQ(first[1].agent.provider, "");
  const auto& second = snapshot.states[1].history;
  ASSERT_EQ(second.size(), 1u);
  EXPECT_EQ(second[0].operations[0].rc, 7);
  EXPECT_EQ(second[0].operations[0].exit_reason, "<x>");
  EXPECT_EQ(second[0].operations[0].on_node, "");
}

TEST(Histories, OfADocument_AreRead) {
  const auto document = xml::Document::parse(cib_of(kTwoNodes));
  ASSERT_TRUE(document);
  expect_two_nodes(*read_snapshot(document->root(), {}));
}

TEST(Histories, ReadWhileTheTextIsParsed_AreTheSame_AndNotInTheDocument) {
  Histories histories;
  const xml::Harvest harvest = histories.harvest();
  const auto document = xml::Document::parse(cib_of(kTwoNodes), {}, xml::Text::kDrop, &harvest);
  ASSERT_TRUE(document);
  EXPECT_FALSE(xml::find(document->root(), "lrm_resource", "a"));
  EXPECT_TRUE(xml::find(document->root(), "node_state", "2"));
  expect_two_nodes(*read_snapshot(document->root(), {.histories = &histories}));
}

TEST(Histories, OfATextThatIsReadTwice_CountOnce) {
  Histories histories;
  const xml::Harvest harvest = histories.harvest();
  // The value that is not escaped comes behind the histories: the parser has to begin again.
  const auto document = xml::Document::parse(cib_of(kTwoNodes + "<tickets note=\"\xc3\xbc & b\"/>"),
                                             {}, xml::Text::kDrop, &harvest);
  ASSERT_TRUE(document);
  expect_two_nodes(*read_snapshot(document->root(), {.histories = &histories}));
}

TEST(Histories, OfALanguageThatIsRewritten_StayInTheDocument) {
  Histories histories;
  const xml::Harvest harvest = histories.harvest();
  const auto document =
      xml::Document::parse(cib_of(kTwoNodes, "pacemaker-1.2"), {}, xml::Text::kDrop, &harvest);
  ASSERT_TRUE(document);
  EXPECT_TRUE(xml::find(document->root(), "lrm_resource", "b"));
  expect_two_nodes(*read_snapshot(document->root(), {.histories = &histories}));
}

TEST(Histories, ElsewhereThanInTheStatus_AreNotTaken) {
  Histories histories;
  const xml::Harvest harvest = histories.harvest();
  const auto document = xml::Document::parse(
      "<cib validate-with='none'><configuration><lrm_resource id='x'/></configuration></cib>", {},
      xml::Text::kDrop, &harvest);
  ASSERT_TRUE(document);
  EXPECT_TRUE(xml::find(document->root(), "lrm_resource", "x"));
}

}  // namespace
}  // namespace systole::cib_model
