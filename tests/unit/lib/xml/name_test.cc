#include "lib/xml/name.h"

#include <gtest/gtest.h>

namespace systole::xml {
namespace {

TEST(Name, LettersDigitsAndAFewSignsAfterALetter) {
  for (const char* name : {"granted", "last-granted", "_x.1", "größe"}) {
    EXPECT_TRUE(is_name(name)) << name;
  }
  for (const char* text : {"", "1a", "-a", "a b", "a=", "a<", "a:b", " a", "a\xff"}) {
    EXPECT_FALSE(is_name(text)) << text;
  }
  EXPECT_FALSE(is_name(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace systole::xml
