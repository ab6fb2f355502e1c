#include "lib/base/md5.h"

#include <gtest/gtest.h>

namespace systole::base {
namespace {

TEST(Md5, MatchesTheTestSuiteOfTheRfc) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(md5_hex("12345678901234567890123456789012345678901234567890123456789012345678901234567"
                    "890"),
            "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5, DoesNotDependOnThePieces) {
  std::string text;
  for (int i = 0; i < 300; ++i) text.push_back(static_cast<char>(i));
  for (std::size_t size = 0; size < text.size(); ++size) {
    Md5 md5;
    md5.update(text.substr(0, size));
    md5.update(text.substr(size));
    ASSERT_EQ(md5.finish(), md5_hex(text)) << size;
  }
}

}  // namespace
}  // namespace systole::base
