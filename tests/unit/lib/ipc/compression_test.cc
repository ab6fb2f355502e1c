#include "lib/ipc/compression.h"

#include <gtest/gtest.h>

namespace systole::ipc {
namespace {

TEST(Compression, StreamOfUnknownSizeIsUnpackedWhole) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i);
  const base::Result<std::string> packed = compress(text);
  ASSERT_TRUE(packed.ok());
  EXPECT_TRUE(is_compressed(*packed));
  EXPECT_FALSE(is_compressed("<cib/>"));
  EXPECT_FALSE(is_compressed(""));
  const base::Result<std::string> unpacked = decompress_all(*packed);
  ASSERT_TRUE(unpacked.ok());
  EXPECT_EQ(*unpacked, text);
}

TEST(Compression, BrokenStreamIsAnError) {
  const base::Result<std::string> packed = compress("some text that is long enough");
  ASSERT_TRUE(packed.ok());
  EXPECT_FALSE(decompress_all(packed->substr(0, packed->size() - 5)).ok());
  EXPECT_FALSE(decompress_all("BZh4 is no stream").ok());
  EXPECT_FALSE(decompress(*packed, 5).ok());
}

}  // namespace
}  // namespace systole::ipc
