#include "lib/cib/version.h"

#include <gtest/gtest.h>

#include "lib/xml/document.h"

namespace systole::cib {
namespace {

TEST(Version, OrdersMostSignificantFirst) {
  EXPECT_LT((Version{0, 9, 9}), (Version{1, 0, 0}));
  EXPECT_LT((Version{1, 2, 9}), (Version{1, 3, 0}));
  EXPECT_EQ(to_string(Version{1, 2, 3}), "1.2.3");
}

TEST(Version, ReadsWhatIsThere) {
  const auto cib = xml::Document::parse("<cib epoch='5' num_updates='x'/>");
  EXPECT_EQ(read_version(cib->root()), (Version{0, 5, 0}));
  EXPECT_EQ(read_version(cib->root(), 1), (Version{1, 5, 1}));
}

TEST(Version, ComparesDottedNumbersAsNumbers) {
  EXPECT_TRUE(compare_dotted("3.2.0", "3.16.1") < 0);
  EXPECT_TRUE(compare_dotted("3.16.1", "3.16.1") == 0);
  EXPECT_TRUE(compare_dotted("3.16", "3.16.1") < 0);
  EXPECT_TRUE(compare_dotted("4", "3.16.1") > 0);
}

}  // namespace
}  // namespace systole::cib
