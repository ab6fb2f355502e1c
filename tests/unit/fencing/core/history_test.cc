#include "fencing/core/history.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace systole::fencing {
namespace {

HistoryEntry entry(std::string id, std::int64_t at, std::string target = "n1",
                   OperationState state = OperationState::kDone) {
  HistoryEntry made;
  made.id = std::move(id);
  made.target = std::move(target);
  made.action = Action::kOff;
  made.date.seconds = at;
  made.state = state;
  return made;
}

TEST(History, IsTheSame_WhateverOrderItWasLearnedIn) {
  History one;
  History other;
  for (const char* id : {"a", "b", "c"}) one.add(entry(id, id[0]));
  for (const char* id : {"c", "a", "b"}) other.add(entry(id, id[0]));
  EXPECT_EQ(one, other);
}

TEST(History, ReplacesAnEntryOfTheSameId) {
  History history;
  history.add(entry("a", 1));
  history.add(entry("a", 2));
  ASSERT_EQ(history.entries().size(), 1u);
  EXPECT_EQ(history.entries()[0].date.seconds, 2);
}

TEST(History, ForgetsTheOldest_BeyondItsLimit) {
  History history;
  for (std::size_t i = 0; i <= History::kLimit; ++i) {
    history.add(entry("id" + std::to_string(i), static_cast<std::int64_t>(i)));
  }
  EXPECT_EQ(history.entries().size(), History::kLimit);
  EXPECT_EQ(history.entries().front().date.seconds, 1);
}

TEST(History, FindsOnlySuccesses) {
  History history;
  history.add(entry("a", 1));
  history.add(entry("b", 2, "n1", OperationState::kFailed));
  constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
  ASSERT_NE(history.newest_success("n1", Action::kOff, kAny), nullptr);
  EXPECT_EQ(history.newest_success("n1", Action::kOff, kAny)->id, "a");
  EXPECT_EQ(history.newest_success("n1", Action::kOff, 0), nullptr);
  EXPECT_EQ(history.newest_success("n1", Action::kReboot, kAny), nullptr);
}

TEST(History, CleansUpOneTargetOrAll) {
  History history;
  history.add(entry("a", 1, "n1"));
  history.add(entry("b", 2, "n2"));
  EXPECT_EQ(history.clean_up("n1"), 1u);
  EXPECT_EQ(history.clean_up(""), 1u);
  EXPECT_TRUE(history.entries().empty());
}

}  // namespace
}  // namespace systole::fencing
