#include "lib/ipc/send_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace systole::ipc {
namespace {

SendQueue::Item item(std::string_view text, std::string replace_key = {}) {
  auto payload = make_payload(text, std::size_t{1} << 40);
  return {.header = make_header(1, 0, *payload),
          .payload = std::move(*payload),
          .replace_key = std::move(replace_key)};
}

std::string text_of(const SendQueue::Item& item) {
  return parse_frame(item.header + *item.payload.bytes)->text;
}

TEST(SendQueue, KeepsOrder_AndStopsWhereTheReceiverIsFull) {
  SendQueue queue(1000);
  for (const char* text : {"a", "b", "c"}) ASSERT_TRUE(queue.push(item(text)));
  std::vector<std::string> sent;
  int room = 2;
  const auto send = [&](const SendQueue::Item& next) -> Result<bool> {
    if (room-- == 0) return false;
    sent.push_back(text_of(next));
    return true;
  };
  EXPECT_EQ(queue.flush(send), 2u);
  EXPECT_THAT(sent, testing::ElementsAre("a", "b"));
  EXPECT_EQ(queue.count(), 1u);
  room = 1;
  EXPECT_EQ(queue.flush(send), 1u);
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(SendQueue, RefusesWhatIsOverTheBound) {
  SendQueue queue(100);
  EXPECT_TRUE(queue.push(item("0123456789")));
  EXPECT_FALSE(queue.push(item("0123456789")));
  EXPECT_EQ(queue.count(), 1u);
  EXPECT_EQ(queue.bytes(), kFrameHeaderSize + 11);
}

TEST(SendQueue, ReplacesWaitingItemOfTheSameKey) {
  SendQueue queue(1000);
  ASSERT_TRUE(queue.push(item("old", "k")));
  ASSERT_TRUE(queue.push(item("other")));
  ASSERT_TRUE(queue.push(item("new", "k")));
  std::vector<std::string> sent;
  queue.flush([&](const SendQueue::Item& next) -> Result<bool> {
    sent.push_back(text_of(next));
    return true;
  });
  EXPECT_THAT(sent, testing::ElementsAre("other", "new"));
}

TEST(SendQueue, DropsWhatCanNeverBeSent) {
  SendQueue queue(1000);
  ASSERT_TRUE(queue.push(item("a")));
  ASSERT_TRUE(queue.push(item("b")));
  int calls = 0;
  queue.flush([&](const SendQueue::Item&) -> Result<bool> {
    if (++calls == 1) return Error{Errc::kTooLarge, "too large"};
    return true;
  });
  EXPECT_EQ(calls, 2);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace systole::ipc
