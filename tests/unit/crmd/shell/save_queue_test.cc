#include "crmd/shell/save_queue.h"

#include <gtest/gtest.h>

#include <utility>

namespace systole::crmd {
namespace {

SaveQueue::Input input_of(std::int64_t now) {
  auto cib = xml::Document::parse("<cib/>");
  return {.series = InputSeries::kInput, .cib = std::move(cib).value(), .now = now};
}

TEST(SaveQueue, KeepsTheNewestFew_WhileNothingIsWritten) {
  SaveQueue queue(3);
  std::size_t dropped = 0;
  for (int i = 1; i <= 100; ++i) dropped += queue.add(input_of(i));
  EXPECT_EQ(dropped, 97u);
  for (const std::int64_t expected : {98, 99, 100}) {
    const auto next = queue.take();
    ASSERT_TRUE(next.has_value());
    EXPECT_EQ(next->now, expected);
  }
  EXPECT_FALSE(queue.take().has_value());
}

}  // namespace
}  // namespace systole::crmd
