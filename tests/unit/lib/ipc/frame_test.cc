#include "lib/ipc/frame.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

#include "lib/ipc/compression.h"

namespace systole::ipc {
namespace {

constexpr std::size_t kNever = std::size_t{1} << 40;

std::string frame_of(std::string_view text, std::size_t compress_from = kNever) {
  const auto payload = make_payload(text, compress_from);
  return make_header(7, kExpectsResponse, *payload) + *payload->bytes;
}

void put32(std::string& frame, std::size_t offset, std::uint32_t value) {
  std::memcpy(frame.data() + offset, &value, sizeof value);
}

TEST(Frame, HasTheLayoutOfTheProtocol) {
  const std::string frame = frame_of("<a/>");
  const unsigned char expected[] = {7, 0, 0, 0, 0, 0, 0, 0, 45, 0, 0,   0,   0,   0,   0,
                                    0, 0, 0, 0, 0, 0, 0, 0, 0,  5, 0,   0,   0,   0,   0,
                                    0, 0, 0, 2, 0, 0, 1, 0, 0,  0, '<', 'a', '/', '>', 0};
  ASSERT_EQ(frame.size(), sizeof expected);
  EXPECT_EQ(std::memcmp(frame.data(), expected, sizeof expected), 0);
}

TEST(Frame, IsReadBack) {
  const auto message = parse_frame(frame_of("<a b=\"c\"/>"));
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->id, 7);
  EXPECT_TRUE(message->expects_response());
  EXPECT_EQ(message->text, "<a b=\"c\"/>");
}

TEST(Frame, IsCompressed_FromTheThresholdOn) {
  const std::string text(1000, 'x');
  const std::size_t size = kFrameHeaderSize + text.size() + 1;
  EXPECT_EQ(make_payload(text, size + 1)->size_compressed, 0u);
  const auto payload = make_payload(text, size);
  EXPECT_GT(payload->size_compressed, 0u);
  EXPECT_EQ(payload->size_uncompressed, text.size() + 1);
  const auto message = parse_frame(frame_of(text, size));
  ASSERT_TRUE(message.ok());
  EXPECT_EQ(message->flags, kExpectsResponse | kCompressed);
  EXPECT_EQ(message->text, text);
}

TEST(Frame, IsAnError_WhenTextHoldsNul) {
  EXPECT_EQ(make_payload(std::string_view("a\0b", 3), kNever).error().code, Errc::kInvalidArgument);
  std::string frame = frame_of("abc");
  frame[kFrameHeaderSize + 1] = '\0';
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
}

TEST(Frame, IsAnError_WhenNulIsMissing) {
  std::string frame = frame_of("abc");
  frame.back() = 'd';
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
}

TEST(Frame, IsAnError_WhenSizesDoNotFit) {
  std::string frame = frame_of("abc");
  put32(frame, 8, 1000);
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
  frame = frame_of("abc");
  put32(frame, 8, 0xffffffff);
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
  frame = frame_of("abc");
  put32(frame, 24, 5);
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
  put32(frame, 24, 0);
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
  put32(frame, 24, 0xffffffff);
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kTooLarge);
  EXPECT_EQ(parse_frame(frame.substr(0, kFrameHeaderSize - 1)).error().code, Errc::kProtocol);
  EXPECT_EQ(parse_frame("").error().code, Errc::kProtocol);
}

TEST(Frame, IsAnError_WhenOfANewerVersion) {
  std::string frame = frame_of("abc");
  frame[36] = 2;
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kVersion);
}

TEST(Frame, IsAnError_WhenCompressedTextIsLongerOrShorterThanAnnounced) {
  const std::string text(100000, 'x');
  std::string frame = frame_of(text, 0);
  put32(frame, 24, 99999);
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
  put32(frame, 24, 100002);
  EXPECT_EQ(parse_frame(frame).error().code, Errc::kProtocol);
}

TEST(Frame, IsAnError_WhenTheStreamIsBrokenOrCut) {
  const std::string text(100000, 'x');
  std::string frame = frame_of(text, 0);
  std::string broken = frame;
  broken[kFrameHeaderSize + 12] = static_cast<char>(broken[kFrameHeaderSize + 12] ^ 0x55);
  EXPECT_FALSE(parse_frame(broken).ok());
  std::string cut = frame.substr(0, frame.size() - 10);
  put32(cut, 8, static_cast<std::uint32_t>(cut.size()));
  put32(cut, 28, static_cast<std::uint32_t>(cut.size() - kFrameHeaderSize));
  EXPECT_EQ(parse_frame(cut).error().code, Errc::kProtocol);
}

TEST(Frame, NeverReadsOutside_WhateverTheBytes) {
  std::mt19937 random(1);
  const std::string good = frame_of("<cib_command t=\"cib\"/>", 0);
  for (int round = 0; round < 20000; ++round) {
    std::string frame = good.substr(0, random() % (good.size() + 1));
    for (int flips = 0; flips < 3 && !frame.empty(); ++flips) {
      frame[random() % frame.size()] = static_cast<char>(random());
    }
    if (frame.size() >= 12 && round % 2 == 0) {
      put32(frame, 8, static_cast<std::uint32_t>(frame.size()));
    }
    (void)parse_frame(frame).ok();
  }
}

TEST(Compression, StopsAtABomb) {
  const auto bomb = compress(std::string(std::size_t{32} << 20, '\0'));
  ASSERT_TRUE(bomb.ok());
  ASSERT_LT(bomb->size(), 1000u);
  EXPECT_EQ(decompress(*bomb, 100).error().code, Errc::kProtocol);
}

TEST(Compression, KeepsWhatDoesNotShrink) {
  std::mt19937 random(1);
  std::string noise(300000, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  const auto stream = compress(noise);
  ASSERT_TRUE(stream.ok());
  EXPECT_EQ(*decompress(*stream, noise.size()), noise);
}

}  // namespace
}  // namespace systole::ipc
