// Changes of attributes on their way to the group: together where they come fast, in order, none
// lost.
#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

event::AttributeCall update(std::string name, std::string value, std::string user = {}) {
  event::AttributeCall call;
  call.request.name = std::move(name);
  call.request.value = std::move(value);
  call.request.user = std::move(user);
  return call;
}

event::AttributeCall deletion(std::string name) {
  event::AttributeCall call;
  call.request.name = std::move(name);
  return call;
}

constexpr TimerId kCollected{TimerId::Kind::kCollected, 0};

class AttributeQueueOfAGroup : public testing::Test {
 protected:
  AttributeQueueOfAGroup() {
    group_.form({1, 2, 3});
    // The nodes' own attributes have passed.
    for (const std::uint32_t node : {1, 2, 3}) group_.handle(node, event::TimerFired{kCollected});
    group_.clear();
  }

  std::optional<std::string> value_on(std::uint32_t seen_by, std::uint32_t node,
                                      std::string_view name) {
    const xml::Element set = group_.node_state(seen_by, node)
                                 .first_child("transient_attributes")
                                 .first_child("instance_attributes");
    for (const xml::Element pair : set.children("nvpair")) {
      if (pair.attribute_or("name", "") == name) return std::string(pair.attribute_or("value", ""));
    }
    return std::nullopt;
  }

  std::size_t changes_of_cib(std::uint32_t node) {
    return group_.effects<effect::NotifyCib>(node).size();
  }

  std::vector<AttributeAnswer> answers(std::uint32_t node) {
    std::vector<AttributeAnswer> out;
    for (const auto& reply : group_.effects<effect::ReplyAttributes>(node))
      out.push_back(reply.answer);
    return out;
  }

  event::AttributeQueryCall query(std::string name) {
    return {CallToken(++tokens_), {.name = std::move(name), .node = "node1"}};
  }

  Group group_{3};
  std::uint64_t tokens_ = 0;
};

TEST_F(AttributeQueueOfAGroup, SendsTheFirstChangeAtOnce) {
  group_.handle(1, update("x", "1"));
  EXPECT_EQ(value_on(2, 1, "x"), "1");
}

TEST_F(AttributeQueueOfAGroup, SendsTogetherWhatFollows_AndLosesNothing) {
  for (int i = 0; i < 500; ++i) group_.handle(1, update("count", "value++"));
  EXPECT_EQ(value_on(3, 1, "count"), "1");
  group_.handle(1, event::TimerFired{kCollected});
  EXPECT_EQ(value_on(3, 1, "count"), "500");
  EXPECT_EQ(group_.effects<effect::Multicast>(1).size(), 2U);
  EXPECT_EQ(changes_of_cib(2), 2U);
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(AttributeQueueOfAGroup, WaitsForWhatIsUnderWay_HoweverLong) {
  group_.hold_messages();
  group_.handle(1, update("count", "value++"));
  group_.handle(1, update("count", "value++"));
  group_.handle(1, event::TimerFired{kCollected});
  group_.handle(1, update("count", "value++"));
  EXPECT_EQ(group_.effects<effect::Multicast>(1).size(), 1U);
  group_.release_messages();
  EXPECT_EQ(value_on(2, 1, "count"), "3");
}

TEST_F(AttributeQueueOfAGroup, SendsAtOnce_WhenAMessageIsFull) {
  for (int i = 0; i < 1001; ++i) group_.handle(1, update("count", "value++"));
  EXPECT_EQ(value_on(2, 1, "count"), "1001");
}

TEST_F(AttributeQueueOfAGroup, IsNotOvertaken_ByAnotherRequestOfTheNode) {
  group_.handle(1, update("a", "1"));
  group_.handle(1, update("a", "2"));
  group_.clear();
  group_.ask(1, Group::option("no-quorum-policy", "stop"));
  const auto notices = group_.effects<effect::NotifyCib>(2);
  ASSERT_GE(notices.size(), 2U);
  EXPECT_EQ(notices[0].object_type, "status");
  EXPECT_EQ(notices[1].object_type, "crm_config");
}

TEST_F(AttributeQueueOfAGroup, AnswersAQuery_WithWhatWasAskedBefore) {
  group_.handle(1, update("x", "1"));
  group_.handle(1, update("x", "2"));
  group_.handle(1, query("x"));
  ASSERT_EQ(answers(1).size(), 1U);
  EXPECT_EQ(answers(1)[0].values.at(0).value, "2");
}

TEST_F(AttributeQueueOfAGroup, AnswersAQuery_OnlyOnceTheChangeIsDelivered) {
  group_.hold_messages();
  group_.handle(1, update("x", "1"));
  group_.handle(1, query("x"));
  group_.handle(1, update("x", "2"));
  group_.handle(1, query("x"));
  EXPECT_EQ(answers(1).size(), 0U);
  group_.deliver_some(1);
  ASSERT_EQ(answers(1).size(), 1U);
  EXPECT_EQ(answers(1)[0].values.at(0).value, "1");
  group_.release_messages();
  ASSERT_EQ(answers(1).size(), 2U);
  EXPECT_EQ(answers(1)[1].values.at(0).value, "2");
}

TEST_F(AttributeQueueOfAGroup, LosesNothing_WhenTheMembersChange) {
  group_.hold_messages();
  for (int i = 0; i < 10; ++i) group_.handle(1, update("count", "value++"));
  group_.handle(1, query("count"));
  group_.view({1, 2}, {}, {{NodeNumber(3), event::LeaveReason::kNodeDown}}, true);
  EXPECT_EQ(answers(1).size(), 1U);
  group_.release_messages();
  group_.handle(1, event::TimerFired{kCollected});
  EXPECT_EQ(value_on(1, 1, "count"), "10");
  EXPECT_EQ(value_on(2, 1, "count"), "10");
}

TEST_F(AttributeQueueOfAGroup, AnAttributeKeepsItsSet_AfterADeletionInTheSameMessage) {
  group_.handle(1, update("other", "1"));
  group_.handle(1, update("x", "1"));
  group_.handle(1, event::TimerFired{kCollected});
  group_.handle(1, deletion("x"));
  event::AttributeCall again = update("x", "2");
  again.request.set = "elsewhere";
  group_.handle(1, again);
  group_.handle(1, event::TimerFired{kCollected});
  const xml::Element attributes = group_.node_state(2, 1).first_child("transient_attributes");
  EXPECT_FALSE(attributes.first_child("instance_attributes", "elsewhere"));
  EXPECT_EQ(value_on(2, 1, "x"), "2");
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(AttributeQueueOfAGroup, GoesOn_AfterADampeningBeyondAllTime) {
  event::AttributeCall call = update("x", "1");
  call.request.dampening = Milliseconds::max();
  group_.handle(1, call);
  group_.handle(1, event::TimerFired{kCollected});
  group_.handle(1, update("y", "1"));
  group_.handle(1, event::TimerFired{kCollected});
  EXPECT_EQ(value_on(2, 1, "y"), "1");
}

}  // namespace
}  // namespace systole::crmd
