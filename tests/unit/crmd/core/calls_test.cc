// What clients ask for beside the CIB.
#include <gtest/gtest.h>

#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

constexpr CallToken kToken{77};

event::ResourceCall request(ResourceRequest::Task task, std::string node) {
  event::ResourceCall call;
  call.token = kToken;
  call.request.task = task;
  call.request.node = std::move(node);
  call.request.resource = "d1";
  return call;
}

TEST(ResourceRequest, IsAnsweredByTheAsked_WhenTheNodeHasNoController) {
  Group group(3);
  group.form({1, 2});
  group.clear();
  group.handle(1, request(ResourceRequest::Task::kForget, "node3"));
  auto replies = group.effects<effect::ReplyResource>(1);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].token, kToken);
  group.clear();
  group.handle(1, request(ResourceRequest::Task::kFail, "nowhere"));
  replies = group.effects<effect::ReplyResource>(1);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_NE(replies[0].answer.rc, 0);
}

TEST(ResourceRequest, IsAnsweredOnce_WhenTheNodeIsAnother) {
  Group group(3);
  group.form({1, 2, 3});
  group.clear();
  group.handle(1, request(ResourceRequest::Task::kForget, "node2"));
  EXPECT_EQ(group.effects<effect::ReplyResource>(1).size(), 1u);
  EXPECT_EQ(group.effects<effect::ReplyResource>(2).size(), 0u);
  EXPECT_EQ(group.effects<effect::ForgetResource>(2).size(), 1u);
}

TEST(ResourceRequest, LeavesItsTimeInTheConfiguration) {
  Group group(3);
  group.form({1, 2, 3});
  const std::string pair = "name=\"last-lrm-refresh\"";
  EXPECT_EQ(group.cib(3).find(pair), std::string::npos);
  group.handle(1, request(ResourceRequest::Task::kForget, "node2"));
  EXPECT_NE(group.cib(3).find(pair), std::string::npos);
  EXPECT_NE(group.cib(3).find("update-origin=\"node2\""), std::string::npos);
  EXPECT_TRUE(group.same_everywhere());
}

TEST(ResourceRequest, IsAnsweredAtOnce_WhenTheControllerThatWasAskedIsLost) {
  for (const bool restarted : {false, true}) {
    Group group(3);
    group.form({1, 2, 3});
    group.hang(2);
    group.clear();
    group.handle(1, request(ResourceRequest::Task::kForget, "node2"));
    EXPECT_TRUE(group.effects<effect::ReplyResource>(1).empty());
    group.stop(2);
    group.unhang(2);
    const event::Departure end{NodeNumber(2), event::LeaveReason::kProcessDown};
    group.view({1, 3}, {}, {end}, true);
    if (restarted) {
      group.start(2);
      group.view({1, 2, 3}, {2}, {}, true);
    }
    const auto replies = group.effects<effect::ReplyResource>(1);
    ASSERT_EQ(replies.size(), 1u);
    EXPECT_EQ(replies[0].token, kToken);
    EXPECT_NE(replies[0].answer.rc, 0);
  }
}

TEST(ResourceRequest, IsAnsweredOnce_WhenTheOneThatAnsweredIsLost) {
  Group group(3);
  group.form({1, 2, 3});
  group.clear();
  group.handle(1, request(ResourceRequest::Task::kForget, "node2"));
  group.view({1, 3}, {}, {{NodeNumber(2), event::LeaveReason::kNodeDown}}, true);
  const auto replies = group.effects<effect::ReplyResource>(1);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].answer.rc, 0);
}

TEST(Ping, IsAnsweredByTheNextCoordinator_WhenTheOneThatWasAskedIsLost) {
  Group group(3);
  group.form({1, 2, 3});
  const std::uint32_t old = group[1].coordinator()->value();
  const std::uint32_t asker = old % 3 + 1;
  const std::uint32_t other = 6 - old - asker;
  group.hang(old);
  group.clear();
  group.handle(asker, event::PingCall{kToken, ""});
  EXPECT_TRUE(group.effects<effect::ReplyPing>(asker).empty());
  group.stop(old);
  group.unhang(old);
  group.view({std::min(asker, other), std::max(asker, other)}, {},
             {{NodeNumber(old), event::LeaveReason::kNodeDown}}, true);
  const auto replies = group.effects<effect::ReplyPing>(asker);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_EQ(replies[0].answer.node, base::cat("node", group[asker].coordinator()->value()));
}

TEST(ResourceRequest, IsRefused_BeforeTheControllerHasJoined) {
  Group group(3);
  group.start(1);
  group.handle(1, request(ResourceRequest::Task::kForget, "node1"));
  const auto replies = group.effects<effect::ReplyResource>(1);
  ASSERT_EQ(replies.size(), 1u);
  EXPECT_NE(replies[0].answer.op_status, 0);
}

}  // namespace
}  // namespace systole::crmd
