#include "base/fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace phasic {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> fields_of(std::string_view line, std::string_view first_line = "\t") {
  FieldSplitter splitter;
  splitter.choose_separator(first_line);
  const auto fields = splitter.split(line);
  if (!fields) return {"refused"};
  return {fields->begin(), fields->end()};
}

TEST(Fields, StandBetweenTabsWithoutTheirBlanks) {
  EXPECT_THAT(fields_of("a\tb c\t d "), ElementsAre("a", "b c", "d"));
  EXPECT_THAT(fields_of("\ta\t"), ElementsAre("", "a", ""));
  EXPECT_THAT(fields_of(""), ElementsAre(""));
  EXPECT_THAT(fields_of("a,b"), ElementsAre("a,b"));
}

TEST(Fields, StandBetweenCommasWhereTheFirstLineHasNoTab) {
  EXPECT_THAT(fields_of("a,b", "from,to"), ElementsAre("a", "b"));
  EXPECT_THAT(fields_of("a,b", "from\tto,x"), ElementsAre("a,b"));
  EXPECT_THAT(fields_of("a b", "alone"), ElementsAre("a b"));
}

TEST(Fields, MayBeQuoted) {
  EXPECT_THAT(fields_of(R"("a"	"b	c" 	d)"), ElementsAre("a", "b\tc", "d"));
  EXPECT_THAT(fields_of(R"("say ""yes""","")", "x,y"), ElementsAre("say \"yes\"", ""));
  EXPECT_THAT(fields_of(R"(6" pipe)"), ElementsAre("6\" pipe"));
}

TEST(Fields, RefuseAQuoteThatDoesNotEndWithItsField) {
  EXPECT_THAT(fields_of("\"a"), ElementsAre("refused"));
  EXPECT_THAT(fields_of("\"a\"b"), ElementsAre("refused"));
  EXPECT_THAT(fields_of("\"\"\""), ElementsAre("refused"));
}

}  // namespace
}  // namespace phasic
