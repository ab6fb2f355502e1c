#include "lib/daemon/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace systole::daemon {
namespace {

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(printable("node 1: 50 % of 'x'"), "node 1: 50 % of 'x'");
  EXPECT_EQ(printable("Größe 大 😀"), "Größe 大 😀");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, IsOneLineWithoutControlCharacters) {
  EXPECT_EQ(printable("a\nb\tc\rd"), "a b c d");
  EXPECT_EQ(printable(std::string("a\0\x1b[31m\x7f", 8)), "a??[31m?");
  EXPECT_EQ(printable("\xc2\x9b"), "??");
}

TEST(Printable, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(printable("\xff\xfe"), "??");
  EXPECT_EQ(printable("a\xc3"), "a?");
  EXPECT_EQ(printable("\xc0\xaf"), "??") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "????") << "beyond Unicode";
  EXPECT_EQ(printable("\xe5\xa4x"), "??x");
}

}  // namespace
}  // namespace systole::daemon
