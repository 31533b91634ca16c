#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(Utf8, KnowsItsSequences) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("theta \xce\xb8, \xe2\x82\xac, \xf0\x9f\x8c\xb3"));
  EXPECT_EQ(utf8_length("a"), 1U);
  EXPECT_EQ(utf8_length("\xf0\x9f\x8c\xb3!"), 4U);
}

TEST(Utf8, RefusesWhatIsCutOverlongOrNoCharacter) {
  for (const char* wrong : {"\xce", "\xb8", "a\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                            "\xf4\x90\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(is_utf8(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace phasic
