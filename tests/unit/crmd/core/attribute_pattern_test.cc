#include "crmd/core/attribute_pattern.h"

#include <gtest/gtest.h>

#include "lib/base/strings.h"
#include "tests/unit/crmd/core/group.h"

namespace systole::crmd {
namespace {

bool matches(const std::string& pattern, const std::string& name) {
  const auto compiled = AttributePattern::compile(pattern);
  return compiled && compiled->matches(name);
}

bool is_refused(const std::string& pattern) {
  return !AttributePattern::compile(pattern).ok();
}

std::string nested(std::string inner, const std::string& repetition, int times) {
  for (int i = 0; i < times; ++i) inner = base::cat("(", inner, ")", repetition);
  return inner;
}

TEST(AttributePattern, MatchesAsExtendedExpressionsDo) {
  EXPECT_TRUE(matches("^a.c$", "abc"));
  EXPECT_FALSE(matches("^a.c$", "abcd"));
  EXPECT_TRUE(matches("^(fail-count|last-failure)-r[0-9]+#", "fail-count-r12#start_0"));
  EXPECT_TRUE(matches("^[]{}+(]{2,30}x?$", "]{x"));
  EXPECT_TRUE(matches("a\\+b", "a+b"));
}

TEST(AttributePattern, IsRefused_WhereItIsBroken) {
  EXPECT_TRUE(is_refused("("));
  EXPECT_TRUE(is_refused("[a"));
  EXPECT_TRUE(is_refused("\\"));
}

TEST(AttributePattern, IsRefused_WhereItWouldBeHuge) {
  EXPECT_FALSE(is_refused("a{1,200}b{1,200}c+d+e+"));
  EXPECT_TRUE(is_refused("((a{1,1000}){1,1000}){1,1000}"));
  EXPECT_TRUE(is_refused("((a{30000,}){30000,})"));
  EXPECT_TRUE(is_refused(nested("a", "+", 40)));
  EXPECT_TRUE(is_refused(std::string(5000, 'a')));
}

TEST(AttributePattern, IsRefused_WhereItRefersBack) {
  EXPECT_TRUE(is_refused("(a*)\\1"));
}

class PatternOfAClient : public testing::Test {
 protected:
  PatternOfAClient() { group_.form({1, 2, 3}); }

  static event::AttributeCall change(const std::string& name, const std::string& value) {
    event::AttributeCall call;
    call.request.name = name;
    call.request.value = value;
    return call;
  }

  static event::AttributeCall change_all(const std::string& pattern, const std::string& value) {
    event::AttributeCall call = change("", value);
    call.request.pattern = pattern;
    return call;
  }

  std::string value_of(std::uint32_t seen_by, const std::string& name) {
    group_.clear();
    group_.handle(seen_by,
                  event::AttributeQueryCall{CallToken(1), {.name = name, .node = "node1"}});
    const auto replies = group_.effects<effect::ReplyAttributes>(seen_by);
    if (replies.empty() || replies[0].answer.values.empty()) return "unknown";
    return replies[0].answer.values[0].value.value_or("none");
  }

  Group group_{3};
};

TEST_F(PatternOfAClient, ReachesTheOthersAsNames) {
  group_.handle(1, change("ping-a", "1"));
  group_.handle(1, change("ping-b", "1"));
  group_.handle(1, change("other", "1"));
  group_.handle(1, event::TimerFired{{TimerId::Kind::kCollected, 0}});
  group_.clear();
  group_.handle(1, change_all("^ping-", "5"));
  group_.handle(1, event::TimerFired{{TimerId::Kind::kCollected, 0}});
  bool seen = false;
  for (const effect::Multicast& sent : group_.effects<effect::Multicast>(1)) {
    const auto message = decode(sent.bytes);
    ASSERT_TRUE(message.ok());
    const auto* changes = std::get_if<message::AttributeChanges>(&message.value());
    if (changes == nullptr) continue;
    for (const AttributeRequest& request : changes->requests) {
      EXPECT_FALSE(request.name.empty());
      seen = true;
    }
  }
  EXPECT_TRUE(seen);
  EXPECT_EQ(value_of(2, "ping-a"), "5");
  EXPECT_EQ(value_of(3, "ping-b"), "5");
  EXPECT_EQ(value_of(2, "other"), "1");
}

TEST_F(PatternOfAClient, MeansWhatTheClientAskedForJustBefore) {
  group_.hold_messages();
  group_.handle(1, change("ping-a", "1"));
  group_.handle(1, change("ping-b", "1"));
  group_.handle(1, change_all("^ping-", "5"));
  group_.handle(1, change("ping-b", "7"));
  group_.release_messages();
  group_.handle(1, event::TimerFired{{TimerId::Kind::kCollected, 0}});
  EXPECT_EQ(value_of(2, "ping-a"), "5");
  EXPECT_EQ(value_of(2, "ping-b"), "7");
}

TEST_F(PatternOfAClient, MakesNoAttribute_ThatIsForgottenMeanwhile) {
  group_.handle(1, change("ping-a", "1"));
  group_.handle(1, event::TimerFired{{TimerId::Kind::kCollected, 0}});
  group_.hold_messages();
  event::AttributeCall removal;
  removal.request.task = AttributeRequest::Task::kPeerRemove;
  removal.request.node = "node1";
  group_.handle(2, removal);
  group_.handle(1, change_all("^ping-", "5"));
  group_.release_messages();
  EXPECT_EQ(value_of(2, "ping-a"), "unknown");
  EXPECT_TRUE(group_.same_everywhere());
}

TEST_F(PatternOfAClient, IsIgnored_WhereItIsTooMuch) {
  group_.handle(1, change("a", "1"));
  group_.handle(1, event::TimerFired{{TimerId::Kind::kCollected, 0}});
  group_.handle(1, change_all("((a{1,1000}){1,1000}){1,1000}|a", "5"));
  EXPECT_EQ(value_of(1, "a"), "1");
}

}  // namespace
}  // namespace systole::crmd
