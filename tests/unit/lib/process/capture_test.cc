#include "lib/process/capture.h"

#include <gtest/gtest.h>

namespace systole::process {
namespace {

TEST(Capture, KeepsEverything_WhenItFits) {
  Capture capture(4, 4);
  capture.append("abc");
  capture.append("defgh");
  const Output output = capture.take();
  EXPECT_EQ(output.dropped, 0u);
  EXPECT_EQ(output.text(), "abcdefgh");
}

TEST(Capture, KeepsHeadAndTail_WhenTheStreamIsLong) {
  Capture capture(3, 3);
  for (char c = 'a'; c <= 'z'; ++c) capture.append(std::string(1, c));
  const Output output = capture.take();
  EXPECT_EQ(output.head, "abc");
  EXPECT_EQ(output.tail, "xyz");
  EXPECT_EQ(output.dropped, 20u);
  EXPECT_EQ(output.text(), "abc\n[20 bytes left out]\nxyz");
}

TEST(Capture, CountsTheSame_WhateverThePieces) {
  const std::string stream(1000, 'x');
  for (std::size_t piece = 1; piece < 300; piece += 7) {
    Capture capture(10, 20);
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      capture.append(std::string_view(stream).substr(at, piece));
    }
    const Output output = capture.take();
    EXPECT_EQ(output.head.size(), 10u);
    EXPECT_EQ(output.tail.size(), 20u);
    EXPECT_EQ(output.dropped, 970u) << "pieces of " << piece;
  }
}

TEST(Capture, KeepsNothing_WhenItsLimitsAreZero) {
  Capture capture(0, 0);
  capture.append("abc");
  EXPECT_EQ(capture.take().dropped, 3u);
}

}  // namespace
}  // namespace systole::process
