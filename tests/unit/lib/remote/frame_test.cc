#include "lib/remote/frame.h"

#include <gtest/gtest.h>

#include <cstring>

#include "lib/ipc/compression.h"

namespace systole::remote {
namespace {

constexpr std::size_t kMax = 1000;

std::string frame_of(std::string_view text) {
  return make_frame(7, text).value();
}

void set_word(std::string& frame, std::size_t at, std::uint32_t value) {
  std::memcpy(frame.data() + at, &value, sizeof value);
}

/// What the reader makes of the bytes, given at once.
Result<std::optional<std::string>> read(const std::string& bytes) {
  FrameReader reader(kMax);
  reader.add(bytes);
  return reader.next();
}

TEST(RemoteFrame, HasTheBytesThatWereSeenOnTheWire) {
  const std::string frame = frame_of("<a/>");
  ASSERT_EQ(frame.size(), 45U);
  const unsigned char expected[] = {0xbd, 0xdb, 0xda, 0xba, 1, 0, 0, 0, 7, 0, 0,  0, 0, 0,
                                    0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 45, 0, 0, 0,
                                    40,   0,    0,    0,    0, 0, 0, 0, 5, 0, 0,  0};
  EXPECT_EQ(std::memcmp(frame.data(), expected, sizeof expected), 0);
  EXPECT_EQ(frame.substr(40), std::string("<a/>\0", 5));
}

TEST(RemoteFrame, IsReadHoweverTheBytesArrive) {
  const std::string bytes = frame_of("<a/>") + frame_of("") + frame_of("<b/>");
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    FrameReader reader(kMax);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < bytes.size(); i += step) {
      reader.add(std::string_view(bytes).substr(i, step));
      while (true) {
        auto text = reader.next();
        ASSERT_TRUE(text.ok()) << text.error().message;
        if (!*text) break;
        texts.push_back(**text);
      }
    }
    EXPECT_EQ(texts, (std::vector<std::string>{"<a/>", "", "<b/>"})) << step;
    EXPECT_EQ(reader.waiting(), 0U);
  }
}

TEST(RemoteFrame, OfAPeerWithTheOtherByteOrderIsRead) {
  std::string frame = frame_of("<a/>");
  for (const std::size_t at : {0, 4, 24, 28, 32, 36}) {
    std::reverse(frame.begin() + static_cast<long>(at), frame.begin() + static_cast<long>(at) + 4);
  }
  const auto text = read(frame);
  ASSERT_TRUE(text.ok()) << text.error().message;
  EXPECT_EQ(*text, "<a/>");
}

TEST(RemoteFrame, MayBePacked) {
  const std::string text = std::string(500, 'x') + '\0';
  const std::string packed = ipc::compress(text).value();
  std::string frame = frame_of("").substr(0, kHeaderSize) + packed;
  set_word(frame, 24, static_cast<std::uint32_t>(frame.size()));
  set_word(frame, 32, static_cast<std::uint32_t>(packed.size()));
  set_word(frame, 36, static_cast<std::uint32_t>(text.size()));
  const auto read_back = read(frame);
  ASSERT_TRUE(read_back.ok()) << read_back.error().message;
  EXPECT_EQ(*read_back, std::string(500, 'x'));
  set_word(frame, 36, 400);
  EXPECT_EQ(read(frame).error().code, Errc::kProtocol) << "more than it said";
}

TEST(RemoteFrame, TooLargeIsRefusedBeforeItHasCome) {
  EXPECT_TRUE(read(frame_of(std::string(kMax - 1, 'x'))).ok());
  EXPECT_EQ(read(frame_of(std::string(kMax, 'x')).substr(0, kHeaderSize)).error().code,
            Errc::kTooLarge);
  std::string packed = frame_of("").substr(0, kHeaderSize);
  set_word(packed, 32, 0x7fffffff);
  EXPECT_EQ(read(packed).error().code, Errc::kTooLarge);
}

TEST(RemoteFrame, NonsenseIsRefused) {
  EXPECT_EQ(read("GET / HTTP/1.0\r\nHost: node1\r\nAccept: */*\r\n\r\n").error().code,
            Errc::kProtocol);
  std::string version = frame_of("<a/>");
  set_word(version, 4, 2);
  EXPECT_EQ(read(version).error().code, Errc::kVersion);
  std::string total = frame_of("<a/>");
  set_word(total, 24, 44);
  EXPECT_EQ(read(total).error().code, Errc::kProtocol);
  std::string offset = frame_of("<a/>");
  set_word(offset, 28, 39);
  set_word(offset, 24, 44);
  EXPECT_EQ(read(offset).error().code, Errc::kProtocol) << "a payload inside the header";
  std::string overflow = frame_of("<a/>");
  set_word(overflow, 28, 0xffffffff);
  set_word(overflow, 24, 4);
  EXPECT_EQ(read(overflow).error().code, Errc::kProtocol) << "sizes that wrap around";
  std::string empty = frame_of("<a/>");
  set_word(empty, 36, 0);
  EXPECT_EQ(read(empty).error().code, Errc::kProtocol);
  std::string unended = frame_of("<a/>");
  unended.back() = 'x';
  EXPECT_EQ(read(unended).error().code, Errc::kProtocol);
  std::string early = frame_of("<a/>");
  early[41] = '\0';
  EXPECT_EQ(read(early).error().code, Errc::kProtocol);
}

TEST(RemoteFrame, TextWithANulIsNoMessage) {
  EXPECT_EQ(make_frame(1, std::string_view("a\0b", 3)).error().code, Errc::kInvalidArgument);
}

}  // namespace
}  // namespace systole::remote
