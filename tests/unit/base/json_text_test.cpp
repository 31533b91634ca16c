#include "base/json_text.hpp"

#include <gtest/gtest.h>

namespace phasic {
namespace {

TEST(JsonText, EscapesWhatJsonWantsEscaped) {
  EXPECT_EQ(json_text("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(json_text("ä"), "\"ä\"");
  EXPECT_EQ(json_text("\xff"), "\"\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace phasic
