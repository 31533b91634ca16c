#include "base/text_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace phasic {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> lines_of(std::string_view text) {
  TextLines lines(text);
  std::vector<std::string> result;
  while (const auto line = lines.next()) {
    result.emplace_back(*line);
    EXPECT_EQ(lines.line_number(), result.size());
  }
  return result;
}

TEST(TextLines, EndWithEitherKindOfEndOrWithTheText) {
  EXPECT_THAT(lines_of("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(lines_of("a\n"), ElementsAre("a"));
  EXPECT_THAT(lines_of(""), IsEmpty());
}

TEST(TextLines, BeginAfterAByteOrderMark) {
  EXPECT_THAT(lines_of("\xEF\xBB\xBF"
                       "a\n"),
              ElementsAre("a"));
  EXPECT_THAT(lines_of("\xEF\xBB\xBF"), IsEmpty());
}

}  // namespace
}  // namespace phasic
